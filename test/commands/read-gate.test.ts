import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { readGate } from '../../commands/read-gate.ts'

async function served(pages: Readonly<Record<string, string>>): Promise<number> {
  const server = createServer((request, response) => {
    response.end(pages[request.url ?? ''] ?? '')
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.close()
  })
  return (server.address() as AddressInfo).port
}

it('what a gate says of itself is read as numbers by series', async () => {
  const port = await served({
    '/readyz': '{"ready":true,"degraded":["an old list"]}',
    '/metrics':
      '# HELP x\nschoolgate_policy_revision 3\nschoolgate_dns_queries_total{verdict="allow"} 7\nother 1\nschoolgate_x_bucket{le="1"} 2\n',
  })
  expect(await readGate({ host: '127.0.0.1', port })).toEqual({
    ready: true,
    degraded: ['an old list'],
    metrics: { schoolgate_policy_revision: 3, 'schoolgate_dns_queries_total{verdict="allow"}': 7 },
  })
})

it('a gate that is down, speaks something else, or has no metrics is null', async () => {
  const port = await served({})
  expect(await readGate({ host: '127.0.0.1', port })).toBeNull()
  expect(await readGate({ host: '127.0.0.1', port: 1 })).toBeNull()
  expect(await readGate(null)).toBeNull()
})
