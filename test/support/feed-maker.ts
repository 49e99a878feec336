import { createPrivateKey, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { signFeed } from '../../proxy/sealed/feed-signature.ts'
import { macOf } from '../../proxy/sealed/sealed-bundle.ts'
import { idOfKey } from '../../rules/sealed/seal-entries.ts'
import { formatSealedFeed, type SealedFeed } from '../../rules/sealed/sealed-feed.ts'
import { feedOf, HASH_KEY } from './sealed-names.ts'

/** Somebody who makes sealed feeds for a school. */
export interface FeedMaker {
  readonly secret: KeyObject
  /** PEM, for the gates. */
  readonly publicPem: string
  /** For the gates: 64 hex digits. */
  readonly hashKey: string
  readonly hashKeyId: string
  /** A feed's file. */
  readonly make: (lines: readonly string[], more?: Partial<SealedFeed>) => string
}

export function feedMaker(): FeedMaker {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const secret = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }))
  return {
    secret,
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    hashKey: `${HASH_KEY.toString('hex')}\n`,
    hashKeyId: idOfKey(macOf(createSecretKey(HASH_KEY))),
    make: (lines, more = {}) => signFeed(formatSealedFeed(feedOf(lines, more)), secret),
  }
}
