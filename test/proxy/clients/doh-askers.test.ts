import { expect, test } from 'vitest'
import { DohAskers, type SeenByToken } from '../../../proxy/clients/doh-askers.ts'
import { tokenMemory, TokenWriter } from '../../../proxy/clients/token-table.ts'
import { sha256 } from '../../../records/ledger/chain.ts'
import { scriptedPlane } from '../../support/scripted-plane.ts'

function scene(zone: string) {
  const tokens = tokenMemory(100)
  const writer = new TokenWriter(tokens)
  writer.follow(new Map([[sha256('mine'), 7]]))
  const seen: SeenByToken[] = []
  const clock = { now: 0 }
  const askers = new DohAskers({
    tokens,
    subjectAt: () => ({ ...scriptedPlane().subject, zone }),
    now: () => clock.now,
    onSeen: (one) => seen.push(one),
  })
  return { askers, seen, clock, writer }
}

test('without a token it is whoever is at the address', () => {
  const { askers, seen } = scene('staffroom')
  expect(askers.of('127.10.20.7', null)).toEqual({ kind: 'known', source: '127.10.20.7' })
  expect(seen).toEqual([])
})

test('with one it is its device, until it is revoked', () => {
  const { askers, writer } = scene('staffroom')
  expect(askers.of('127.10.20.7', 'mine')).toEqual({ kind: 'known', source: '127.10.20.7#7' })
  expect(askers.of('127.10.20.7', 'other')).toEqual({ kind: 'unknown' })
  writer.follow(new Map())
  expect(askers.of('127.10.20.7', 'mine')).toEqual({ kind: 'revoked' })
})

test('inside the school it is told who is at the address, once a minute', () => {
  const { askers, seen, clock } = scene('staffroom')
  for (const now of [0, 30_000, 59_999, 60_000]) {
    clock.now = now
    askers.of('::ffff:127.10.20.7', 'mine')
  }
  const one = { device: 'd1', address: '127.10.20.7' }
  expect(seen).toEqual([one, one])
})

test.each(['off_site', 'unknown'])('in zone %s the address is nobody’s', (zone) => {
  const { askers, seen } = scene(zone)
  askers.of('203.0.113.7', 'mine')
  expect(seen).toEqual([])
})
