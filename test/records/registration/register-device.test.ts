import { expect, test } from 'vitest'
import { sha256 } from '../../../records/ledger/chain.ts'
import { verifyLedger } from '../../../records/ledger/verify-ledger.ts'
import { hashOfCode } from '../../../records/posture/invitation-code.ts'
import {
  registerDevice,
  signAgain,
  type RegistrationRequest,
} from '../../../records/registration/register-device.ts'
import { readMacAddress } from '../../../rules/identity/mac-address.ts'
import { AT } from '../governance/sample-desk.ts'
import { AGREEMENT, registrationScene } from './registration-scene.ts'

function asked(code: string, more: Partial<RegistrationRequest> = {}): RegistrationRequest {
  const codeHash = hashOfCode(code) ?? ''
  return { codeHash, type: 'phone', mac: null, agreement: AGREEMENT, ...more }
}

test('with a voucher a device is in at once, bound to it, and what was signed is kept word by word (V16)', async () => {
  const { voucher, deps, view, ledger } = await registrationScene()
  const done = await registerDevice(asked(await voucher('v1')), deps)
  if (!done.ok) expect.fail(done.message)
  expect(done).toMatchObject({ isPending: false, until: Date.parse('2026-11-24T16:00:00Z') })
  const { devices, vouchers, agreements, registrations } = view.current()
  expect(devices.get(done.device)).toMatchObject({
    ...{ personRef: 'visitor-1', role: 'visitor', ownership: 'personal', type: 'phone' },
    ...{ state: 'approved', aup: 'signed', byVoucher: 'v1', posture: 'not_applicable' },
  })
  expect(vouchers.get('v1')?.device).toBe(done.device)
  expect(registrations.get(done.device)).toMatchObject({ voucher: 'v1', invitation: null })
  expect(agreements.get('visitor-1 visitor')).toMatchObject({
    ...{ version: '2026-09-01', method: 'portal', document: sha256(AGREEMENT.text) },
    at: new Date(AT).toISOString(),
  })
  expect(ledger.findDocument(sha256(AGREEMENT.text))).toBe(AGREEMENT.text)
  expect(verifyLedger(ledger)).toMatchObject({ ok: true })
})

test('of two who come with one voucher at once one is in (V16)', async () => {
  const { voucher, deps, view } = await registrationScene()
  const request = asked(await voucher('v1'))
  const both = await Promise.all([registerDevice(request, deps), registerDevice(request, deps)])
  expect(both.map(({ ok }) => ok).toSorted()).toEqual([false, true])
  expect(both.find(({ ok }) => !ok)).toMatchObject({ reason: 'used' })
  const came = [...view.current().devices.values()].filter(({ byVoucher }) => byVoucher === 'v1')
  expect(came.length).toBe(1)
})

test('a device of staff waits for a technician, and as a laptop has still to show that it is in order', async () => {
  const { invitation, deps, view } = await registrationScene()
  const code = await invitation('r1')
  const done = await registerDevice(asked(code, { type: 'laptop' }), deps)
  expect(done).toMatchObject({ ok: true, isPending: true, until: null })
  const facts = view.current().devices.get(done.ok ? done.device : '')
  expect(facts).toMatchObject({ state: 'pending', role: 'staff', posture: 'stale' })
  expect(facts?.byVoucher).toBeUndefined()
  // Used up.
  expect(await registerDevice(asked(code), deps)).toMatchObject({ ok: false })
})

test('three devices are the most, however many codes are out', async () => {
  const { invitation, deps } = await registrationScene()
  const codes = [await invitation('r1'), await invitation('r2')]
  codes.push(await invitation('r3'), await invitation('r4'))
  const outcomes = []
  for (const code of codes) outcomes.push(await registerDevice(asked(code), deps))
  expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true, false])
  expect(outcomes[3]).toMatchObject({ reason: 'too_many_devices' })
})

test.each([
  ['a lasting hardware address is a hint for the next day', '00:11:22:33:44:55', true],
  ['a made-up one is none (V12)', '02:11:22:33:44:55', false],
])('%s', async (_what, text, isKept) => {
  const { voucher, deps, view } = await registrationScene()
  const mac = readMacAddress(text)
  const done = await registerDevice(asked(await voucher('v1'), { mac }), deps)
  if (!done.ok) expect.fail()
  expect(view.current().devices.get(done.device)?.macs).toEqual(isKept ? [mac] : undefined)
})

test('an agency’s device is one whatever its owner says; a governor’s is a governor’s', async () => {
  const { voucher, deps, view } = await registrationScene()
  const agency = await voucher('v1', { type: 'agency_device', zones: [] })
  const governor = await voucher('v2', { type: 'governor', zones: ['meeting_room'] })
  for (const code of [agency, governor]) await registerDevice(asked(code), deps)
  const came = [...view.current().devices.values()].filter(({ byVoucher }) => byVoucher)
  expect(came.map(({ type, role }) => [type, role])).toEqual([
    ['agency_device', 'visitor'],
    ['phone', 'governor'],
  ])
})

test('whoever is known signs again, and the later word counts', async () => {
  const { deps, view, pass } = await registrationScene()
  for (const version of ['2025-09-01', '2026-09-01']) {
    pass(1000)
    expect(await signAgain('p-a', { id: 'staff', version, text: version }, deps)).toEqual({
      ...{ ok: true, message: '' },
    })
  }
  expect(view.current().agreements.get('p-a staff')?.version).toBe('2026-09-01')
})

test('a ledger that can’t be reached takes nothing, and says so', async () => {
  const { voucher, deps } = await registrationScene()
  const request = asked(await voucher('v1'))
  const unavailable = { kind: 'unavailable', message: 'redis does not serve' } as const
  const writer = { append: () => Promise.resolve(unavailable) }
  expect(await registerDevice(request, { ...deps, writer })).toMatchObject({
    ...{ ok: false, reason: 'unavailable', message: 'redis does not serve' },
  })
  expect((await registerDevice(request, deps)).ok).toBe(true)
})
