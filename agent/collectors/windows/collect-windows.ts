import { release } from 'node:os'
import type { Probe } from '../../probe.ts'
import { anyOf, daysSince, minutesOf, type Collected } from '../collected.ts'
import {
  readBitLocker,
  readCount,
  readDefender,
  readFirewallProfiles,
  readMdmUrl,
  readNewestHotFix,
  readRegistryNumber,
  readRegistryText,
  readScreenSaver,
  readUserProxy,
  readWinHttpProxy,
} from './read-windows.ts'

const SYSTEM = 'C:\\Windows\\System32'
const CURRENT_VERSION = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion'
const POLICIES = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System'
const INTERNET = 'HKCU\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Internet Settings'
const SYSTEM_POLICY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\System'
const EXPLORER = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Explorer'
/** PowerShell runs one fixed line and no profile or script of the user's. */
const POWERSHELL = [
  `${SYSTEM}\\WindowsPowerShell\\v1.0\\powershell.exe`,
  ...['-NoLogo', '-NoProfile', '-NonInteractive', '-Command'],
] as const

/** Everything that is ever run here. */
const COMMANDS = {
  update: [`${SYSTEM}\\reg.exe`, 'query', CURRENT_VERSION, '/v', 'UBR'],
  bitLocker: [`${SYSTEM}\\manage-bde.exe`, '-status', 'C:'],
  firewall: [`${SYSTEM}\\netsh.exe`, 'advfirewall', 'show', 'allprofiles', 'state'],
  defender: [...POWERSHELL, 'Get-MpComputerStatus'],
  hotFixes: [
    ...POWERSHELL,
    "Get-HotFix | Where-Object InstalledOn | ForEach-Object { $_.InstalledOn.ToString('yyyy-MM-dd') }",
  ],
  mdm: [`${SYSTEM}\\dsregcmd.exe`, '/status'],
  screenSaver: [`${SYSTEM}\\reg.exe`, 'query', 'HKCU\\Control Panel\\Desktop'],
  inactivity: [`${SYSTEM}\\reg.exe`, 'query', POLICIES, '/v', 'InactivityTimeoutSecs'],
  serviceProxy: [`${SYSTEM}\\netsh.exe`, 'winhttp', 'show', 'proxy'],
  userProxy: [`${SYSTEM}\\reg.exe`, 'query', INTERNET],
  // Windows' own connections and other makers' adapters, counted.
  tunnels: [
    ...POWERSHELL,
    "@(Get-VpnConnection -ErrorAction SilentlyContinue | Where-Object ConnectionStatus -eq 'Connected').Count + @(Get-NetAdapter | Where-Object { $_.Status -eq 'Up' -and $_.InterfaceDescription -match 'WireGuard|Wintun|TAP-|VPN|PPP' }).Count",
  ],
  smartScreenPolicy: [`${SYSTEM}\\reg.exe`, 'query', SYSTEM_POLICY, '/v', 'EnableSmartScreen'],
  smartScreen: [`${SYSTEM}\\reg.exe`, 'query', EXPLORER, '/v', 'SmartScreenEnabled'],
} as const

/** What a Windows says of itself. `schoolProxy` is the one that the school has set up, as `host:port`. */
export async function collectWindows(probe: Probe, schoolProxy: string | null): Promise<Collected> {
  const ask = async <T>(command: keyof typeof COMMANDS, reader: (text: string) => T) => {
    const [program, ...args] = COMMANDS[command]
    const printed = await probe.run(program, args)
    return printed === null ? null : reader(printed)
  }
  const defender = await ask('defender', readDefender)
  const revision = await ask('update', (text) => readRegistryNumber(text, 'UBR'))
  return {
    // `os.release()` is the version that Windows counts by: `10.0.22631`.
    os_version: release(),
    os_build: revision === null ? null : `${release()}.${revision}`,
    patch_age_days: daysSince(await ask('hotFixes', readNewestHotFix), probe.now),
    ...(await screenLock(ask)),
    disk_encrypted: await ask('bitLocker', readBitLocker),
    av: {
      product: defender === null ? null : 'Microsoft Defender',
      running: defender?.running ?? null,
      defs_age_days: defender?.defsAgeDays ?? null,
    },
    firewall: await ask('firewall', readFirewallProfiles),
    // Nothing is locked that could be broken open, as on Linux.
    jailbroken: false,
    unknown_sources: await unknownSources(ask),
    mdm: await ask('mdm', readMdmUrl),
    vpn_or_proxy_profile: anyOf(await proxies(ask, schoolProxy)),
    bluetooth_discoverable: null,
  }
}

type Ask = <T>(command: keyof typeof COMMANDS, reader: (text: string) => T) => Promise<T | null>

/** The machine's own limit, which a policy sets, or the user's screen saver: whichever comes first. */
async function screenLock(ask: Ask): Promise<Pick<Collected, 'screen_lock' | 'auto_lock_min'>> {
  const limit = await ask('inactivity', (text) => readRegistryNumber(text, 'InactivityTimeoutSecs'))
  const saver = await ask('screenSaver', readScreenSaver)
  const machine = limit === null || limit === 0 ? null : limit
  const delays = [machine, saver?.seconds ?? null].filter((seconds) => seconds !== null)
  return {
    screen_lock: machine !== null ? true : (saver?.locks ?? null),
    auto_lock_min: delays.length === 0 ? null : minutesOf(Math.min(...delays)),
  }
}

async function proxies(ask: Ask, schoolProxy: string | null): Promise<readonly (boolean | null)[]> {
  const found = [await ask('serviceProxy', readWinHttpProxy), await ask('userProxy', readUserProxy)]
  const tunnels = await ask('tunnels', readCount)
  return [
    tunnels === null ? null : tunnels > 0,
    ...found.map((proxy) => (proxy === null ? null : proxy !== '' && proxy !== schoolProxy)),
  ]
}

/** SmartScreen asks before anything unknown is started; where nobody has set it, it is unknown. */
async function unknownSources(ask: Ask): Promise<boolean | null> {
  const policy = await ask('smartScreenPolicy', (text) =>
    readRegistryNumber(text, 'EnableSmartScreen'),
  )
  if (policy !== null) return policy === 0
  const set = await ask('smartScreen', (text) => readRegistryText(text, 'SmartScreenEnabled'))
  return set === null ? null : set.toLowerCase() === 'off'
}
