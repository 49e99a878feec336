import { expect, test } from 'vitest'
import { openBundle } from '../../../proxy/policy/bundle.ts'
import { planProbes } from '../../../proxy/self-test/plan-probes.ts'
import { promisingBundle, TEN } from './promising-bundle.ts'

async function plan(promises: string, now = TEN) {
  const bundle = await promisingBundle(promises)
  return planProbes(bundle, openBundle(bundle), now)
}

test('each stance that a promise speaks of now is asked once, for each of its sites', async () => {
  const probes = await plan(
    '  - { id: a, says: Words., who: { role: staff }, url: [a.example, b.example/x], expect: block }\n',
  )
  expect(probes.map(({ standIn, target }) => [standIn.address, standIn.zone, target.text])).toEqual(
    [
      ['127.255.1.1', 'office', 'a.example'],
      ['127.255.1.1', 'office', 'b.example/x'],
      ['127.255.1.2', 'unknown', 'a.example'],
      ['127.255.1.2', 'unknown', 'b.example/x'],
    ],
  )
})

test('who is asked for carries nobody’s name, so that nobody’s own grant is asked for', async () => {
  const [probe] = await plan(
    '  - { id: a, says: Words., who: { device: phone }, url: a.example, expect: block }\n',
  )
  expect(probe?.standIn.device).toMatchObject({ id: 'promise', personRef: null, type: 'phone' })
  const [stranger] = await plan(
    '  - { id: a, says: Words., who: { registered: false }, url: a.example, expect: block }\n',
  )
  expect(stranger?.standIn.device).toBeNull()
})

test('a promise about another time of day has no probe', async () => {
  const promise =
    '  - { id: a, says: Words., during: reception_hours, url: a.example, expect: block }\n'
  expect(await plan(promise, TEN + 8 * 3_600_000)).toEqual([])
  expect((await plan(promise)).length).toBeGreaterThan(0)
})
