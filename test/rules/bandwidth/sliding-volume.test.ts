import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SlidingVolume } from '../../../rules/bandwidth/sliding-volume.ts'

const MINUTE = 60_000
const WINDOW = 15 * MINUTE

test('what is older than the window is forgotten', () => {
  const volume = new SlidingVolume(WINDOW)
  expect(volume.add(100, 0)).toBe(100)
  expect(volume.add(50, 10 * MINUTE)).toBe(150)
  expect(volume.add(0, 16 * MINUTE)).toBe(50)
  expect(volume.add(0, 600 * MINUTE)).toBe(0)
})

test('a clock that was set back begins anew', () => {
  const volume = new SlidingVolume(WINDOW)
  volume.add(100, 60 * MINUTE)
  expect(volume.add(1, 0)).toBe(1)
})

test('the sum holds all of the last fourteen minutes and nothing beyond fifteen', () => {
  const steps = fc.array(fc.tuple(fc.nat(3 * MINUTE), fc.nat(1_000)), { maxLength: 60 })
  fc.assert(
    fc.property(steps, (drawn) => {
      const volume = new SlidingVolume(WINDOW)
      const seen: [at: number, octets: number][] = []
      let now = 1_000 * MINUTE
      for (const [wait, octets] of drawn) {
        now += wait
        seen.push([now, octets])
        const sum = volume.add(octets, now)
        const within = (ms: number) =>
          seen.filter(([at]) => now - at < ms).reduce((all, [, some]) => all + some, 0)
        expect(sum).toBeGreaterThanOrEqual(within(WINDOW - MINUTE))
        expect(sum).toBeLessThanOrEqual(within(WINDOW))
      }
    }),
  )
})
