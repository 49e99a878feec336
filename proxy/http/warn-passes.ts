import { createHmac, timingSafeEqual } from 'node:crypto'
import { SharedTimes } from '../shared-times.ts'

/** A warning page that was open for longer is asked for again. */
const TOKEN_LIFE_MS = 10 * 60_000
/** Long enough to read a page and its pictures, short enough to be asked again next lesson. */
export const PASS_LIFE_MS = 15 * 60_000
const TOKEN_PARAMETER = 'sg'
const CONTINUE = `/continue?${TOKEN_PARAMETER}=`
/** 128 bits of HMAC-SHA-256: unguessable, and short in an address bar. */
const MAC_OCTETS = 16
const MAX_RETURN_PATH = 4_096

/**
 * Devices that have chosen to go on past a warning, per host; kept in memory that all threads share, so
 * that a page and its next request may come to two of them. `who` is the device, or the address of one
 * that is not registered: a pass does not go to the next device that gets an address. Beyond the
 * table's places the pass that ends first goes, which only means one more warning.
 */
export class WarnPasses {
  readonly #key: Uint8Array
  readonly #until: SharedTimes

  constructor(key: Uint8Array, memory: SharedArrayBuffer = SharedTimes.memory()) {
    this.#key = key
    this.#until = new SharedTimes(memory)
  }

  /** A target on the warned host itself that brings the device back to `path`, this device alone. */
  continuePath(who: string, host: string, place: { path: string; now: number }): string {
    const expires = (place.now + TOKEN_LIFE_MS).toString(36)
    const token = `${expires}.${this.#mac(who, host, expires).toString('base64url')}`
    // A long path would make a target that our own limit refuses.
    const path = place.path.length > MAX_RETURN_PATH ? '/' : place.path
    return `${CONTINUE}${token}&to=${encodeURIComponent(path)}`
  }

  isContinue(path: string): boolean {
    return path.startsWith(CONTINUE)
  }

  /** Where to go back to; undefined when the token is none of ours, another device's or too old. */
  redeem(who: string, host: string, asked: { path: string; now: number }): string | undefined {
    const query = new URLSearchParams(asked.path.slice(asked.path.indexOf('?')))
    const [expires = '', mac = ''] = (query.get(TOKEN_PARAMETER) ?? '').split('.')
    const right = this.#mac(who, host, expires).toString('base64url')
    if (!isEqual(mac, right)) return undefined
    return Number.parseInt(expires, 36) < asked.now ? undefined : returnPath(query.get('to') ?? '/')
  }

  /** The path that a spent `/continue` target wanted to go back to. */
  wanted(path: string): string {
    return returnPath(new URLSearchParams(path.slice(path.indexOf('?'))).get('to') ?? '/')
  }

  /** `until` is gate time, epoch ms. */
  add(who: string, host: string, until: number): void {
    this.#until.set(this.#keyOf(who, host), BigInt(until))
  }

  has(who: string, host: string, now: number): boolean {
    return this.#until.get(this.#keyOf(who, host)) > BigInt(now)
  }

  #keyOf(who: string, host: string): bigint {
    return this.#mac(who, host, PASS).readBigInt64LE()
  }

  #mac(who: string, host: string, what: string): Buffer {
    return createHmac('sha256', this.#key)
      .update(`${who}\0${host}\0${what}`)
      .digest()
      .subarray(0, MAC_OCTETS)
  }
}

/** No time in base 36 has this form, so that a pass is never taken for a link. */
const PASS = '-pass'

function isEqual(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

/** It ends in a `Location` field: a path on the same host and nothing that could leave that line. */
function returnPath(text: string): string {
  return /^\/[\x21-\x7e]*$/.test(text) ? text : '/'
}
