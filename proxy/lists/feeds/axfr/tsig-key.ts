import { readFileSync, statSync } from 'node:fs'
import { parseHostname } from '../../../../rules/names/hostname.ts'
import { FetchRefused } from '../fetch-limits.ts'

/** The digests that a key may be for; SHA-1 and MD5 are not believed any more (RFC 8945 section 6). */
const HASHES: Readonly<Record<string, TsigKey['hash']>> = {
  'hmac-sha256': 'sha256',
  'hmac-sha512': 'sha512',
}

/** What the gate and a primary both know (RFC 8945). */
export interface TsigKey {
  /** Lower case, without the root dot; both ends must call the key the same. */
  readonly name: string
  readonly algorithm: string
  readonly hash: 'sha256' | 'sha512'
  readonly secret: Buffer
}

/** Longer is no key file. */
const MAX_FILE_OCTETS = 4096
/** RFC 8945 section 8: a secret of fewer octets than these is guessed, not known. */
const LEAST_SECRET_OCTETS = 16

/** The key that a text `name algorithm base64` says, or why it says none; never quotes the secret. */
export function parseTsigKey(text: string): TsigKey | { readonly problem: string } {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:#|$)/.test(line))
  const [words = '', ...more] = lines
  const [name = '', algorithm = '', base64 = '', ...rest] = words.trim().split(/\s+/)
  if (more.length > 0 || rest.length > 0 || base64 === '')
    return { problem: 'not one line `name algorithm base64`' }
  const host = parseHostname(name.toLowerCase().replace(/\.$/, ''))
  if (host === undefined) return { problem: 'the name of the key is no domain name' }
  const spelt = algorithm.toLowerCase().replace(/\.$/, '')
  const hash = Object.hasOwn(HASHES, spelt) ? HASHES[spelt] : undefined
  if (hash === undefined) return { problem: 'the algorithm is not `hmac-sha256` or `hmac-sha512`' }
  const secret = secretOf(base64)
  if (!Buffer.isBuffer(secret)) return secret
  return { name: host, algorithm: spelt, hash, secret }
}

function secretOf(base64: string): Buffer | { readonly problem: string } {
  const secret = Buffer.from(base64, 'base64')
  if (secret.toString('base64') !== base64) return { problem: 'the secret is not base64' }
  return secret.length < LEAST_SECRET_OCTETS
    ? { problem: `the secret has fewer than ${LEAST_SECRET_OCTETS} octets` }
    : secret
}

/** Reads a key from its file. Throws `FetchRefused` with a sentence. */
export function readTsigKey(path: string): TsigKey {
  const parsed = parseTsigKey(textOf(path))
  if ('problem' in parsed) throw new FetchRefused(`the key in \`${path}\`: ${parsed.problem}`)
  return parsed
}

function textOf(path: string): string {
  try {
    const { size } = statSync(path)
    return size > MAX_FILE_OCTETS ? '' : readFileSync(path, 'utf8')
  } catch {
    throw new FetchRefused(`the key in \`${path}\` cannot be read`)
  }
}
