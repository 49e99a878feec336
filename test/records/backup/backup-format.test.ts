import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  encodeHeader,
  headerDigest,
  headerSchema,
  isPartName,
  MAGIC,
  manifestSchema,
  uint32,
} from '../../../records/backup/backup-format.ts'

const PART = { name: 'a', octets: 1, sha256: '0'.repeat(64), mode: 0o600 }
const MANIFEST = { created_at: 'now', site: 'ex', ledger: { seq: 1, hash: '0'.repeat(64) } }

test.each([
  ['ledger.sqlite', true],
  ['sub/lists-1.sgimage', true],
  ['../ledger.sqlite', false],
  ['a/../../b', false],
  ['/etc/passwd', false],
  ['.hidden', false],
  ['a/.hidden', false],
  ['a//b', false],
  ['a\\b', false],
  ['a\0b', false],
  ['', false],
])('a part may be called `%s`: %s', (name, may) => {
  expect(isPartName(name)).toBe(may)
  expect(manifestSchema.safeParse({ ...MANIFEST, parts: [{ ...PART, name }] }).success).toBe(may)
})

test('a manifest that names a part twice or sets a set-uid bit is none', () => {
  expect(manifestSchema.safeParse({ ...MANIFEST, parts: [PART, PART] }).success).toBe(false)
  const parts = [{ ...PART, mode: 0o4755 }]
  expect(manifestSchema.safeParse({ ...MANIFEST, parts }).success).toBe(false)
})

test('a header cannot ask for more than a gibibyte of scrypt', () => {
  const sealing = {
    ...{ kdf: 'scrypt', N: 2 ** 20, r: 8, p: 1, salt: '0'.repeat(32), check: '0'.repeat(64) },
    cipher: 'aes-256-gcm',
  }
  const header = { created_at: 'now', site: 'ex', compression: 'zstd', sealing }
  expect(headerSchema.safeParse(header).success).toBe(true)
  const greedy = { ...header, sealing: { ...sealing, N: 2 ** 21 } }
  expect(headerSchema.safeParse(greedy).success).toBe(false)
})

test('the digest covers magic, length and header', () => {
  const header = { created_at: 'now', site: 'ex', compression: 'zstd', sealing: null } as const
  const { octets, digest } = encodeHeader(header)
  const json = Buffer.from(JSON.stringify(header))
  expect(octets.subarray(0, -32)).toEqual(Buffer.concat([MAGIC, uint32(json.length), json]))
  expect(digest).toEqual(createHash('sha256').update(octets.subarray(0, -32)).digest())
  expect(headerDigest(json)).toEqual(digest)
})
