import { createHmac, timingSafeEqual } from 'node:crypto'

/** A warning page that was open for longer is asked for again. */
const TOKEN_LIFE_MS = 10 * 60_000
/** Long enough to read a page and its pictures, short enough to be asked again next lesson. */
export const PASS_LIFE_MS = 15 * 60_000
/** Passes of all devices together; beyond it the oldest go, which only means one more warning. */
const MAX_PASSES = 16_384
const TOKEN_PARAMETER = 'sg'
const CONTINUE = `/continue?${TOKEN_PARAMETER}=`
/** 128 bits of HMAC-SHA-256: unguessable, and short in an address bar. */
const MAC_OCTETS = 16
const MAX_RETURN_PATH = 4_096

/** Devices that have chosen to go on past a warning, per host. */
export class WarnPasses {
  readonly #key: Uint8Array
  readonly #until = new Map<string, number>()

  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** A target on the warned host itself that brings the device back to `path`, this device alone. */
  continuePath(address: string, host: string, place: { path: string; now: number }): string {
    const expires = (place.now + TOKEN_LIFE_MS).toString(36)
    const token = `${expires}.${this.#mac(address, host, expires)}`
    // A long path would make a target that our own limit refuses.
    const path = place.path.length > MAX_RETURN_PATH ? '/' : place.path
    return `${CONTINUE}${token}&to=${encodeURIComponent(path)}`
  }

  isContinue(path: string): boolean {
    return path.startsWith(CONTINUE)
  }

  /** Where to go back to; undefined when the token is none of ours, another device's or too old. */
  redeem(address: string, host: string, asked: { path: string; now: number }): string | undefined {
    const query = new URLSearchParams(asked.path.slice(asked.path.indexOf('?')))
    const [expires = '', mac = ''] = (query.get(TOKEN_PARAMETER) ?? '').split('.')
    if (!isEqual(mac, this.#mac(address, host, expires))) return undefined
    return Number.parseInt(expires, 36) < asked.now ? undefined : returnPath(query.get('to') ?? '/')
  }

  /** The path that a spent `/continue` target wanted to go back to. */
  wanted(path: string): string {
    return returnPath(new URLSearchParams(path.slice(path.indexOf('?'))).get('to') ?? '/')
  }

  add(address: string, host: string, until: number): void {
    const key = keyOf(address, host)
    this.#until.delete(key)
    this.#until.set(key, until)
    if (this.#until.size <= MAX_PASSES) return
    for (const oldest of this.#until.keys()) {
      this.#until.delete(oldest)
      return
    }
  }

  has(address: string, host: string, now: number): boolean {
    const key = keyOf(address, host)
    const until = this.#until.get(key)
    if (until === undefined) return false
    if (until > now) return true
    this.#until.delete(key)
    return false
  }

  #mac(address: string, host: string, expires: string): string {
    return createHmac('sha256', this.#key)
      .update(`${address}\0${host}\0${expires}`)
      .digest()
      .subarray(0, MAC_OCTETS)
      .toString('base64url')
  }
}

function keyOf(address: string, host: string): string {
  return `${address} ${host}`
}

function isEqual(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

/** It ends in a `Location` field: a path on the same host and nothing that could leave that line. */
function returnPath(text: string): string {
  return /^\/[\x21-\x7e]*$/.test(text) ? text : '/'
}
