import { expect, test } from 'vitest'
import { PromiseCases } from '../../../rules/promises/promise-cases.ts'
import { readExampleDevices } from '../../examples/example-engine.ts'
import { policyOf, promising } from './promise-scene.ts'

const TEN = Date.UTC(2026, 10, 24, 10)

function casesOf(yaml: string, now?: number) {
  const policy = policyOf(
    promising(`  - { id: x, says: A promise., url: example.org, expect: block, ${yaml} }\n`),
  )
  const cases = new PromiseCases(policy, [...readExampleDevices().values()])
  const [promise] = policy.promises
  if (promise === undefined) throw new Error('no promise')
  return [...(now === undefined ? cases.of(promise) : cases.now(promise, now))]
}

test('a kind of device is every device of that kind, and of no other', () => {
  const asked = casesOf('who: { role: [pupil, staff], ownership: school }, zone: library', TEN)
  const devices = asked.map(({ device }) => device)
  expect(new Set(devices.map((one) => `${one?.role ?? ''}/${one?.phase ?? '-'}`))).toEqual(
    new Set(['pupil/primary', 'pupil/secondary', 'pupil/sixth', 'staff/-']),
  )
  // Those that the policy's rules name, and one for all the others.
  expect(new Set(devices.map((one) => one?.type))).toEqual(new Set(['laptop', 'tablet', 'other']))
  expect(devices.every((one) => one?.ownership === 'school' && one.state === 'approved')).toBe(true)
})

test('a phase is a pupil’s: a promise that names one is to nobody else', () => {
  const roles = casesOf('who: { phase: sixth }', TEN).map(({ device }) => device?.role)
  expect(new Set(roles)).toEqual(new Set(['pupil']))
})

test('everybody is strangers, lost devices, candidates and those without an agreement, too', () => {
  const devices = casesOf('zone: library', TEN).map(({ device }) => device)
  expect(devices).toContain(null)
  const states = new Set(devices.map((one) => one?.state))
  for (const state of [
    'approved',
    'pending',
    'quarantine',
    'lost',
    'revoked',
    'confiscated',
    'suspended',
  ])
    expect(states).toContain(state)
  expect(devices.some((one) => one?.aup === 'missing')).toBe(true)
  expect(devices.some((one) => one?.examCandidate === true && one.year === 11)).toBe(true)
})

test('a place is the zones named, or those of a kind', () => {
  const zones = (yaml: string) =>
    new Set(casesOf(`who: { device: staff-phone }, ${yaml}`, TEN).map(({ zone }) => zone.id))
  expect(zones('zone: [library, staffroom]')).toEqual(new Set(['library', 'staffroom']))
  expect(zones('pupil_area: false').has('library')).toBe(false)
  expect(zones('').size).toBe(13)
})

test('a window is all its moments, of the whole calendar, each kind once', () => {
  const moments = casesOf('who: { device: pupil-y9-laptop }, zone: library, during: lesson')
  expect(moments.length).toBeGreaterThan(1)
  for (const { moment } of moments) expect(moment.inForce('lesson', 'secondary')).toBe(true)
  const kinds = moments.map(({ moment }) =>
    JSON.stringify([moment.windowsOf('secondary'), moment.exams]),
  )
  expect(new Set(kinds).size).toBe(kinds.length)
})

test('an instant is that one, and now only where now is in the same moment', () => {
  const at = "who: { device: staff-phone }, zone: library, at: '2026-11-24T10:00:00Z'"
  expect(casesOf(at).map(({ moment }) => moment.date)).toEqual(['2026-11-24'])
  expect(casesOf(at, TEN + 60_000)).toHaveLength(1)
  expect(casesOf(at, TEN + 86_400_000)).toEqual([])
})

test('a device that nobody has registered and a window that never comes have no case', () => {
  expect(casesOf('who: { device: fone }')).toEqual([])
  expect(casesOf('during: lesson', Date.UTC(2030, 0, 1))).toEqual([])
})
