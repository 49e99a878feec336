import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(argon2) as (
  algorithm: 'argon2id',
  parameters: Argon2Parameters,
) => Promise<Buffer>

/** OWASP's password storage cheat sheet, argon2id: 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }

/** NIST SP 800-63B: length counts, composition rules do not. */
const MIN_LETTERS = 12
/** A longer one costs the server more than it tells. */
export const MAX_LETTERS = 256

/** What is wrong with a new password, in a sentence; null when it will do. */
export function faultOfPassword(password: string, known: readonly string[]): string | null {
  if (password.length < MIN_LETTERS)
    return `use ${MIN_LETTERS} letters or more: three words will do`
  if (password.length > MAX_LETTERS) return `use at most ${MAX_LETTERS} letters`
  if (new Set(password).size < 5) return 'the same few letters again and again are guessed first'
  const plain = password.toLowerCase()
  const own = known.find((word) => word.length > 3 && plain.includes(word.toLowerCase()))
  return own === undefined ? null : `it must not contain \`${own}\`, which anybody would try`
}

/** As `$argon2id$v=19$m=...,t=...,p=...$salt$tag`, the form that other software reads, too. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const tag = await tagOf(password, salt, COST)
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(salt)}$${base64(tag)}`
}

/** Takes as long for an account without a password as for a wrong one. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const { salt, tag, ...cost } = read(stored ?? NOBODYS)
  const computed = await tagOf(password.slice(0, MAX_LETTERS), salt, cost)
  return timingSafeEqual(computed, tag) && stored !== null
}

interface Cost {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly tagLength: number
}

function tagOf(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  // Two spellings of one letter are one password (RFC 8265).
  const message = Buffer.from(password.normalize('NFC'))
  return derive('argon2id', { message, nonce, ...cost })
}

function read(stored: string): Cost & { readonly salt: Buffer; readonly tag: Buffer } {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(stored)
  if (found === null) throw new Error('a stored password is not an argon2id hash')
  const [, memory, passes, parallelism, salt = '', tag = ''] = found
  const octets = Buffer.from(tag, 'base64')
  return {
    ...{ memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    ...{ tagLength: octets.length, salt: Buffer.from(salt, 'base64'), tag: octets },
  }
}

function base64(octets: Buffer): string {
  return octets.toString('base64').replace(/=+$/, '')
}

/** A hash that no password has: what a stranger's attempt is compared with. */
const NOBODYS = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(
  randomBytes(16),
)}$${base64(randomBytes(32))}`
