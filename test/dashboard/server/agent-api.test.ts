import Fastify, { type FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { DeviceKey } from '../../../agent/device-key.ts'
import { agentApi } from '../../../dashboard/server/agent-api.ts'
import { localWriter } from '../../../records/ledger/ledger-writer.ts'
import { MAX_REPORT_OCTETS } from '../../../rules/posture/read-report.ts'
import { AT, MINUTE, SITE } from '../../records/governance/sample-desk.ts'
import { agentScene, RULES } from '../../records/posture/agent-scene.ts'

async function serverScene() {
  const scene = await agentScene()
  const server = Fastify()
  onTestFinished(() => server.close())
  const clock = { now: AT }
  agentApi(server, {
    ...{ site: SITE, writer: localWriter(scene.ledger), store: scene.store, rules: () => RULES },
    register: () => scene.view.current(),
    school: { proxy: 'proxy.school.example:3128', caSha256: 'ab'.repeat(32) },
    now: () => clock.now,
  })
  return { ...scene, server, clock }
}

const post = (server: FastifyInstance, url: string, payload: string | object) =>
  server.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } })

test('a device enrols with its code and is told how often to report', async () => {
  const { server, invite } = await serverScene()
  const body = { code: await invite('laptop'), public_key: DeviceKey.generate().publicKey }
  const answer = await post(server, '/agent/v1/enrol', body)
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    {
      device_id: 'laptop',
      ownership: 'personal',
      report_every_seconds: 900,
      school_proxy: 'proxy.school.example:3128',
      school_ca_sha256: 'ab'.repeat(32),
    },
  ])
})

test('a report is answered with where the device stands and the one thing to mend', async () => {
  const { server, enrolled, bodyOf } = await serverScene()
  const body = bodyOf(await enrolled(), { disk_encrypted: false, patch_age_days: 40 })
  const answer = await post(server, '/agent/v1/reports', body)
  expect([answer.statusCode, answer.json()]).toMatchObject([
    200,
    { standing: 'failing', mend: { check: 'disk_encryption' } },
  ])
  expect(answer.body).toContain('FileVault')
})

test.each([
  [
    'wrong_code',
    403,
    '/agent/v1/enrol',
    { code: '0000-0000-0000-0000', public_key: 'A'.repeat(43) },
  ],
  ['malformed', 400, '/agent/v1/enrol', { code: 7 }],
  ['malformed', 400, '/agent/v1/enrol', { code: 'x', public_key: 'y', more: 1 }],
  ['malformed', 400, '/agent/v1/reports', '{'],
  ['malformed', 400, '/agent/v1/reports', { report: {}, signature: 'A'.repeat(86) }],
])('%s is answered %i on %s', async (reason, status, url, body) => {
  const { server } = await serverScene()
  const answer = await post(server, url, body)
  expect([answer.statusCode, answer.json()]).toMatchObject([status, { reason }])
})

test('V13: forged and replayed reports are refused with a reason', async () => {
  const { server, enrolled, bodyOf, clock } = await serverScene()
  const key = await enrolled()
  const forged = await post(server, '/agent/v1/reports', bodyOf(DeviceKey.generate()))
  expect([forged.statusCode, forged.json()]).toMatchObject([403, { reason: 'forged' }])
  const body = bodyOf(key)
  expect((await post(server, '/agent/v1/reports', body)).statusCode).toBe(200)
  const again = await post(server, '/agent/v1/reports', body)
  expect([again.statusCode, again.json()]).toMatchObject([409, { reason: 'replayed' }])
  clock.now += 6 * MINUTE
  const late = await post(server, '/agent/v1/reports', bodyOf(key, {}, AT + 1000))
  expect([late.statusCode, late.json()]).toMatchObject([409, { reason: 'clock_skew' }])
})

test('what is too large is not read, and other kinds of body are none', async () => {
  const { server } = await serverScene()
  expect(
    (await post(server, '/agent/v1/reports', ' '.repeat(MAX_REPORT_OCTETS + 1))).statusCode,
  ).toBe(413)
  expect((await post(server, '/agent/v1/enrol', { code: 'x'.repeat(2000) })).statusCode).toBe(413)
  const form = await server.inject({
    ...{ method: 'POST', url: '/agent/v1/reports', payload: 'a=b' },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect(form.statusCode).toBe(415)
})

test('who tries codes is answered 429', async () => {
  const { server } = await serverScene()
  const body = { code: '0000-0000-0000-0000', public_key: DeviceKey.generate().publicKey }
  for (let guess = 0; guess < 10; guess += 1) await post(server, '/agent/v1/enrol', body)
  expect((await post(server, '/agent/v1/enrol', body)).statusCode).toBe(429)
})
