import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  proveClient,
  readProof,
  type RelayedClient,
} from '../../../records/registration/relay-proof.ts'

const KEY = new Uint8Array(32).fill(1)
const NOW = Date.parse('2026-11-24T10:00:00Z')
const CLIENT: RelayedClient = {
  ...{ address: '127.10.30.9', device: null, reason: 'unregistered', zone: 'reception', at: NOW },
}

test('what the gate says of a client is read for a minute', () => {
  const proof = proveClient(CLIENT, KEY)
  expect(readProof(proof, KEY, NOW + 59_000)).toEqual(CLIENT)
  expect(readProof(proof, KEY, NOW + 61_000)).toBeNull()
  expect(readProof(proof, KEY, NOW - 61_000)).toBeNull()
})

test('nothing that the gate did not say is read', () => {
  const proof = proveClient(CLIENT, KEY)
  expect(readProof(proof, new Uint8Array(32).fill(2), NOW)).toBeNull()
  expect(readProof(`${proof}.`, KEY, NOW)).toBeNull()
  fc.assert(
    fc.property(fc.string(), fc.nat({ max: proof.length - 1 }), (text, at) => {
      expect(readProof(text, KEY, NOW)).toBeNull()
      const other = proof[at] === 'A' ? 'B' : 'A'
      const changed = proof.slice(0, at) + other + proof.slice(at + 1)
      expect(readProof(changed, KEY, NOW)).toBeNull()
    }),
  )
})
