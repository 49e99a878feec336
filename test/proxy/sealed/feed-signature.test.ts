import fc from 'fast-check'
import { createPublicKey } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFeed } from '../../../proxy/sealed/feed-signature.ts'
import { readPublicKeys, type PublicKeys } from '../../../records/ledger/checkpoint-key.ts'
import { feedMaker } from '../../support/feed-maker.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const maker = feedMaker()
const text = maker.make(['sealed.example', 'mixed.example/a'])

function signers(...pems: string[]): PublicKeys {
  const file = join(tempDirectory(), 'signers.pub')
  writeFileSync(file, pems.join(''))
  return readPublicKeys(file)
}

test('a feed of a known signer is opened', () => {
  const other = feedMaker().publicPem
  expect(openFeed(text, signers(other, maker.publicPem))).toMatchObject({ id: 'csam', serial: 1 })
  expect(createPublicKey(maker.publicPem).asymmetricKeyType).toBe('ed25519')
})

test('a feed of somebody else is refused', () => {
  expect(openFeed(text, signers(feedMaker().publicPem))).toEqual({
    problem: 'it is signed by nobody this gate knows',
  })
})

test('no octet of a feed can be changed, left out or added', () => {
  const known = signers(maker.publicPem)
  const place = fc.nat({ max: text.length - 1 })
  const letter = fc.constantFrom('0', '1', 'a', 'f', '\n', ' ', 'X')
  const changed = fc.oneof(
    fc.tuple(place, letter).map(([at, by]) => text.slice(0, at) + by + text.slice(at + 1)),
    fc.tuple(place, letter).map(([at, by]) => text.slice(0, at) + by + text.slice(at)),
    place.map((at) => text.slice(0, at) + text.slice(at + 1)),
    place.map((at) => text.slice(0, at)),
  )
  fc.assert(
    fc.property(changed, (other) => {
      // The line feed at the end is not part of what was signed.
      fc.pre(other.trimEnd() !== text.trimEnd())
      expect(openFeed(other, known)).toHaveProperty('problem')
    }),
  )
})
