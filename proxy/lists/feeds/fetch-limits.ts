/** What a download may cost; whatever is beyond is given up, and the last good copy stays. */
export interface FetchLimits {
  /** Octets as they come over the wire. */
  readonly octets: number
  /** Octets of what was compressed: the largest archive of all (UT1) has 300 MB. */
  readonly unpackedOctets: number
  /** For all of it, redirects included: what comes drop by drop ends here. */
  readonly totalMs: number
  /** Without an octet. */
  readonly stallMs: number
  readonly redirects: number
}

export const FETCH_LIMITS: FetchLimits = {
  octets: 256 << 20,
  unpackedOctets: 1 << 30,
  totalMs: 10 * 60_000,
  stallMs: 30_000,
  redirects: 5,
}

/** Thrown for what a person must hear of; its message is a sentence. */
export class FetchRefused extends Error {}
