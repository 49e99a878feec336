import { expect, test } from 'vitest'
import { chromeIdentifier } from '../../../proxy/clients/chrome-identifier.ts'
import { DohTokens } from '../../../proxy/clients/doh-tokens.ts'
import { TokenReader } from '../../../proxy/clients/token-table.ts'
import { keyOf } from '../../../proxy/clients/word-key.ts'
import { sha256 } from '../../../records/ledger/chain.ts'
import type { DeviceFacts } from '../../../rules/subject.ts'
import { deviceOf } from '../../support/sample-facts.ts'

const SALT = 'salt-of-the-school'

function scene(salt: string | null, devices: readonly Partial<DeviceFacts>[]) {
  const tokens = new DohTokens({ salt, maxTokens: 100 })
  const reader = new TokenReader(tokens.memory)
  const known = new Map(devices.map((facts) => [facts.id ?? '', { ...deviceOf(), ...facts }]))
  const issued = new Map([['t1', { device: 'laptop', tokenHash: sha256('mine') }]])
  const follow = (dohTokens = issued, accounts: [string, string][] = []): void => {
    tokens.follow({ devices: known, dohTokens }, accounts)
  }
  const whose = (token: string): number | null => {
    const found = reader.find(token)
    return found.kind === 'live' ? found.device : null
  }
  return { tokens, follow, whose, known, reader }
}

const laptop = { id: 'laptop', personRef: 'p-1', ownership: 'school' } as const

test('a token of the register is its device’s, and nobody’s when it is revoked', () => {
  const { follow, whose, reader } = scene(null, [laptop])
  follow()
  expect(whose('mine')).toBe(keyOf('laptop'))
  follow(new Map())
  expect(reader.find('mine')).toEqual({ kind: 'revoked' })
})

test('a device that leaves the register takes its tokens along', () => {
  const { follow, whose, known } = scene(null, [laptop])
  follow()
  known.delete('laptop')
  follow()
  expect(whose('mine')).toBeNull()
})

test('with a salt a Chromebook is known by the hash of its asset id, without one by nothing', () => {
  const id = chromeIdentifier(SALT, 'laptop')
  const salted = scene(SALT, [laptop])
  salted.follow()
  expect(salted.whose(id)).toBe(keyOf('laptop'))
  const plain = scene(null, [laptop])
  plain.follow()
  expect(plain.whose(id)).toBeNull()
})

test('an account is its person’s one school device, and none where there are two', () => {
  const accounts: [string, string][] = [['Ada@School.example', 'p-1']]
  const id = chromeIdentifier(SALT, 'ada@school.example')
  const one = scene(SALT, [laptop, { id: 'phone', personRef: 'p-1', ownership: 'personal' }])
  one.follow(undefined, accounts)
  expect(one.whose(id)).toBe(keyOf('laptop'))
  const two = scene(SALT, [laptop, { ...laptop, id: 'tablet' }])
  two.follow(undefined, accounts)
  expect(two.whose(id)).toBeNull()
})

test('what there is no room for is said', () => {
  const many = Array.from({ length: 400 }, (_, one) => ({ id: `d${one}` }))
  const { tokens, follow } = scene(SALT, many)
  follow()
  expect(tokens.problems()).toEqual([
    `DoH tokens: there is no room for ${400 - tokens.size} (\`clients.maxTokens\`)`,
  ])
})
