/** Every bound of the DoH listener, with its reason; each is of one data thread. */

/** Each is a TLS session and its buffers, some 50 KiB: bounds memory and descriptors. */
export const MAX_CONNECTIONS = 1024
/** Off site several devices of a household, or a hotel, share one address. */
export const MAX_CONNECTIONS_PER_ADDRESS = 64
/** RFC 9113 section 6.5.2 asks for no fewer. */
export const MAX_STREAMS = 100
/** Queries of one connection that wait for an upstream; more are told to come back (429). */
export const MAX_WAITING = 64
/** As over TCP: a query is a name and some options, padded to 128 octets or few times that (RFC 8467). */
export const MAX_QUERY_OCTETS = 4096
/** Such a query in base64url (RFC 8484 section 4.1.1). */
export const MAX_QUERY_LETTERS = Math.ceil((MAX_QUERY_OCTETS * 4) / 3)
/** The longest `:path` and what browsers send besides. */
export const MAX_HEADER_OCTETS = 8192
export const MAX_HEADERS = 64
/** Stream resets: a page that is left resets some; a flood of them ends the connection (CVE-2023-44487). */
export const RESET_BURST = 200
export const RESETS_PER_SECOND = 30
/** MiB. Header tables, and answers that nobody reads. */
export const MAX_SESSION_MIB = 1
/** A handshake is two round trips. */
export const HANDSHAKE_MS = 5_000
/** Since the last whole answer: short enough for who holds connections open, long enough for a reader of a page. */
export const IDLE_MS = 60_000
/** From a request's head to the end of its body, and for a connection that never finishes any request. */
export const REQUEST_MS = 8_000
export const SWEEP_MS = 1_000
/** Unknown tokens of an address in a minute that are answered as such (404); further ones are not looked up (429). */
export const MAX_GUESSES = 20
export const GUESS_WINDOW_MS = 60_000
/** Addresses that are remembered for their guesses, the oldest forgotten first. */
export const MAX_GUESSERS = 10_000
