import { expect, test } from 'vitest'
import { DeviceKey } from '../../../agent/device-key.ts'
import { hashOfCode, newInvitationCode } from '../../../records/posture/invitation-code.ts'
import { AT, device, deviceEdit, MINUTE } from '../governance/sample-desk.ts'
import { agentScene } from './agent-scene.ts'

test('a code enrols one agent, and the register knows its key', async () => {
  const scene = await agentScene()
  const code = await scene.invite('laptop')
  const key = DeviceKey.generate()
  expect(await scene.enrol(code, key)).toEqual({
    ok: true,
    device: 'laptop',
    ownership: 'personal',
  })
  expect(scene.view.current().agents.get('laptop')).toEqual({
    publicKey: key.publicKey,
    invitation: null,
    revoked: false,
  })
})

test('as it is typed: small letters, blanks, an O for a 0 and an l for a 1', () => {
  const { code, codeHash } = newInvitationCode()
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
  const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
  expect(hashOfCode(typed)).toBe(codeHash)
  expect(hashOfCode(code.slice(1))).toBeNull()
  expect(hashOfCode('U'.repeat(16))).toBeNull()
  expect(hashOfCode('x'.repeat(10_000))).toBeNull()
})

test('the ledger holds the hash of a code, never the code', async () => {
  const scene = await agentScene()
  const code = await scene.invite('laptop')
  const text = JSON.stringify([...scene.ledger.entries(0)])
  expect(text).toContain(hashOfCode(code))
  expect(text).not.toContain(code)
  expect(text).not.toContain(code.replaceAll('-', ''))
})

test('V13: a code is good once, in its time, and for the newest invitation', async () => {
  const scene = await agentScene()
  const key = DeviceKey.generate()
  const old = await scene.invite('laptop')
  const code = await scene.invite('laptop')
  expect(await scene.enrol(old, key)).toMatchObject({ ok: false, reason: 'wrong_code' })
  expect(await scene.enrol(code, key, { at: AT + 60 * MINUTE })).toMatchObject({
    reason: 'wrong_code',
  })
  expect(await scene.enrol(code, key)).toMatchObject({ ok: true })
  expect(await scene.enrol(code, DeviceKey.generate())).toMatchObject({ reason: 'wrong_code' })
  expect(scene.store.outcomes()).toEqual({ wrong_code: 3 })
})

test('two who come with the same code at once: one comes in', async () => {
  const scene = await agentScene()
  const code = await scene.invite('laptop')
  const both = await Promise.all([1, 2].map(() => scene.enrol(code, DeviceKey.generate())))
  expect(both.filter(({ ok }) => ok)).toHaveLength(1)
})

test('who guesses has to wait, and nobody else; later he may try again', async () => {
  const scene = await agentScene()
  const code = await scene.invite('laptop')
  const key = DeviceKey.generate()
  for (let guess = 0; guess < 10; guess += 1)
    await scene.enrol(newInvitationCode().code, key, { source: '10.0.0.66' })
  expect(await scene.enrol(code, key, { source: '10.0.0.66' })).toMatchObject({
    reason: 'too_many_guesses',
  })
  expect(await scene.enrol(code, key, { source: '10.0.0.66', at: AT + 15 * MINUTE })).toMatchObject(
    {
      ok: true,
    },
  )
})

test('guesses from many addresses meet a common limit', async () => {
  const scene = await agentScene()
  const key = DeviceKey.generate()
  const code = await scene.invite('laptop')
  for (let guess = 0; guess < 300; guess += 1)
    await scene.enrol('0000-0000-0000-0000', key, { source: `10.0.${guess}.1` })
  expect(await scene.enrol(code, key, { source: '10.9.9.9' })).toMatchObject({
    reason: 'too_many_guesses',
  })
})

test('what is no key enrols nobody', async () => {
  const scene = await agentScene()
  const code = await scene.invite('laptop')
  for (const publicKey of ['', 'abc', '*'.repeat(43)]) {
    const key = { publicKey } as unknown as DeviceKey
    expect(await scene.enrol(code, key)).toMatchObject({ reason: 'bad_key' })
  }
})

test('a device that is lost gets no agent', async () => {
  const scene = await agentScene()
  const code = await scene.invite('laptop')
  await scene.submit([deviceEdit({ ...device('laptop', 'staff', 'lost'), type: 'laptop' })], 'it')
  expect(await scene.enrol(code, DeviceKey.generate())).toMatchObject({ reason: 'out_of_use' })
})

test('a new agent does not inherit what the one before said', async () => {
  const scene = await agentScene()
  const key = await scene.enrolled()
  expect(scene.take(scene.bodyOf(key))).toMatchObject({ ok: true })
  await scene.enrolled()
  expect(scene.store.last('laptop')).toBeNull()
  expect(scene.take(scene.bodyOf(key, {}, AT + MINUTE), AT + MINUTE)).toMatchObject({
    reason: 'forged',
  })
})

test('who may not give out codes does not, and nobody for a device that is not there', async () => {
  const scene = await agentScene()
  const after = { codeHash: 'a'.repeat(64), until: '2026-12-01T00:00:00Z' }
  const edit = { kind: 'agent.invite' as const, objectId: 'laptop', after }
  expect(await scene.submit([edit], 'teacher')).toMatchObject({ kind: 'refused' })
  expect(await scene.submit([{ ...edit, objectId: 'nothing' }], 'it')).toMatchObject({
    kind: 'refused',
  })
  const revoke = { kind: 'agent.revoke' as const, objectId: 'laptop', after: null }
  expect(await scene.submit([revoke], 'it')).toMatchObject({ kind: 'refused' })
})
