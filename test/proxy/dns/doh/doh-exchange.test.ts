import { once } from 'node:events'
import {
  createServer as createHttp1,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http'
import { connect, createServer as createHttp2 } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import {
  MessageExchange,
  StreamExchange,
  type DohExchange,
} from '../../../../proxy/dns/doh/doh-exchange.ts'
import { request } from './doh-scene.ts'

type Serve = (exchange: DohExchange) => void

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const http1 = (serve: Serve): Promise<number> =>
  listening(
    createHttp1((asked, answer) => {
      serve(new MessageExchange(asked, answer))
    }),
  )

async function http2(serve: Serve) {
  const server = createHttp2()
  server.on('stream', (stream, headers) => {
    serve(new StreamExchange(stream, headers))
  })
  const session = connect(`http://127.0.0.1:${await listening(server)}`)
  onTestFinished(() => {
    session.destroy()
  })
  return session
}

async function ask(port: number, body: Buffer, method = 'POST'): Promise<IncomingMessage> {
  const headers = { 'content-type': 'application/dns-message', 'content-length': body.length }
  const asked = httpRequest({ port, host: '127.0.0.1', path: '/a?b', method, headers })
  asked.on('error', () => undefined)
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  answer.resume()
  return answer
}

/** Says back how long the body was, or that it was too long. */
const measure: Serve = (exchange) => {
  exchange.readBody(100, (body) => {
    const text = Buffer.from(String(body?.length ?? 'too long'))
    exchange.respond(200, { 'content-length': text.length, 'x-said': String(text) }, text)
  })
}

test.each([
  ['a body', 40, '40'],
  ['one that just fits', 100, '100'],
  ['one that is too long', 101, 'too long'],
  ['one that is much too long', 200_000, 'too long'],
  ['none', 0, '0'],
])('%s of %i octets is read alike over both versions of HTTP', async (_says, octets, said) => {
  const body = Buffer.alloc(octets)
  const old = await ask(await http1(measure), body)
  const answer = await request(await http2(measure), { ':method': 'POST', ':path': '/a' }, body)
  expect([old.headers['x-said'], String(answer.body)]).toEqual([said, said])
})

test('the head is told alike by both', async () => {
  const heads: DohExchange['head'][] = []
  const serve: Serve = (exchange) => {
    heads.push(exchange.head)
    exchange.respond(200, {}, Buffer.alloc(0))
  }
  await ask(await http1(serve), Buffer.alloc(3))
  const headers = { 'content-type': 'application/dns-message', 'content-length': '3' }
  const asked = { ':method': 'POST', ':path': '/a?b', ...headers }
  await request(await http2(serve), asked, Buffer.alloc(3))
  expect(heads[0]).toEqual({
    ...{
      method: 'POST',
      target: '/a?b',
      contentType: 'application/dns-message',
      contentLength: '3',
    },
  })
  expect(heads[1]).toEqual(heads[0])
})

test('a request is answered once: what comes after is passed over', async () => {
  const twice: Serve = (exchange) => {
    exchange.respond(200, {}, Buffer.from('first'))
    exchange.respond(500, {}, Buffer.from('second'))
  }
  expect((await ask(await http1(twice), Buffer.alloc(0))).statusCode).toBe(200)
  const answer = await request(await http2(twice), { ':path': '/' })
  expect([answer.status, String(answer.body)]).toEqual([200, 'first'])
})

test('over HTTP/1.1 a body that nobody reads ends the connection', async () => {
  const refuse: Serve = (exchange) => {
    exchange.respond(413, {}, Buffer.from('no'))
  }
  const answer = await ask(await http1(refuse), Buffer.alloc(200_000))
  expect([answer.statusCode, answer.headers.connection]).toEqual([413, 'close'])
})

test('it is told when an answer is sent and when a request is over', async () => {
  const told: string[] = []
  const both: Serve = (exchange) => {
    exchange.onSent(() => told.push('sent'))
    exchange.onClose(() => told.push('closed'))
    exchange.respond(200, {}, Buffer.from('x'))
  }
  await ask(await http1(both), Buffer.alloc(0))
  await request(await http2(both), { ':path': '/' })
  await expect.poll(() => told).toEqual(['sent', 'closed', 'sent', 'closed'])
})
