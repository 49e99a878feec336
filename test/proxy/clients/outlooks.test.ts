import { expect, test } from 'vitest'
import { Outlooks } from '../../../proxy/clients/outlooks.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import {
  buildExampleEngine,
  readExampleDevices,
  readExamplePolicy,
} from '../../examples/example-engine.ts'

const POLICY = readExamplePolicy()
const TIME = new SchoolTime(POLICY.time)
const ENGINE = buildExampleEngine(POLICY)
/** A Tuesday, in a lesson of secondary pupils that ends at 10:55. */
const NOW = Date.parse('2026-11-24T10:00:00Z')

function who(device: string, zone: string) {
  const [facts, place] = [
    readExampleDevices().get(device),
    POLICY.zones.find(({ id }) => id === zone),
  ]
  if (facts === undefined || place === undefined) throw new Error('not in the example school')
  return { device: facts, zone: place }
}

test('a stance lasts until the edge that changes it, and the same look ahead serves until then', () => {
  const outlooks = new Outlooks(ENGINE, TIME)
  const pupil = who('pupil-y9-laptop', 'classroom')
  const stance = ENGINE.judge({ ...pupil, moment: TIME.at(NOW) }, NOW)
  const first = outlooks.of(pupil, stance, NOW)
  expect(new Date(first.validUntil).toISOString()).toBe('2026-11-24T10:55:00.000Z')
  expect(outlooks.of(pupil, stance, NOW + 60_000)).toBe(first)
  const after = first.validUntil
  const next = ENGINE.judge({ ...pupil, moment: TIME.at(after) }, after)
  expect(outlooks.of(pupil, next, after)).not.toBe(first)
})

test('a pupil’s phone is refused as far ahead as is looked, and is looked after again before that ends', () => {
  const outlooks = new Outlooks(ENGINE, TIME)
  const phone = who('pupil-y9-phone', 'classroom')
  const stance = ENGINE.judge({ ...phone, moment: TIME.at(NOW) }, NOW)
  const { validUntil, lookAgainAt } = outlooks.of(phone, stance, NOW)
  expect(validUntil).toBeGreaterThan(NOW + 3 * 86_400_000)
  expect(lookAgainAt).toBeLessThanOrEqual(validUntil)
})
