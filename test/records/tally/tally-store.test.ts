import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { TallyDelta } from '../../../records/tally/tally-codec.ts'
import {
  TALLY_SCHEMA,
  TallyStore,
  lastTallyHour,
  readTally,
} from '../../../records/tally/tally-store.ts'

function newStore(): { readonly db: DatabaseSync; readonly tally: TallyStore } {
  const db = new DatabaseSync(':memory:')
  db.exec(TALLY_SCHEMA)
  return { db, tally: new TallyStore(db) }
}

function delta(facts: Partial<TallyDelta>): TallyDelta {
  const row = { hour: 100, host: 'a.example', profile: 'staff', verdict: 'allow' } as const
  return { ...row, requests: 1, sketch: sketchOf(0), ...facts }
}

function sketchOf(...octets: readonly number[]): Uint8Array {
  const sketch = new Uint8Array(32)
  for (const octet of octets) sketch[octet] = 1
  return sketch
}

test('rows of an hour add up: requests by sum, devices by union', () => {
  const { db, tally } = newStore()
  tally.add(delta({ requests: 3, sketch: sketchOf(0, 1) }))
  tally.add(delta({ requests: 4, sketch: sketchOf(1, 2) }))
  expect(readTally(db, 100, 1)).toEqual([
    { host: 'a.example', profile: 'staff', verdict: 'allow', requests: 7, devices: 3 },
  ])
})

test('over hours requests add up, and devices are those of the busiest one', () => {
  const { db, tally } = newStore()
  tally.add(delta({ hour: 99, sketch: sketchOf(0, 1, 2, 3) }))
  tally.add(delta({ hour: 100, sketch: sketchOf(9) }))
  expect(readTally(db, 100, 2)).toMatchObject([{ requests: 2, devices: 4 }])
  expect(readTally(db, 100, 1)).toMatchObject([{ requests: 1, devices: 1 }])
  expect(readTally(db, 98, 48)).toEqual([])
})

test('host, profile and verdict keep rows apart', () => {
  const { db, tally } = newStore()
  const others = [{}, { host: 'b.example' }, { profile: '' }, { verdict: 'block' as const }]
  for (const other of others) tally.add(delta(other))
  expect(readTally(db, 100, 1)).toHaveLength(4)
})

test('what is older than 48 hours is forgotten, a thousand rows at a time', () => {
  const { db, tally } = newStore()
  for (let i = 0; i < 1_500; i += 1) tally.add(delta({ hour: 51, host: `h${i}.example` }))
  tally.add(delta({ hour: 52 }))
  expect(tally.forget(100)).toBe(true)
  expect(tally.forget(100)).toBe(false)
  expect(readTally(db, 100, 1_000)).toHaveLength(1)
})

test('the newest hour is known, and an empty tally has none', () => {
  const { db, tally } = newStore()
  expect(lastTallyHour(db)).toBeNull()
  tally.add(delta({ hour: 99 }))
  tally.add(delta({ hour: 101 }))
  expect(lastTallyHour(db)).toBe(101)
})
