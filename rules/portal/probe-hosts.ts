/**
 * Hosts that a system asks by plain HTTP to learn whether it is held at a portal: to whoever gets another answer
 * than theirs it shows its sign-in sheet. Apple; Android and Chrome OS; Windows (NCSI); Firefox; and what
 * NetworkManager asks in the distributions that schools use.
 */
export const PROBE_HOSTS = [
  'captive.apple.com',
  'connectivitycheck.gstatic.com',
  'connectivitycheck.android.com',
  'clients3.google.com',
  'play.googleapis.com',
  'www.msftconnecttest.com',
  'www.msftncsi.com',
  'detectportal.firefox.com',
  'nmcheck.gnome.org',
  'network-test.debian.org',
  'connectivity-check.ubuntu.com',
] as const
