import { createPublicKey, sign, type KeyObject } from 'node:crypto'
import { isSigned, type PublicKeys } from '../../records/ledger/checkpoint-key.ts'
import {
  parseSealedFeed,
  splitSignature,
  type FeedProblem,
  type SealedFeed,
} from '../../rules/sealed/sealed-feed.ts'

/** `signed` with its last line: Ed25519 (RFC 8032) over every octet before it. */
export function signFeed(signed: string, secret: KeyObject): string {
  const own = createPublicKey(secret)
  const signer = Buffer.from(own.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex')
  const signature = sign(null, Buffer.from(signed), secret).toString('hex')
  return `${signed}signature ${signer} ${signature}\n`
}

/** The feed, when one of `signers` signed just this text; nothing of it is believed before. */
export function openFeed(text: string, signers: PublicKeys): SealedFeed | FeedProblem {
  const parts = splitSignature(text)
  if ('problem' in parts) return parts
  const key = signers.get(parts.signer)
  if (key === undefined) return { problem: 'it is signed by nobody this gate knows' }
  if (!isSigned(parts.signed, parts.signature, key)) return { problem: 'its signature is wrong' }
  return parseSealedFeed(parts.signed)
}
