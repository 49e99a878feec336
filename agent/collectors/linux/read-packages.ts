/**
 * When packages were last upgraded by apt, from `/var/log/apt/history.log`, in local time as it is
 * written; null where the log holds no upgrade. An installation of something new does not count.
 */
export function readLastAptUpgrade(historyLog: string): number | null {
  const upgrades = historyLog
    .split(/\n\s*\n/)
    .filter((block) => /^Upgrade: /m.test(block) && /^End-Date: /m.test(block))
  const last = upgrades.at(-1)
  const parts = /^End-Date: (\d{4})-(\d\d)-(\d\d) +(\d\d):(\d\d):(\d\d)/m.exec(last ?? '')
  if (parts === null) return null
  const [year = 0, month = 1, ...rest] = parts.slice(1).map(Number)
  const [day = 1, hour = 0, minute = 0, second = 0] = rest
  return new Date(year, month - 1, day, hour, minute, second).getTime()
}

/** The newest of `rpm --query --all --queryformat '%{INSTALLTIME}\n'`, epoch seconds a line, as epoch ms. */
export function readNewestRpm(installTimes: string): number | null {
  const times = installTimes.split('\n').filter((line) => /^\d{1,12}$/.test(line))
  return times.length === 0 ? null : Math.max(...times.map(Number)) * 1000
}

/** Whether `apt-config dump` says that unsigned packages are taken; null where it is no such dump. */
export function readUnsignedAllowed(aptConfig: string): boolean | null {
  if (!/^APT(?:::|\s)/m.test(aptConfig)) return null
  const allowing =
    /^(?:APT::Get::AllowUnauthenticated|Acquire::AllowInsecureRepositories|Acquire::AllowWeakRepositories) "(?:true|yes|1|on)";/im
  return allowing.test(aptConfig)
}

/** Whether a file of apt's sources takes a repository without its signature, in either of its formats. */
export function readTrustedSource(sources: string): boolean {
  const lines = sources.split('\n').filter((line) => !line.trimStart().startsWith('#'))
  return lines.some(
    (line) =>
      /^\s*deb(?:-src)?\s+\[[^\]]*\btrusted=yes\b/.test(line) || /^Trusted:\s*yes\b/i.test(line),
  )
}
