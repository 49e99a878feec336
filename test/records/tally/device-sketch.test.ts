import { expect, test } from 'vitest'
import {
  SKETCH_OCTETS,
  estimateDevices,
  hourSalt,
  mergeSketches,
  sketchBit,
} from '../../../records/tally/device-sketch.ts'

function sketchOf(from: number, to: number, salt: number): Uint8Array {
  const sketch = new Uint8Array(SKETCH_OCTETS)
  for (let device = from; device < to; device += 1) {
    const bit = sketchBit(`phone-${device}`, salt)
    sketch[bit >> 3] = (sketch[bit >> 3] ?? 0) | (1 << (bit & 7))
  }
  return sketch
}

test.each([0, 1, 10, 100, 500])(
  '%i devices are estimated within 20 %% on average over salts',
  (count) => {
    let sum = 0
    for (let hour = 0; hour < 100; hour += 1)
      sum += estimateDevices(sketchOf(0, count, hourSalt({ low: 5, high: 9 }, hour)))
    expect(Math.abs(sum / 100 - count)).toBeLessThanOrEqual(count * 0.2)
  },
)

test('the same device again changes nothing, and two sketches of an hour add up', () => {
  const salt = hourSalt({ low: 1, high: 2 }, 3)
  const all = sketchOf(0, 60, salt)
  expect(mergeSketches(sketchOf(0, 40, salt), sketchOf(20, 60, salt))).toEqual(all)
})

test('a full sketch says a number, not infinity', () => {
  expect(estimateDevices(new Uint8Array(SKETCH_OCTETS).fill(0xff))).toBe(1_420)
})

test('the same device has other bits in another hour and under another salt', () => {
  const salts = [
    hourSalt({ low: 1, high: 2 }, 3),
    hourSalt({ low: 1, high: 2 }, 4),
    hourSalt({ low: 1, high: 3 }, 3),
  ]
  const [one, ...others] = salts.map((salt) => sketchOf(0, 30, salt).join())
  for (const other of others) expect(other).not.toBe(one)
})

test('similar ids spread evenly over the bits', () => {
  const salt = hourSalt({ low: 77, high: 88 }, 490_000)
  const hits = new Array<number>(256).fill(0)
  for (let device = 0; device < 25_600; device += 1) {
    const bit = sketchBit(`phone-${device}`, salt)
    hits[bit] = (hits[bit] ?? 0) + 1
  }
  // Chi squared with 255 degrees of freedom: 99.9 % are below 330.
  expect(hits.reduce((sum, n) => sum + (n - 100) ** 2 / 100, 0)).toBeLessThan(330)
})
