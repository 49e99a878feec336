/**
 * Every bound on what a stranger can make this listener hold or wait for. Those of bytes are fixed;
 * the times are a value, so that a test can play a slow client in milliseconds.
 */

/** A browser with a jar full of cookies sends about 20 KiB; what doesn't fit gets 431 (RFC 6585 section 5). */
export const MAX_HEAD_OCTETS = 65_536
/** Twice the 8,000 that RFC 9112 section 3 asks for; a longer one gets 414. */
export const MAX_TARGET_OCTETS = 16_384
/** Real heads have 10 to 60 fields; more than this is an attack on the scanner, and gets 431. */
export const MAX_FIELDS = 256
/** Longest method of the IANA registry is 17 (`UPDATEREDIRECTREF`). */
export const MAX_METHOD_OCTETS = 32
/** Size, extensions and line end of a chunk; extensions are all but unused (RFC 9112 section 7.1.1). */
export const MAX_CHUNK_LINE_OCTETS = 1_024
/** 13 hex digits are 2^52 - 1: any more could not be counted exactly in a double. */
export const MAX_CHUNK_SIZE_DIGITS = 13
export const MAX_TRAILER_OCTETS = 16_384
/** 1xx answers before the final one; a hundred early hints are nobody's honest page. */
export const MAX_INTERIM_ANSWERS = 100

/** Sockets of one listener; with the origin side twice that many descriptors. */
export const MAX_CLIENTS = 32_768
/** One device must not take them all; a busy laptop has some hundred. A NAT of a whole class fits. */
export const MAX_CLIENTS_PER_ADDRESS = 12_288
/**
 * Idle connections kept to one origin: a whole year on the school's learning platform. With 128 of them
 * 400 busy clients dialled anew all the time, at 1.5 times the CPU a request.
 */
export const MAX_IDLE_PER_ORIGIN = 512
export const MAX_IDLE_ORIGINS = 4_096
/** Addresses of one name that are tried before giving up; names with more are large CDNs, all alike. */
export const MAX_ADDRESSES_TRIED = 4

export interface Timeouts {
  /** Until an origin accepts; over all its addresses. */
  readonly connectMs: number
  /** From the first octet of a request head to its last: what ends a slowloris. */
  readonly headMs: number
  /** A kept-alive client without a request. Longer than any browser waits. */
  readonly clientIdleMs: number
  /** A pooled origin connection without a request: shorter than common servers' 5 s and up, so few are stale. */
  readonly originIdleMs: number
  /** An exchange in which neither side moves a byte, including the wait for the answer's head. */
  readonly silenceMs: number
  /** The same once the client has sent its FIN: a program may wait like that, a closed browser tab looks just so. */
  readonly halfClosedMs: number
  /** A tunnel in which neither side moves a byte. RFC 5382 section 5 asks 124 minutes of a NAT; half-dead phones are many. */
  readonly tunnelIdleMs: number
  /** How long the rest of an unwanted request is read and thrown away, so that no RST overtakes the answer (RFC 9112 section 9.6). */
  readonly lingerMs: number
  /** How often the above are looked at; their resolution. */
  readonly sweepMs: number
}

export const TIMEOUTS: Timeouts = {
  connectMs: 10_000,
  headMs: 60_000,
  clientIdleMs: 75_000,
  originIdleMs: 4_000,
  silenceMs: 300_000,
  halfClosedMs: 120_000,
  tunnelIdleMs: 1_800_000,
  lingerMs: 2_000,
  sweepMs: 1_000,
}
