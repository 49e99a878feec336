import { expect, test } from 'vitest'
import type { SchoolPromise } from '../../../rules/promises/promise.ts'
import { policyOf, promising } from './promise-scene.ts'

function read(yaml: string): SchoolPromise | undefined {
  const promise = `  - { id: x, says: A promise., url: example.org, expect: block, ${yaml} }\n`
  return policyOf(promising(promise)).promises[0]
}

test('what is left out is everybody, everywhere, at any time and for any reason', () => {
  expect(read('')).toEqual({
    id: 'x',
    says: 'A promise.',
    who: { kind: 'everybody' },
    zones: null,
    pupilArea: null,
    during: null,
    at: null,
    targets: [{ text: 'example.org', host: 'example.org', path: '/' }],
    action: 'block',
    reason: null,
  })
})

test('a kind of device is any in what it leaves out, and in order where it does not say', () => {
  expect(read('who: { role: pupil, year: 9, state: lost }')?.who).toEqual({
    kind: 'devices',
    facts: {
      ...{ roles: ['pupil'], phases: null, year: 9, ownership: null, types: null },
      ...{ state: 'lost', aup: 'signed', posture: 'ok', grant: null, voucher: null },
      examCandidate: false,
    },
  })
})

test('one device, strangers, places, windows, instants and reasons are read as written', () => {
  expect(read('who: { device: staff-phone }')?.who).toEqual({ kind: 'device', id: 'staff-phone' })
  expect(read('who: { registered: false }')?.who).toEqual({ kind: 'unregistered' })
  const promise = read(
    "zone: [library], pupil_area: true, during: lesson, at: '2026-11-24T10:00:00Z', reason: site",
  )
  expect(promise).toMatchObject({
    ...{ zones: ['library'], pupilArea: true, during: ['lesson'], reason: 'site' },
    at: [Date.UTC(2026, 10, 24, 10)],
  })
})
