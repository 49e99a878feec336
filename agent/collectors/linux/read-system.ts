/** The distribution's own version of `/etc/os-release` (freedesktop.org); a rolling one has none. */
export function readOsVersion(osRelease: string): string | null {
  const found = /^VERSION_ID=["']?([^"'\n]{1,64})/m.exec(osRelease)
  return found?.[1] ?? null
}

/** `systemctl is-active UNIT`; null where systemd does not run. */
export function readUnitActive(printed: string): boolean | null {
  const word = printed.trim()
  if (word === 'active' || word === 'activating' || word === 'reloading') return word === 'active'
  return /^(?:inactive|failed|unknown|deactivating)$/.test(word) ? false : null
}

/**
 * Whether `mdatp health` (Microsoft Defender for Endpoint, on Linux and macOS) says that it protects;
 * null where it does not know itself, and where it is no such text.
 */
export function readDefenderRunning(health: string): boolean | null {
  const found = /^real_time_protection_enabled\s*: (true|false)\b/m.exec(health)
  return found === null ? null : found[1] === 'true'
}
