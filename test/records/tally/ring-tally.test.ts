import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ACTIONS } from '../../../rules/verdict.ts'
import type { Action, Ruling } from '../../../rules/verdict.ts'
import { RingWriter, makeRing } from '../../../records/rings/byte-ring.ts'
import { RingIntake } from '../../../records/rings/ring-intake.ts'
import { RingTally } from '../../../records/tally/ring-tally.ts'
import type { TallyDelta } from '../../../records/tally/tally-codec.ts'
import { expectAllocatesAtMost } from '../../support/allocations.ts'
import { TEN_O_CLOCK, aRuling, aSubject } from '../../support/refusals.ts'
import { wireName } from '../../support/wire-name.ts'

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300)
const SALT = { low: 11, high: 22 }
const HOUR = TEN_O_CLOCK / 3_600_000

class Line {
  readonly ring: SharedArrayBuffer
  readonly tally: RingTally
  readonly #intake: RingIntake
  #deltas: TallyDelta[] = []

  constructor(octets = 4_194_304) {
    this.ring = makeRing(octets)
    this.tally = new RingTally(new RingWriter(this.ring), SALT)
    this.#intake = new RingIntake(this.ring, [], {
      attempt: () => undefined,
      tally: (delta) => this.#deltas.push(delta),
      malformed: () => {
        throw new Error('malformed')
      },
      word: () => undefined,
      epoch: () => undefined,
    })
  }

  read(): TallyDelta[] {
    while (this.#intake.drain(1_000) > 0);
    this.#intake.release()
    const deltas = this.#deltas
    this.#deltas = []
    return deltas
  }
}

/** requests by hour, host, profile and verdict */
function summed(deltas: readonly TallyDelta[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { hour, host, profile, verdict, requests } of deltas) {
    const key = [hour, host, profile, verdict].join(' ')
    sums.set(key, (sums.get(key) ?? 0) + requests)
  }
  return sums
}

test('counts are kept apart by hour, host, profile and verdict, and all arrive', () => {
  const rulings = ['staff', 'pupil', null].flatMap((profile) =>
    ACTIONS.map((action) => aRuling({ profile, action })),
  )
  const request = fc.record({
    host: fc.constantFrom('a.example', 'b.example', 'ab.example', 'a.b.example'),
    ruling: fc.constantFrom(...rulings),
    hour: fc.nat(2),
    wire: fc.boolean(),
    flush: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(request, { maxLength: 100 }), (requests) => {
      const line = new Line(65_536)
      const expected = new Map<string, number>()
      for (const { host, ruling, hour, wire, flush } of requests) {
        const at = TEN_O_CLOCK + hour * 3_600_000
        if (wire) line.tally.countWire(aSubject(), ruling, { bytes: wireName(host), offset: 0, at })
        else line.tally.countHost(aSubject(), ruling, host.toUpperCase(), at)
        if (flush) line.tally.flush()
        const key = [HOUR + hour, host, ruling.profile ?? '', ruling.action].join(' ')
        expected.set(key, (expected.get(key) ?? 0) + 1)
      }
      line.tally.flush()
      expect(summed(line.read())).toEqual(expected)
      expect(line.tally.overflow).toBe(0)
    }),
    { numRuns: Math.min(RUNS, 100) },
  )
})

test('a delta names no device', () => {
  const line = new Line()
  line.tally.countHost(aSubject(), aRuling(), 'a.example', TEN_O_CLOCK)
  line.tally.flush()
  const [delta] = line.read()
  expect(Object.keys(delta ?? {})).toEqual([
    'hour',
    'host',
    'profile',
    'verdict',
    'requests',
    'sketch',
  ])
  const bits = delta?.sketch.reduce(
    (sum, octet) => sum + octet.toString(2).replaceAll('0', '').length,
    0,
  )
  expect(bits).toBe(1)
})

test('a sealed name is not counted at all', () => {
  const line = new Line()
  const sealed = aRuling({ reasonCode: 'sealed' })
  line.tally.countHost(aSubject(), sealed, 'a.example', TEN_O_CLOCK)
  line.tally.countWire(aSubject(), sealed, {
    bytes: wireName('a.example'),
    offset: 0,
    at: TEN_O_CLOCK,
  })
  line.tally.flush()
  expect(line.read()).toEqual([])
})

test('a full table moves into the ring by itself', () => {
  const line = new Line()
  for (let i = 0; i < 20_000; i += 1)
    line.tally.countHost(aSubject(), RULING, `host-${i}.example`, TEN_O_CLOCK)
  line.tally.flush()
  const hosts = new Set(line.read().map(({ host }) => host))
  expect(hosts.size).toBe(20_000)
  expect(line.tally.overflow).toBe(0)
})

const RULING: Ruling = aRuling({ action: 'allow' satisfies Action })

test('with the ring full too, new hosts are counted as overflow and known ones go on', () => {
  const line = new Line(16_384)
  for (let i = 0; i < 20_000; i += 1)
    line.tally.countHost(aSubject(), RULING, `host-${i}.example`, TEN_O_CLOCK)
  expect(line.tally.overflow).toBeGreaterThan(7_000)
  const arrived = new Set<string>()
  for (let i = 0; i < 1_000; i += 1) {
    line.tally.flush()
    const deltas = line.read()
    if (deltas.length === 0) break
    for (const { host } of deltas) arrived.add(host)
  }
  expect(arrived.size + line.tally.overflow).toBe(20_000)
})

test('half of the ring stays free for refusals', () => {
  const line = new Line(16_384)
  for (let i = 0; i < 1_000; i += 1)
    line.tally.countHost(aSubject(), RULING, `host-${i}.example`, TEN_O_CLOCK)
  line.tally.flush()
  expect(new RingWriter(line.ring).reserve(7_900)).toBeGreaterThan(0)
})

test('counting allocates nothing', () => {
  const line = new Line()
  const subject = aSubject()
  const name = { bytes: wireName('www.example.org'), offset: 0, at: TEN_O_CLOCK }
  expectAllocatesAtMost(1, 20_000, () => {
    line.tally.countWire(subject, RULING, name)
    line.tally.countHost(subject, RULING, 'www.example.com', TEN_O_CLOCK)
  })
})
