import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { awaitProxyHeader } from '../../../../proxy/clients/relays/await-proxy-header.ts'
import { TrustedRelays } from '../../../../proxy/clients/relays/trusted-relays.ts'
import { Meter } from '../../../../proxy/metrics/meter.ts'
import { version2 } from '../../../support/proxy-headers.ts'
import { until } from '../../../support/until.ts'

/** A server behind a relay, and a connection of that relay. */
async function scene() {
  const relays = new TrustedRelays(['127.0.0.1/32'], 'proxy_protocol', new Meter())
  const served = { address: '', text: '' }
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined)
    awaitProxyHeader(socket, { address: '127.0.0.1', relays }, (address) => {
      served.address = address
      socket.on('data', (piece) => (served.text += piece.toString()))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  client.on('error', () => undefined)
  onTestFinished(() => {
    client.destroy()
    server.close()
  })
  return { relays, served, client }
}

test('the header’s client is served, from the first octet after it, however it comes in pieces', async () => {
  const { relays, served, client } = await scene()
  client.write('PROXY TCP4 10.1.0.7 ')
  client.write('10.0.0.5 51000 3128\r\nGET one')
  client.write(' two')
  await until(
    () => served.text,
    (text) => text === 'GET one two',
  )
  expect(served.address).toBe('10.1.0.7')
  expect(relays.taken.n).toBe(1)
})

test('a relay that speaks for itself is served as itself', async () => {
  const { relays, served, client } = await scene()
  client.write(Buffer.concat([version2('10.1.0.7', { command: 0x20 }), Buffer.from('hi')]))
  await until(
    () => served.text,
    (text) => text === 'hi',
  )
  expect(served.address).toBe('127.0.0.1')
  expect(relays.unnamed.n).toBe(1)
})

test.each([
  ['without a header', 'GET http://a.example/ HTTP/1.1\r\n\r\n'],
  ['that claims an address of the self-test', 'PROXY TCP4 127.255.0.1 10.0.0.5 1 2\r\n'],
])('a connection %s ends', async (_name, text) => {
  const { relays, served, client } = await scene()
  client.write(text)
  await once(client, 'close')
  expect(served.address).toBe('')
  expect(relays.malformed.n).toBe(1)
})
