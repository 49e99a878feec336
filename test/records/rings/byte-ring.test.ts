import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RingReader, RingWriter, lostIn, makeRing } from '../../../records/rings/byte-ring.ts'

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300)
const SMALLEST_RING = 16_384

type Step =
  | { readonly kind: 'write'; readonly octets: number; readonly fill: number }
  | { readonly kind: 'read'; readonly limit: number }
  | { readonly kind: 'release' | 'replace writer' | 'replace reader' }

const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({
      kind: fc.constant('write'),
      octets: fc.integer({ min: 0, max: 5_000 }),
      fill: fc.nat(255),
    }),
    fc.record({ kind: fc.constant('read'), limit: fc.nat(12) }),
    fc.record({ kind: fc.constantFrom('release', 'replace writer', 'replace reader') }),
  ),
  { minLength: 40, maxLength: 120, size: 'max' },
)

test('a ring is a queue: what was accepted comes out once, in order, whoever is replaced', () => {
  let refusals = 0
  let wraps = 0
  fc.assert(
    fc.property(steps, (plan) => {
      const buffer = makeRing(SMALLEST_RING)
      let writer = new RingWriter(buffer)
      let reader = new RingReader(buffer)
      /** What is in the ring, oldest first; the first `read` of them are read and not released. */
      const queue: string[] = []
      let read = 0
      let lastIndex = 0
      for (const step of plan) {
        switch (step.kind) {
          case 'write': {
            const index = writer.reserve(step.octets)
            if (index < 0) {
              refusals += 1
              break
            }
            if (index < lastIndex) wraps += 1
            lastIndex = index
            writer.bytes.fill(step.fill, index, index + step.octets)
            writer.commit(step.octets)
            queue.push(`${step.octets} of ${step.octets === 0 ? 0 : step.fill}`)
            break
          }
          case 'read': {
            const seen: string[] = []
            reader.read((index, octets) => {
              const bytes = reader.bytes.subarray(index, index + octets)
              expect(new Set(bytes).size).toBeLessThan(2)
              seen.push(`${octets} of ${bytes[0] ?? 0}`)
            }, step.limit)
            expect(seen).toEqual(queue.slice(read, read + step.limit))
            read += seen.length
            break
          }
          case 'release':
            reader.release()
            queue.splice(0, read)
            read = 0
            break
          case 'replace writer':
            writer = new RingWriter(buffer)
            break
          case 'replace reader':
            reader = new RingReader(buffer)
            read = 0
        }
      }
    }),
    { numRuns: RUNS },
  )
  // Guards against a vacuous pass: the plans did fill rings and did run past their ends.
  expect(refusals).toBeGreaterThan(0)
  expect(wraps).toBeGreaterThan(0)
})

test('a full ring refuses until something is released, and counts what the caller calls lost', () => {
  const buffer = makeRing(SMALLEST_RING)
  const writer = new RingWriter(buffer)
  let written = 0
  while (writer.reserve(1_000) >= 0) {
    writer.commit(1_000)
    written += 1
  }
  expect(written).toBe(16)
  writer.lose()
  expect(lostIn(buffer)).toBe(1)
  const reader = new RingReader(buffer)
  reader.read(() => undefined, 2)
  expect(writer.reserve(1_000)).toBe(-1)
  reader.release()
  expect(writer.reserve(1_000)).toBeGreaterThan(0)
})

test('a record longer than the ring is refused, not written over the oldest', () => {
  expect(new RingWriter(makeRing(SMALLEST_RING)).reserve(SMALLEST_RING)).toBe(-1)
})

test('every writer of a ring has an epoch of its own', () => {
  const buffer = makeRing(SMALLEST_RING)
  expect([new RingWriter(buffer).epoch, new RingWriter(buffer).epoch]).toEqual([1, 2])
})

test('positions pass 2^32 octets without a break', () => {
  const buffer = makeRing(SMALLEST_RING)
  const nearTheEnd = 2 ** 32 - SMALLEST_RING
  new Uint32Array(buffer)[0] = nearTheEnd
  new Uint32Array(buffer)[16] = nearTheEnd
  const writer = new RingWriter(buffer)
  const reader = new RingReader(buffer)
  let read = 0
  for (let i = 0; i < 100; i += 1) {
    expect(writer.reserve(1_000)).toBeGreaterThan(0)
    writer.commit(1_000)
    read += reader.read(() => undefined, 10)
    reader.release()
  }
  expect(read).toBe(100)
})

test('two writer threads, one after the other, and a reader in this one: nothing lost, torn or doubled', async () => {
  const buffer = makeRing(65_536)
  const reader = new RingReader(buffer)
  let next = 0
  const visit = (index: number, octets: number): void => {
    const number = reader.view.getUint32(index, true)
    const rest = reader.bytes.subarray(index + 4, index + octets)
    if (
      number !== next ||
      octets !== 4 + (number % 97) ||
      !rest.every((o) => o === (number & 0xff))
    )
      throw new Error(`record ${number} of ${octets} octets where ${next} was due`)
    next += 1
  }
  for (const from of [0, 100_000]) {
    const workerData = { buffer, from, count: 100_000 }
    const writer = new Worker(new URL('./ring-writer-thread.ts', import.meta.url), { workerData })
    const isOver = new Promise((resolve) => writer.once('exit', resolve))
    while (next < from + 100_000) {
      reader.read(visit, 50_000)
      reader.release()
      await new Promise(setImmediate)
    }
    await isOver
  }
  expect(next).toBe(200_000)
})
