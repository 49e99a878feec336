import { expect, test } from 'vitest'
import { RingWriter } from '../../../records/rings/byte-ring.ts'
import { TallyTable } from '../../../records/tally/tally-table.ts'
import { RingLine } from '../../support/ring-line.ts'

/** Puts a host where `count` looks for it. */
function count(table: TallyTable, host: string, profile = 'staff', bit = 0): boolean {
  const octets = Buffer.from(host)
  table.arena.set(octets, table.end)
  return table.count(octets.length, profile, 0, bit)
}

test('equal requests share a row: one host in the arena, all bits in the sketch', () => {
  const line = new RingLine()
  const table = new TallyTable()
  for (const bit of [0, 9, 9, 255]) expect(count(table, 'a.example', 'staff', bit)).toBe(true)
  expect(table.end).toBe('a.example'.length)
  expect(table.pending()).toBe(4)
  expect(table.flush(new RingWriter(line.ring), 7)).toBe(true)
  line.read()
  expect(line.tallies).toHaveLength(1)
  const sketch = new Uint8Array(32)
  sketch.set([1, 2])
  sketch[31] = 128
  expect(line.tallies[0]).toEqual({
    hour: 7,
    host: 'a.example',
    profile: 'staff',
    verdict: 'allow',
    requests: 4,
    sketch,
  })
})

test('a full table refuses new hosts and counts known ones', () => {
  const table = new TallyTable()
  for (let i = 0; i < 12_288; i += 1) expect(count(table, `h${i}.example`)).toBe(true)
  expect(count(table, 'one-more.example')).toBe(false)
  expect(count(table, 'h0.example')).toBe(true)
  expect(table.pending()).toBe(12_289)
})

test('long hosts fill the arena before the table, and are refused then', () => {
  const table = new TallyTable()
  let rows = 0
  while (count(table, `${rows}`.padStart(250, 'x'))) rows += 1
  expect(rows).toBe(Math.floor((16_384 * 24) / 250))
})

test("profiles past an octet's numbers and names past its length are refused", () => {
  const table = new TallyTable()
  for (let i = 0; i < 256; i += 1) expect(count(table, 'a.example', `p${i}`)).toBe(true)
  expect(count(table, 'a.example', 'p256')).toBe(false)
  expect(count(new TallyTable(), 'a.example', 'p'.repeat(256))).toBe(false)
})

test('what did not fit the ring stays, and goes once', () => {
  const line = new RingLine(16_384)
  const ring = new RingWriter(line.ring)
  const table = new TallyTable()
  for (let i = 0; i < 300; i += 1) count(table, `h${i}.example`)
  expect(table.flush(ring, 7)).toBe(false)
  expect(table.pending()).toBeGreaterThan(0)
  for (let i = 0; i < 10 && !table.flush(ring, 7); i += 1) line.read()
  line.read()
  expect(line.tallies.map(({ host }) => host).toSorted()).toEqual(
    Array.from({ length: 300 }, (_, i) => `h${i}.example`).toSorted(),
  )
  expect(table.pending()).toBe(0)
})
