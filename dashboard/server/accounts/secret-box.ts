import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Seals small secrets that must be read again (a TOTP secret) with the key file of the records directory. */
export class SecretBox {
  readonly #key: Uint8Array

  /** 32 octets. */
  constructor(key: Uint8Array) {
    this.#key = key
  }

  seal(text: string): string {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
  }

  /** Throws when it was sealed with another key, or changed. */
  open(sealed: string): string {
    const octets = Buffer.from(sealed, 'base64')
    const decipher = createDecipheriv('aes-256-gcm', this.#key, octets.subarray(0, 12))
    decipher.setAuthTag(octets.subarray(12, 28))
    return Buffer.concat([decipher.update(octets.subarray(28)), decipher.final()]).toString('utf8')
  }
}
