import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const KEY_FILE = 'device.key'

/**
 * This device's Ed25519 key. Node reaches no key store of an operating system without native code, and a
 * tool such as `security` takes the secret as an argument that others can read; so it is a file with
 * mode 0600 in a folder with 0700. It proves which device reports, not that the report is true.
 */
export class DeviceKey {
  readonly #key: KeyObject

  private constructor(key: KeyObject) {
    this.#key = key
  }

  /** A new key, in memory alone: an enrolment that fails must not cost the key that is in use. */
  static generate(): DeviceKey {
    return new DeviceKey(generateKeyPairSync('ed25519').privateKey)
  }

  /** Keeps it in `directory`, in place of any that was there. */
  save(directory: string): void {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const path = join(directory, KEY_FILE)
    writeFileSync(path, this.#key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    // The mode of `writeFileSync` counts for a new file only.
    chmodSync(path, 0o600)
  }

  /** The key in `directory`; null where there is none or it is no key. */
  static read(directory: string): DeviceKey | null {
    try {
      const key = createPrivateKey(readFileSync(join(directory, KEY_FILE)))
      return key.asymmetricKeyType === 'ed25519' ? new DeviceKey(key) : null
    } catch {
      return null
    }
  }

  /** The raw 32 octets of the public key, base64url (RFC 8037's `x`). */
  get publicKey(): string {
    return String(createPublicKey(this.#key).export({ format: 'jwk' }).x)
  }

  /** Ed25519 over the text's UTF-8, base64url. */
  sign(text: string): string {
    return sign(null, Buffer.from(text), this.#key).toString('base64url')
  }
}

/** Whether others than its owner can read the key; false on Windows, where a mode says nothing. */
export function isKeyExposed(directory: string): boolean {
  if (process.platform === 'win32') return false
  try {
    return [join(directory, KEY_FILE), directory].some(
      (path) => (statSync(path).mode & 0o077) !== 0,
    )
  } catch {
    return true
  }
}
