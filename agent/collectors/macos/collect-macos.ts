import type { Probe } from '../../probe.ts'
import { anyOf, daysSince, minutesOf, type Collected } from '../collected.ts'
import { readDefenderRunning } from '../linux/read-system.ts'
import {
  readBluetooth,
  readFileVault,
  readFirewall,
  readGatekeeper,
  readIdleTime,
  readInstallHistory,
  readIntegrityProtection,
  readMdmEnrolment,
  readProxies,
  readScreenLock,
  readSwVers,
  readVpnConnected,
  type InstallHistory,
} from './read-macos.ts'

/** Everything that is ever run here. */
const COMMANDS = {
  swVers: ['/usr/bin/sw_vers'],
  fileVault: ['/usr/bin/fdesetup', 'status'],
  firewall: ['/usr/libexec/ApplicationFirewall/socketfilterfw', '--getglobalstate'],
  integrity: ['/usr/bin/csrutil', 'status'],
  gatekeeper: ['/usr/sbin/spctl', '--status'],
  mdm: ['/usr/bin/profiles', 'status', '-type', 'enrollment'],
  screenLock: ['/usr/sbin/sysadminctl', '-screenLock', 'status'],
  idleTime: ['/usr/bin/defaults', '-currentHost', 'read', 'com.apple.screensaver', 'idleTime'],
  vpn: ['/usr/sbin/scutil', '--nc', 'list'],
  proxy: ['/usr/sbin/scutil', '--proxy'],
  bluetooth: ['/usr/sbin/system_profiler', 'SPBluetoothDataType', '-json'],
  defender: ['/usr/local/bin/mdatp', 'health'],
} as const

/** What a Mac says of itself. `schoolProxy` is the one that the school has set up, as `host:port`. */
export async function collectMacos(probe: Probe, schoolProxy: string | null): Promise<Collected> {
  const ask = async <T>(command: keyof typeof COMMANDS, reader: (text: string) => T) => {
    const [program, ...args] = COMMANDS[command]
    const printed = await probe.run(program, args)
    return printed === null ? null : reader(printed)
  }
  const system = await ask('swVers', readSwVers)
  const receipts = await probe.read('/Library/Receipts/InstallHistory.plist')
  const history = receipts === null ? null : readInstallHistory(receipts)
  const gatekeeper = await ask('gatekeeper', readGatekeeper)
  return {
    os_version: system?.version ?? null,
    os_build: system?.build ?? null,
    patch_age_days: daysSince(history?.system ?? null, probe.now),
    ...(await screenLock(ask)),
    disk_encrypted: await ask('fileVault', readFileVault),
    av: antivirus(await ask('defender', readDefenderRunning), gatekeeper, { history, probe }),
    firewall: await ask('firewall', readFirewall),
    jailbroken: not(await ask('integrity', readIntegrityProtection)),
    unknown_sources: not(gatekeeper),
    mdm: await ask('mdm', readMdmEnrolment),
    vpn_or_proxy_profile: anyOf(await detours(ask, schoolProxy)),
    bluetooth_discoverable: await ask('bluetooth', readBluetooth),
  }
}

type Ask = <T>(command: keyof typeof COMMANDS, reader: (text: string) => T) => Promise<T | null>

function not(fact: boolean | null): boolean | null {
  return fact === null ? null : !fact
}

/** The screen saver starts, and some seconds later a password is asked for. */
async function screenLock(ask: Ask): Promise<Pick<Collected, 'screen_lock' | 'auto_lock_min'>> {
  const delay = await ask('screenLock', readScreenLock)
  const idle = await ask('idleTime', readIdleTime)
  return {
    screen_lock: delay === null ? null : Number.isFinite(delay),
    auto_lock_min: delay === null || idle === null ? null : minutesOf(idle + delay),
  }
}

async function detours(ask: Ask, schoolProxy: string | null): Promise<readonly (boolean | null)[]> {
  const proxies = await ask('proxy', readProxies)
  const foreign = proxies === null ? null : proxies.some((proxy) => proxy !== schoolProxy)
  return [await ask('vpn', readVpnConnected), foreign]
}

/** Defender where it is there, else XProtect, which works while Gatekeeper does. */
function antivirus(
  defender: boolean | null,
  gatekeeper: boolean | null,
  { history, probe }: { readonly history: InstallHistory | null; readonly probe: Probe },
): Collected['av'] {
  if (defender !== null)
    return { product: 'Microsoft Defender', running: defender, defs_age_days: null }
  const age = daysSince(history?.xprotect ?? null, probe.now)
  return { product: 'XProtect', running: gatekeeper, defs_age_days: age }
}
