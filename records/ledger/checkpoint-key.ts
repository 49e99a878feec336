import {
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readOrCreateKey } from '../key-file.ts'
import { StoreRefused } from '../sqlite/open-database.ts'

/** The public keys of a node's checkpoints: PEM, its own and those of nodes that it was restored from. */
export const PUBLIC_KEY_FILE = 'checkpoint.pub'

/** What makes checkpoints. */
export interface SigningKey {
  /** The public key's 32 octets, hex: a checkpoint names by it who signed. */
  readonly id: string
  /** Ed25519 (RFC 8032), hex. */
  readonly sign: (text: string) => string
}

/** Public keys by `SigningKey.id`. */
export type PublicKeys = ReadonlyMap<string, KeyObject>

/**
 * The node's key, made at the first call; its secret is `checkpoint.key` (mode 0600), and its public
 * half is in `checkpoint.pub` from then on. Throws for a file that is no such key.
 */
export function openSigningKey(directory: string): SigningKey {
  const secret = privateKeyOf(readOrCreateKey(directory, 'checkpoint'))
  const own = createPublicKey(secret)
  publish(join(directory, PUBLIC_KEY_FILE), own)
  return {
    id: idOf(own),
    sign: (text) => sign(null, Buffer.from(text), secret).toString('hex'),
  }
}

/** The keys in a file of PEM blocks; none for a file that is absent. Throws `StoreRefused` for another file. */
export function readPublicKeys(path: string): PublicKeys {
  const refused = (found: string, cause?: unknown): StoreRefused =>
    new StoreRefused(path, found, 'name the `checkpoint.pub` of the node that signed', cause)
  let text: string
  try {
    if (statSync(path).size > MAX_FILE_OCTETS) throw refused('is too long for public keys')
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map()
    throw error
  }
  const blocks = text.match(PEM_BLOCK) ?? []
  if (blocks.length === 0) throw refused('holds no public key')
  try {
    return new Map(blocks.map(publicKeyOf).map((key) => [idOf(key), key]))
  } catch (error) {
    throw refused('holds a key that is not Ed25519', error)
  }
}

/** Whether `signature` (hex) is what the owner of `key` made of `text`. */
export function isSigned(text: string, signature: string, key: KeyObject): boolean {
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'hex'))
}

const PEM_BLOCK = /-----BEGIN PUBLIC KEY-----[^-]{1,500}-----END PUBLIC KEY-----/g

/** A key has 113 letters: room for every node that a school will ever have. */
const MAX_FILE_OCTETS = 64 * 1024

/** RFC 8410 section 7: what stands before the 32 octets of an Ed25519 key in PKCS #8. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')

function privateKeyOf(seed: Buffer): KeyObject {
  const key = Buffer.concat([PKCS8_HEAD, seed])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

function publicKeyOf(pem: string): KeyObject {
  const key = createPublicKey(pem)
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key')
  return key
}

function idOf(key: KeyObject): string {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex')
}

/** Adds the key to the file, which is replaced whole: a reader never sees half of it. */
function publish(path: string, own: KeyObject): void {
  const known = readPublicKeys(path)
  if (known.has(idOf(own))) return
  const text = [...known.values(), own].map((key) => key.export({ format: 'pem', type: 'spki' }))
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, text.join(''), { mode: 0o644, flush: true })
  renameSync(draft, path)
}
