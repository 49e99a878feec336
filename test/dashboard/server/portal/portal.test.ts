import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  AT,
  device as deviceFacts,
  REASON,
  waiting,
} from '../../../records/governance/sample-desk.ts'
import { EXAMPLE } from '../../../records/registration/registration-scene.ts'
import { portalScene, registered, stateIn } from './portal-scene.ts'

const HOUR = 3_600_000

describe('a visitor', () => {
  test('reads the agreement, the visit’s terms and the notice before the yes, and is in after it (V16)', async () => {
    const scene = await portalScene()
    const { ask, voucher, view, store } = scene
    const first = await ask('/portal?code=abcd')
    expect(first.body).toContain('value="abcd"')
    const page = (await ask('/portal/code', { code: await voucher('v1') })).body
    for (const words of ['<h2>visitor</h2>', 'Be &#60;kind&#62;.', 'Only in: reception.'])
      expect(page).toContain(words)
    expect(page).toContain('Only during: staff day.')
    expect(page).toContain('filters and records')
    expect(page).toContain('no liability')
    const state = stateIn(page)
    const no = await ask('/portal/accept', { state, type: 'tablet' })
    expect(no.body).toContain('Tick the box')
    const form = { state: stateIn(no.body), type: 'tablet', accept: 'yes' }
    const done = await ask('/portal/accept', form)
    expect(done.body).toMatch(/<p class="code">[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}<\/p>/)
    expect(done.body).toContain('<svg')
    expect(done.body).toContain('It is open until 24 November 2026 at 16:00.')
    const [signIn] = store.since(0).signIns
    expect(signIn).toMatchObject({
      ...{ address: '127.10.30.9', at: AT, until: Date.parse('2026-11-24T16:00:00Z') },
    })
    expect(view.current().devices.get(signIn?.device ?? '')?.type).toBe('tablet')
    // The same form once more registers nobody else.
    expect((await ask('/portal/accept', form)).status).toBe(403)
    expect(store.outcomes()).toEqual({ registered: 1, used: 1 })
  })

  test('who guesses codes is stopped, at his address and no other, and counted (V16)', async () => {
    const { ask, store, voucher } = await portalScene()
    for (let guess = 0; guess < 10; guess += 1)
      expect((await ask('/portal/code', { code: `0000-0000-000${guess}` })).status).toBe(403)
    const code = await voucher('v1')
    expect((await ask('/portal/code', { code })).status).toBe(429)
    const elsewhere = { address: '127.10.30.10' }
    expect((await ask('/portal/code', { code }, elsewhere)).status).toBe(200)
    expect(store.outcomes()).toEqual({ wrong_code: 10, too_many_guesses: 1 })
  })

  test('all addresses together have a limit, too', async () => {
    const { ask, voucher } = await portalScene()
    for (let guess = 0; guess < 300; guess += 1)
      await ask('/portal/code', { code: 'no' }, { address: `127.10.${guess % 250}.${guess}` })
    const fresh = { address: '127.10.30.77' }
    expect((await ask('/portal/code', { code: await voucher('v1') }, fresh)).status).toBe(429)
  })

  test.each([
    ['the page of another address', { address: '127.10.30.10' }, 0],
    ['a page of an hour ago', {}, HOUR],
  ])('%s is worth nothing', async (_what, client, wait) => {
    const { ask, voucher, pass, view } = await portalScene()
    const state = stateIn((await ask('/portal/code', { code: await voucher('v1') })).body)
    pass(wait)
    const form = { state, type: 'phone', accept: 'yes' }
    expect((await ask('/portal/accept', form, client)).status).toBe(400)
    expect(view.current().registrations.size).toBe(0)
  })

  test.each(['', 'x', 'e30.AAAA', `${'A'.repeat(40)}.${'B'.repeat(43)}`])(
    'a state that is none: `%s`',
    async (state) => {
      const { ask } = await portalScene()
      expect((await ask('/portal/accept', { state, accept: 'yes' })).status).toBe(400)
    },
  )

  test('an agreement whose text is lost is signed by nobody', async () => {
    const { ask, voucher, folder, store } = await portalScene()
    rmSync(join(folder, 'agreements', 'visitor.md'))
    expect((await ask('/portal/code', { code: await voucher('v1') })).status).toBe(503)
    expect(store.outcomes()).toEqual({ no_agreement: 1 })
  })
})

describe('a device that is known', () => {
  test('of staff waits for a technician, and is told so', async () => {
    const scene = await portalScene()
    const device = await registered(scene, await scene.invitation('r1'), 'laptop')
    const { body } = await scene.ask('/portal', undefined, { device })
    expect(body).toContain('waits for the yes of a technician')
  })

  test('signs the agreement anew, at no other address than its own (V12)', async () => {
    const scene = await portalScene()
    const device = await registered(scene, await scene.invitation('r1'))
    const facts = scene.view.current().devices.get(device) ?? expect.fail()
    const after = { ...facts, state: 'approved' } as unknown as null
    await scene.submit([{ kind: 'device.put', objectId: device, after }], 'it')
    scene.pass(400 * 24 * HOUR)
    const client = { device, reason: 'aup_missing' }
    const state = stateIn((await scene.ask('/portal', undefined, client)).body)
    const form = { state, accept: 'yes' }
    expect((await scene.ask('/portal/accept', form, { device: 'other' })).status).toBe(400)
    expect((await scene.ask('/portal/accept', form, client)).status).toBe(200)
    const at = scene.view.current().agreements.get('p-a staff')?.at ?? ''
    expect(Date.parse(at)).toBe(AT + 400 * 24 * HOUR)
  })

  test('comes again with its own code, at another address', async () => {
    const scene = await portalScene()
    const state = stateIn(
      (await scene.ask('/portal/code', { code: await scene.voucher('v1') })).body,
    )
    const done = await scene.ask('/portal/accept', { state, type: 'phone', accept: 'yes' })
    const code = /class="code">([^<]+)</.exec(done.body)?.[1] ?? ''
    const again = await scene.ask('/portal/code', { code }, { address: '127.10.30.50' })
    expect(again.status).toBe(200)
    const [first, second] = scene.store.since(0).signIns
    expect(second).toMatchObject({ address: '127.10.30.50', device: first?.device })
  })

  test('signs out, and stays registered', async () => {
    const scene = await portalScene()
    const device = await registered(scene, await scene.voucher('v1'))
    const known = { device, reason: null }
    expect((await scene.ask('/portal', undefined, known)).body).toContain('/portal/leave')
    expect((await scene.ask('/portal/leave', {}, known)).body).toContain('signed out')
    expect(scene.store.since(0).signIns).toMatchObject([{ device, at: AT, until: AT }])
    expect(scene.view.current().devices.has(device)).toBe(true)
  })

  test('that is lost is told to be handed in', async () => {
    const scene = await portalScene()
    const device = await registered(scene, await scene.voucher('v1'))
    const facts = scene.view.current().devices.get(device) ?? expect.fail()
    const after = { ...facts, state: 'lost' } as unknown as null
    await scene.submit([{ kind: 'device.put', objectId: device, after }], 'it')
    const { body } = await scene.ask('/portal', undefined, { device, reason: 'lost' })
    expect(body).toContain('hand it in at reception')
  })

  test('of a pupil waits for a parent’s word where the policy asks for it (V12)', async () => {
    const agreements = EXAMPLE.agreements ?? expect.fail()
    const policy = { ...EXAMPLE, agreements: { ...agreements, parentalConsent: true } }
    const scene = await portalScene(policy)
    const pad = { ...deviceFacts('pad', 'pupil', 'approved'), phase: 'secondary' }
    const put = {
      kind: 'device.put' as const,
      objectId: 'pad',
      after: { ...pad } as unknown as null,
    }
    const proposal = await waiting(scene.submit([put], 'it'))
    await scene.desk.approve(proposal, 'dsl', REASON, AT)
    const client = { device: 'pad', reason: 'aup_missing' }
    const asked = await scene.ask('/portal', undefined, client)
    expect(asked.body).toContain('A parent must agree first')
    expect(asked.body).not.toContain('name="state"')
  })
})
