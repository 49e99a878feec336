import { createServer, type AddressInfo, type Server } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { GateRefused } from '../../proxy/gate-refused.ts'
import { endpointText, listening } from '../../proxy/listening.ts'

async function bound(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

test('a port in use is told by its address, as something that a person can mend', async () => {
  const first = await bound(0)
  const { port } = first.address() as AddressInfo
  const refusal = await listening({ host: '127.0.0.1', port }, () => bound(port)).catch(
    (cause: unknown) => cause,
  )
  first.close()
  expect(refusal).toBeInstanceOf(GateRefused)
  expect(String(refusal)).toContain(`cannot listen on \`127.0.0.1:${port}\``)
})

test('a fault of ours stays what it is', async () => {
  const fault = new TypeError('a bug')
  await expect(listening(null, () => Promise.reject(fault))).rejects.toBe(fault)
})

const WRITTEN: readonly [
  what: string,
  endpoint: Parameters<typeof endpointText>[0],
  text: unknown,
][] = [
  ['IPv4', { host: '127.0.0.1', port: 53 }, '127.0.0.1:53'],
  ['IPv6', { host: '::1', port: 53 }, '[::1]:53'],
  ['nothing listens', null, null],
]

test.each(WRITTEN)('%s is written as operators write it', (_what, endpoint, text) => {
  expect(endpointText(endpoint)).toBe(text)
})
