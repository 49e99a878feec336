import { release } from 'node:os'
import type { Probe } from '../../probe.ts'
import { anyOf, daysSince, minutesOf, type Collected } from '../collected.ts'
import { lockDelayOf, readSeconds, readSwitch } from './read-desktop.ts'
import { readRootEncrypted } from './read-disk.ts'
import {
  readDiscoverable,
  readEnvironmentProxies,
  readTunnelUp,
  readUfwEnabled,
} from './read-network.ts'
import {
  readLastAptUpgrade,
  readNewestRpm,
  readTrustedSource,
  readUnsignedAllowed,
} from './read-packages.ts'
import { readDefenderRunning, readOsVersion, readUnitActive } from './read-system.ts'

/** Everything that is ever run here. */
const SYSTEMCTL = '/usr/bin/systemctl'
const LSBLK = '/usr/bin/lsblk'
const IP = '/usr/sbin/ip'
const RPM = '/usr/bin/rpm'
const APT_CONFIG = '/usr/bin/apt-config'
const GSETTINGS = '/usr/bin/gsettings'
const BLUETOOTHCTL = '/usr/bin/bluetoothctl'
const MDATP = '/usr/bin/mdatp'

/** What a Linux says of itself. `schoolProxy` is the one that the school has set up, as `host:port`. */
export async function collectLinux(probe: Probe, schoolProxy: string | null): Promise<Collected> {
  const [osRelease, patched, encrypted, av, firewall] = await Promise.all([
    probe.read('/etc/os-release'),
    lastPatched(probe),
    read(probe.run(LSBLK, ['--json', '--output', 'NAME,TYPE,MOUNTPOINTS']), readRootEncrypted),
    antivirus(probe),
    firewallOn(probe),
  ])
  const [lock, unknownSources, vpn, discoverable] = await Promise.all([
    screenLock(probe),
    unsignedPackages(probe),
    tunnelOrProxy(probe, schoolProxy),
    read(probe.run(BLUETOOTHCTL, ['show']), readDiscoverable),
  ])
  return {
    os_version: osRelease === null ? null : readOsVersion(osRelease),
    os_build: release(),
    patch_age_days: daysSince(patched, probe.now),
    ...lock,
    disk_encrypted: encrypted,
    av,
    firewall,
    // Nothing is locked that could be broken open: whoever administers a Linux is its root by design.
    jailbroken: false,
    unknown_sources: unknownSources,
    mdm: false,
    vpn_or_proxy_profile: vpn,
    bluetooth_discoverable: discoverable,
  }
}

async function read<T>(
  text: Promise<string | null>,
  reader: (text: string) => T,
): Promise<T | null> {
  const found = await text
  return found === null ? null : reader(found)
}

async function lastPatched(probe: Probe): Promise<number | null> {
  const history = await probe.read('/var/log/apt/history.log')
  if (history !== null) return readLastAptUpgrade(history)
  const times = probe.run(RPM, ['--query', '--all', '--queryformat', '%{INSTALLTIME}\\n'])
  return read(times, readNewestRpm)
}

/** ClamAV's daemon with its daily definitions, or Defender, which keeps its own age to itself. */
async function antivirus(probe: Probe): Promise<Collected['av']> {
  const [clam, defender] = await Promise.all([
    unit(probe, 'clamav-daemon'),
    read(probe.run(MDATP, ['health']), readDefenderRunning),
  ])
  if (defender !== null && clam !== true)
    return { product: 'Microsoft Defender', running: defender, defs_age_days: null }
  const daily = await Promise.all(
    ['cld', 'cvd'].map((ending) => probe.changedAt(`/var/lib/clamav/daily.${ending}`)),
  )
  const newest = Math.max(...daily.map((at) => at ?? -Infinity))
  return {
    product: clam === true || Number.isFinite(newest) ? 'ClamAV' : null,
    running: clam,
    defs_age_days: daysSince(newest, probe.now),
  }
}

async function firewallOn(probe: Probe): Promise<boolean | null> {
  const ufw = await read(probe.read('/etc/ufw/ufw.conf'), readUfwEnabled)
  const units = await Promise.all(['firewalld', 'nftables'].map((name) => unit(probe, name)))
  const ufwRuns = ufw === true ? await unit(probe, 'ufw') : false
  return anyOf([ufwRuns, ...units])
}

async function unit(probe: Probe, name: string): Promise<boolean | null> {
  return read(probe.run(SYSTEMCTL, ['is-active', name]), readUnitActive)
}

/**
 * GNOME's settings, which belong to a user: outside a desktop session `gsettings` prints what a new
 * user would have, and that is nobody's screen. The agent runs in the user's session to know them.
 */
async function screenLock(probe: Probe): Promise<Pick<Collected, 'screen_lock' | 'auto_lock_min'>> {
  const { XDG_CURRENT_DESKTOP: desktop = '', DBUS_SESSION_BUS_ADDRESS: bus } = probe.env
  if (bus === undefined || !desktop.split(':').includes('GNOME'))
    return { screen_lock: null, auto_lock_min: null }
  const setting = (schema: string, key: string) =>
    probe.run(GSETTINGS, ['get', `org.gnome.desktop.${schema}`, key])
  const [locks, idle, delay] = await Promise.all([
    read(setting('screensaver', 'lock-enabled'), readSwitch),
    read(setting('session', 'idle-delay'), readSeconds),
    read(setting('screensaver', 'lock-delay'), readSeconds),
  ])
  return { screen_lock: locks, auto_lock_min: minutesOf(lockDelayOf(idle, delay)) }
}

async function unsignedPackages(probe: Probe): Promise<boolean | null> {
  const allowed = await read(probe.run(APT_CONFIG, ['dump']), readUnsignedAllowed)
  if (allowed !== false) return allowed
  const sources = await probe.read('/etc/apt/sources.list')
  return sources !== null && readTrustedSource(sources)
}

async function tunnelOrProxy(probe: Probe, schoolProxy: string | null): Promise<boolean | null> {
  const [tunnel, environment] = await Promise.all([
    read(probe.run(IP, ['-json', '-details', 'link', 'show']), readTunnelUp),
    probe.read('/etc/environment'),
  ])
  const proxies = environment === null ? [] : readEnvironmentProxies(environment)
  return anyOf([tunnel, proxies.some((proxy) => proxy !== schoolProxy)])
}
