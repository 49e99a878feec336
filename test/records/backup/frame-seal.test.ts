import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { cipherSeal, digestSeal, findKey, newKey } from '../../../records/backup/frame-seal.ts'
import { PASSPHRASE } from './sample-records.ts'

const HEADER = randomBytes(32)
const KEY = randomBytes(32)
const CLEAR = Buffer.from('what a school remembers')
const PLACE = { index: 3, isLast: false }

test.each([
  ['a digest', digestSeal(HEADER), digestSeal(randomBytes(32))],
  ['a cipher', cipherSeal(KEY, HEADER), cipherSeal(KEY, randomBytes(32))],
])('%s opens a frame in its own place and file, and nowhere else', (_says, seal, other) => {
  const { payload, tag } = seal.seal(CLEAR, PLACE)
  expect(tag).toHaveLength(seal.tagOctets)
  expect(seal.open(payload, tag, PLACE)).toEqual(CLEAR)
  expect(seal.open(payload, tag, { ...PLACE, index: 4 })).toBeNull()
  expect(seal.open(payload, tag, { ...PLACE, isLast: true })).toBeNull()
  expect(other.open(payload, tag, PLACE)).toBeNull()
  expect(seal.open(Buffer.concat([payload, payload]), tag, PLACE)).toBeNull()
  expect(seal.open(payload, Buffer.alloc(seal.tagOctets), PLACE)).toBeNull()
})

test('a key is found with its passphrase alone, however the letters were composed', async () => {
  const { key, sealing } = await newKey(`${PASSPHRASE} é`)
  expect(await findKey(`${PASSPHRASE} e\u0301`, sealing)).toEqual(key)
  expect(await findKey(`${PASSPHRASE} e`, sealing)).toBeNull()
})
