import { expect, test } from 'vitest'
import { serveAgentApi } from '../../../dashboard/server/agent-server.ts'
import { localWriter } from '../../../records/ledger/ledger-writer.ts'
import { AT, SITE } from '../../records/governance/sample-desk.ts'
import { agentScene, RULES } from '../../records/posture/agent-scene.ts'

test('the listener answers agents, nothing else, and is gone when it is stopped', async () => {
  const scene = await agentScene()
  const deps = {
    ...{ site: SITE, writer: localWriter(scene.ledger), store: scene.store, rules: () => RULES },
    ...{ register: () => scene.view.current(), now: () => AT },
    school: { proxy: null, caSha256: null },
  }
  const server = await serveAgentApi(deps, { host: '127.0.0.1', port: 0, tls: null })
  const body = scene.bodyOf(await scene.enrolled())
  const headers = { 'content-type': 'application/json' }
  const taken = await fetch(`${server.url}/agent/v1/reports`, { method: 'POST', headers, body })
  expect([taken.status, await taken.json()]).toMatchObject([200, { standing: 'good' }])
  expect((await fetch(`${server.url}/api/changes`)).status).toBe(404)
  await server.stop()
  await expect(fetch(server.url)).rejects.toThrow()
})
