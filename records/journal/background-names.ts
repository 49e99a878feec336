/**
 * Hosts that devices ask by themselves: captive-portal probes, telemetry, update checks, connectivity
 * tests. A refusal of one says nothing of a person, so its grade is `background` and no alert or
 * digest counts it. Each name covers its subdomains. Grow it from digests: a host belongs here only
 * if no page links to it.
 */
const BACKGROUND_NAMES = [
  // captive-portal and connectivity probes
  'captive.apple.com',
  'connectivitycheck.android.com',
  'connectivitycheck.gstatic.com',
  'connectivity-check.ubuntu.com',
  'clients3.google.com',
  'detectportal.firefox.com',
  'dns.msftncsi.com',
  'ipv6.msftconnecttest.com',
  'nmcheck.gnome.org',
  'www.msftconnecttest.com',
  'www.msftncsi.com',
  // operating systems' and browsers' telemetry
  'events.data.microsoft.com',
  'incoming.telemetry.mozilla.org',
  'iphonesubmissions.apple.com',
  'metrics.icloud.com',
  'safebrowsing.googleapis.com',
  'telemetry.microsoft.com',
  'vortex.data.microsoft.com',
  'watson.telemetry.microsoft.com',
  'xp.apple.com',
  // crash and usage reporters inside apps
  'app-measurement.com',
  'crashlytics.com',
  'crashlyticsreports-pa.googleapis.com',
  'firebaselogging-pa.googleapis.com',
  'graph.instagram.com',
  'log.tiktokv.com',
  'mon.tiktokv.com',
  'browser-intake-datadoghq.com',
  'sentry.io',
  // resolvers' and proxies' discovery
  'mask.icloud.com',
  'mask-h2.icloud.com',
  'resolver.arpa',
  'use-application-dns.net',
  'wpad',
] as const

/** True for a name in the table or below one. */
export function isBackgroundName(host: string): boolean {
  for (let from = 0; from >= 0;) {
    if (NAMES.has(host.slice(from))) return true
    const dot = host.indexOf('.', from)
    from = dot < 0 ? -1 : dot + 1
  }
  // `wpad.<search domain>` is asked in whatever domain the device thinks it is in.
  return host.startsWith('wpad.')
}

const NAMES: ReadonlySet<string> = new Set(BACKGROUND_NAMES)
