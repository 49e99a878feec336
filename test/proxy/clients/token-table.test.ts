import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TokenReader, tokenMemory, TokenWriter } from '../../../proxy/clients/token-table.ts'
import { sha256 } from '../../../records/ledger/chain.ts'

const TOKENS = ['a', 'b', 'c', 'd', 'e', 'f']

function scene(tokens = 100) {
  const memory = tokenMemory(tokens)
  const writer = new TokenWriter(memory)
  const follow = (all: Readonly<Record<string, number>>): number =>
    writer.follow(new Map(Object.entries(all).map(([token, key]) => [sha256(token), key])))
  return { writer, follow, reader: new TokenReader(memory), memory }
}

test('a token is found with its device, another one is not', () => {
  const { follow, reader } = scene()
  follow({ mine: 2 ** 52 + 7, yours: 3 })
  expect(reader.find('mine')).toEqual({ kind: 'live', device: 2 ** 52 + 7 })
  expect(reader.find('yours')).toEqual({ kind: 'live', device: 3 })
  expect(reader.find('')).toEqual({ kind: 'unknown' })
})

test('a token that is gone is revoked at once for every reader, and may come back', () => {
  const { follow, reader, memory } = scene()
  follow({ mine: 7 })
  const other = new TokenReader(memory)
  follow({})
  expect([reader.find('mine').kind, other.find('mine').kind]).toEqual(['revoked', 'revoked'])
  follow({ mine: 8 })
  expect(reader.find('mine')).toEqual({ kind: 'live', device: 8 })
})

test('the memory holds no token', () => {
  const { follow, memory } = scene()
  follow({ 'a-token-in-the-clear': 7 })
  expect(Buffer.from(memory).includes('a-token-in-the-clear')).toBe(false)
})

test('where there is no room for more it is said for how many, and those that are there stay', () => {
  const { follow, reader, writer } = scene(16)
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, one) => [`t${one}`, one + 1]))
  const homeless = follow(many)
  expect(homeless).toBeGreaterThan(0)
  expect(writer.size).toBe(100 - homeless)
  const found = Object.keys(many).filter((token) => reader.find(token).kind === 'live')
  expect(found).toHaveLength(writer.size)
})

test('after any changes exactly the tokens of the last are in force', () => {
  const state = fc.dictionary(fc.constantFrom(...TOKENS), fc.integer({ min: 1, max: 9 }))
  fc.assert(
    fc.property(fc.array(state, { maxLength: 8 }), (states) => {
      const { follow, reader } = scene(64)
      for (const one of states) follow(one)
      const last = states.at(-1) ?? {}
      for (const token of TOKENS) {
        const found = reader.find(token)
        expect(found.kind === 'live' ? found.device : undefined).toBe(last[token])
      }
    }),
  )
})
