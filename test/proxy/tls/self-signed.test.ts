import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:tls'
import { expect, test } from 'vitest'
import { selfSigned } from '../../../proxy/tls/self-signed.ts'

const NOW = Date.parse('2026-11-25T10:00:00Z')

test('it is a certificate that Node reads, for the names asked for, good for a year', () => {
  const made = selfSigned(['localhost', 'schoolgate.internal', '127.0.0.1', '::1'], NOW)
  const certificate = new X509Certificate(made.certificate)
  expect(certificate.subjectAltName).toBe(
    'DNS:localhost, DNS:schoolgate.internal, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  )
  expect(certificate.subject).toBe('CN=Schoolgate')
  expect(certificate.ca).toBe(false)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(certificate.checkPrivateKey(createPrivateKey(made.key))).toBe(true)
  expect(Date.parse(certificate.validFrom)).toBe(NOW - 86_400_000)
  expect(Date.parse(certificate.validTo)).toBe(NOW + 365 * 86_400_000)
})

test('no two are alike', () => {
  const serials = [1, 2].map(
    () => new X509Certificate(selfSigned(['a'], NOW).certificate).serialNumber,
  )
  expect(serials[0]).not.toBe(serials[1])
})

test('a client that is told of it speaks TLS with whoever has it', async () => {
  const { certificate, key } = selfSigned(['localhost'], Date.now())
  await using server = createServer({ cert: certificate, key })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: certificate })
  await once(socket, 'secureConnect')
  expect(socket.authorized).toBe(true)
  socket.destroy()
})

test('nothing is made for an address that nobody asks for', () => {
  expect(() => selfSigned(['2001:db8::1'], NOW)).toThrow('2001:db8::1')
})
