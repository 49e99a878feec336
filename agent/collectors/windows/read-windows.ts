/** Readers of what Windows' own tools print, in English; in another language a fact is unknown. */

/** `manage-bde -status C:`. Suspended protection is off: the key lies open on the disk then. */
export function readBitLocker(printed: string): boolean | null {
  const found = /^\s*Protection Status:\s*Protection (On|Off)/m.exec(printed)
  return found === null ? null : found[1] === 'On'
}

/** `netsh advfirewall show allprofiles state`: on where it is on for all three kinds of network. */
export function readFirewallProfiles(printed: string): boolean | null {
  const states = [...printed.matchAll(/^\s*State\s+(ON|OFF)\b/gm)].map(([, state]) => state)
  return states.length < 3 ? null : states.every((state) => state === 'ON')
}

/** `Get-MpComputerStatus` as PowerShell lists it. */
export function readDefender(printed: string): {
  readonly running: boolean | null
  readonly defsAgeDays: number | null
} {
  const field = (name: string) => new RegExp(`^${name}\\s*: (\\S+)`, 'm').exec(printed)?.[1]
  const [service, realTime] = [field('AMServiceEnabled'), field('RealTimeProtectionEnabled')]
  const age = field('AntivirusSignatureAge')
  return {
    running:
      service === undefined || realTime === undefined
        ? null
        : service === 'True' && realTime === 'True',
    // 4294967295 and 65535 stand for "never".
    defsAgeDays: age !== undefined && /^\d{1,5}$/.test(age) && age !== '65535' ? Number(age) : null,
  }
}

/** `dsregcmd /status`: a device that an MDM manages names its address. */
export function readMdmUrl(printed: string): boolean | null {
  if (!/^\s*AzureAdJoined : (?:YES|NO)/m.test(printed)) return null
  return /^\s*MdmUrl : https:\/\/\S+/im.test(printed)
}

/** Text value of `reg query KEY /v NAME`; null where the key or value is not there. */
export function readRegistryText(printed: string, name: string): string | null {
  const value = new RegExp(`^\\s*${name}\\s+REG_SZ\\s+(.*?)\\s*$`, 'im').exec(printed)?.[1]
  return value ?? null
}

/** Number of `reg query`, written in hexadecimal. */
export function readRegistryNumber(printed: string, name: string): number | null {
  const value = new RegExp(`^\\s*${name}\\s+REG_DWORD\\s+0x([0-9a-f]{1,8})\\s*$`, 'im').exec(
    printed,
  )
  return value?.[1] === undefined ? null : Number.parseInt(value[1], 16)
}

/**
 * The screen saver of `reg query "HKCU\\Control Panel\\Desktop"`: whether it locks, and after how many
 * seconds it starts. Values that are not there are Windows' defaults: no lock.
 */
export function readScreenSaver(printed: string): {
  readonly locks: boolean | null
  readonly seconds: number | null
} {
  if (!/^HKEY_CURRENT_USER\\/im.test(printed)) return { locks: null, seconds: null }
  const isOn = (name: string) => readRegistryText(printed, name) === '1'
  const locks = isOn('ScreenSaveActive') && isOn('ScreenSaverIsSecure')
  const timeout = readRegistryText(printed, 'ScreenSaveTimeOut')
  const seconds = timeout !== null && /^\d{1,6}$/.test(timeout) ? Number(timeout) : null
  return { locks, seconds: locks ? seconds : null }
}

/** `netsh winhttp show proxy`: the proxy of services as it is written, empty where there is none. */
export function readWinHttpProxy(printed: string): string | null {
  if (printed.includes('Direct access (no proxy server)')) return ''
  const server = /^\s*Proxy Server\(s\)\s*:\s*(\S+)/m.exec(printed)?.[1]
  return server === undefined ? null : server.replace(/^https?:\/\//, '')
}

/** The user's proxy of `reg query "...\\Internet Settings"`; empty where it is off. */
export function readUserProxy(printed: string): string | null {
  const enabled = readRegistryNumber(printed, 'ProxyEnable')
  if (enabled === null) return null
  return enabled === 0 ? '' : (readRegistryText(printed, 'ProxyServer') ?? 'unknown')
}

/** The newest of our own format of `Get-HotFix`: a date as `2026-11-10` a line. Epoch ms. */
export function readNewestHotFix(printed: string): number | null {
  const dates = printed.split(/\r?\n/).filter((line) => /^\d{4}-\d\d-\d\d$/.test(line.trim()))
  return dates.length === 0 ? null : Math.max(...dates.map((date) => Date.parse(date.trim())))
}

/** A number alone, as our own fixed lines of PowerShell print it. */
export function readCount(printed: string): number | null {
  return /^\d{1,6}$/.test(printed.trim()) ? Number(printed.trim()) : null
}
