import { expect, test } from 'vitest'
import { devicePut, options, PHONE } from '../records/ledger/sample-ledger.ts'
import { RedisServer } from '../support/redis-server.ts'
import { makeCertificates } from '../support/redis-tls.ts'
import { SpineNode } from '../support/spine-scene.ts'
import { tempDirectory } from '../support/temp-directory.ts'

test('over TLS with the CA file of the address; without it the server is not believed', async () => {
  const { ca, certificate, key } = makeCertificates(tempDirectory())
  const { port } = await RedisServer.prepare()
  const tls = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-auth-clients', 'no']
  await using server = await RedisServer.prepare('--tls-port', `${port}`, ...tls)
  await server.start()
  await using trusting = new SpineNode('g1', `rediss://127.0.0.1:${port}?ca=${ca}`)
  await trusting.start()
  expect(trusting.spine.state.error).toBeNull()
  const answer = await trusting.spine.append([devicePut(PHONE)], options(0))
  expect(answer.kind).toBe('appended')
  await using strict = new SpineNode('g2', `rediss://127.0.0.1:${port}`)
  await strict.start()
  expect(strict.spine.state.isUp).toBe(false)
  expect(strict.spine.state.error).toMatch(/certificate|self-signed/)
  await using plain = new SpineNode('g3', `redis://127.0.0.1:${port}`)
  await plain.start()
  expect(plain.spine.state.isUp).toBe(false)
})
