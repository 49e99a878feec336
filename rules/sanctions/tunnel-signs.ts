/** What one device has looked up below one domain within two minutes, each name once. */
export interface Lookups {
  readonly names: number
  /** What the names before the domain could carry: their octets by the entropy of their letters. */
  readonly octets: number
}

/** Over which time look-ups are added up. */
export const TUNNEL_WINDOW_MS = 120_000

/**
 * Above what ordinary devices do and below what any tunnel must: of 53,615 real look-ups of 77 machines the busiest device
 * had 17 names of 128 octets below one domain in two minutes (reverse zones aside), the idle polling of dnscat2 has 120
 * of 2,000, one second of iodine more.
 */
const MIN_NAMES = 100
const MIN_OCTETS = 1_500

/** Data that comes down needs no long names, but each must be another one, or a cache would answer. */
const MANY_NAMES = 1_000

/** Whether look-ups carry data past the filter. */
export function isTunnel({ names, octets }: Lookups): boolean {
  return names >= MANY_NAMES || (names >= MIN_NAMES && octets >= MIN_OCTETS)
}

/** Below these machines ask for names that are made of data, and that is what the zones are for. */
export const KNOWN_LOOKUPS: readonly string[] = [
  'in-addr.arpa',
  'ip6.arpa',
  // Virus scanners ask by DNS whether they know a file or a host.
  'avts.mcafee.com',
  'avqs.mcafee.com',
  'sophosxl.net',
  'e5.sk',
  // Mail servers ask who is a known sender of spam.
  'spamhaus.org',
  'spamhaus.net',
  'spamcop.net',
  'sorbs.net',
  'barracudacentral.org',
  'surbl.org',
  'uribl.com',
  'dnswl.org',
  'abuseat.org',
]

/** Shannon's entropy of letters by how often each is there, in bits. */
export function entropyOf(counts: Iterable<number>): number {
  const there = [...counts].filter((count) => count > 0)
  const total = there.reduce((sum, count) => sum + count, 0)
  return there.reduce((bits, count) => bits - (count / total) * Math.log2(count / total), 0)
}
