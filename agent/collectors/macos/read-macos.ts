/** Readers of what macOS's own tools print; each fact is null where the text says something else. */

/** `sw_vers`: since 10.13 at least the same three lines. */
export function readSwVers(printed: string): { version: string | null; build: string | null } {
  const field = (name: string) =>
    new RegExp(`^${name}:\\s*(\\S{1,64})`, 'm').exec(printed)?.[1] ?? null
  return { version: field('ProductVersion'), build: field('BuildVersion') }
}

/** `fdesetup status`; while it still encrypts, the disk is not yet encrypted. */
export function readFileVault(printed: string): boolean | null {
  if (/encryption in progress/i.test(printed)) return false
  const found = /FileVault is (On|Off)\./.exec(printed)
  return found === null ? null : found[1] === 'On'
}

/** `socketfilterfw --getglobalstate`: state 2 blocks all that comes in, and is on. */
export function readFirewall(printed: string): boolean | null {
  const found = /\(State = (\d)\)/.exec(printed)
  return found === null ? null : found[1] !== '0'
}

/** `csrutil status`. A custom configuration is neither, and unknown. */
export function readIntegrityProtection(printed: string): boolean | null {
  const found = /System Integrity Protection status: (enabled|disabled)\./.exec(printed)
  return found === null ? null : found[1] === 'enabled'
}

/** `spctl --status`: Gatekeeper judges what is opened. */
export function readGatekeeper(printed: string): boolean | null {
  const found = /^assessments (enabled|disabled)\b/m.exec(printed)
  return found === null ? null : found[1] === 'enabled'
}

/** `profiles status -type enrollment`. */
export function readMdmEnrolment(printed: string): boolean | null {
  const found = /^MDM enrollment: (Yes|No)\b/m.exec(printed)
  return found === null ? null : found[1] === 'Yes'
}

/**
 * `sysadminctl -screenLock status`, on the error stream behind a time: seconds from the screen saver's
 * start until a password is asked for, Infinity where none is.
 */
export function readScreenLock(printed: string): number | null {
  if (printed.includes('screenLock is off') || printed.includes('screenLock delay is -1'))
    return Infinity
  if (printed.includes('screenLock delay is immediate')) return 0
  const found = /screenLock delay is (\d{1,9})(?:\.\d+)? seconds/.exec(printed)
  return found === null ? null : Number(found[1])
}

/** `defaults -currentHost read com.apple.screensaver idleTime`; 0 is never, and there is no number then. */
export function readIdleTime(printed: string): number | null {
  const found = /^(\d{1,9})$/m.exec(printed.trim())
  return found === null || found[1] === '0' ? null : Number(found[1])
}

/** Whether a VPN of `scutil --nc list` is connected. The heading alone says that there is none. */
export function readVpnConnected(printed: string): boolean | null {
  if (!printed.startsWith('Available network connection services')) return null
  return /^\*?\s*\((?:Connected|Connecting)\)/m.test(printed)
}

/** The proxies that `scutil --proxy` says are on, as `host:port`; `auto` for a PAC file. */
export function readProxies(printed: string): readonly string[] | null {
  if (!printed.includes('<dictionary>')) return null
  const value = (key: string) => new RegExp(`^\\s*${key} : (.+)$`, 'm').exec(printed)?.[1]?.trim()
  const direct = ['HTTP', 'HTTPS', 'SOCKS'].flatMap((kind) =>
    value(`${kind}Enable`) === '1'
      ? [`${value(`${kind}Proxy`) ?? ''}:${value(`${kind}Port`) ?? ''}`]
      : [],
  )
  return value('ProxyAutoConfigEnable') === '1' ? [...direct, 'auto'] : direct
}

/** `system_profiler SPBluetoothDataType -json`. */
export function readBluetooth(printed: string): boolean | null {
  const found = /"controller_discoverable"\s*:\s*"attrib_(on|off)"/.exec(printed)
  return found === null ? null : found[1] === 'on'
}

/** When something last came through Software Update, of `/Library/Receipts/InstallHistory.plist`. */
export interface InstallHistory {
  /** macOS itself; epoch ms, as is the other. */
  readonly system: number | null
  /** XProtect, the virus protection that is part of macOS. */
  readonly xprotect: number | null
}

/** The file is XML and lists each installation as a `<dict>` of its own. */
export function readInstallHistory(plist: string): InstallHistory {
  const entries = plist
    .split('<dict>')
    .slice(1)
    .map((entry) => ({
      at: Date.parse(/<key>date<\/key>\s*<date>([^<]{1,40})<\/date>/.exec(entry)?.[1] ?? ''),
      name: /<key>displayName<\/key>\s*<string>([^<]{1,200})<\/string>/.exec(entry)?.[1] ?? '',
    }))
  const newest = (isOne: RegExp): number | null => {
    const times = entries.filter(({ at, name }) => !Number.isNaN(at) && isOne.test(name))
    return times.length === 0 ? null : Math.max(...times.map(({ at }) => at))
  }
  return { system: newest(/^(?:macOS|OS X|Security Update)\b/), xprotect: newest(/^XProtect/) }
}
