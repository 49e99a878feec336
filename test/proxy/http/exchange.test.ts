import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { openGate } from './open-gate.ts'
import { RawClient, exchange } from './raw-client.ts'
import { RawOrigin } from './raw-origin.ts'

async function openOrigin(listener: RequestListener): Promise<AsyncDisposable & { port: number }> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function get(path: string, authority: string, fields = ''): string {
  return `GET http://${authority}${path} HTTP/1.1\r\nHost: ${authority}\r\n${fields}\r\n`
}

test('the origin gets origin-form, the Host of the URL, a Via, and nothing hop-by-hop', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(
    `GET http://${origin.authority}/a?b=c HTTP/1.1\r\nHost: elsewhere.test\r\nX-Kept: 1\r\n` +
      'Connection: keep-alive, X-Named\r\nX-Named: 2\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n' +
      'Proxy-Authorization: Basic eA==\r\nTE: gzip\r\nUpgrade: h2c\r\n\r\n',
  )
  const there = await origin.connection(0)
  expect(await there.hears('\r\n\r\n')).toBe(
    `GET /a?b=c HTTP/1.1\r\nHost: ${origin.authority}\r\nX-Kept: 1\r\nVia: 1.1 schoolgate\r\n\r\n`,
  )
  there.say(
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: X-Hop\r\nX-Hop: 1\r\nProxy-Authenticate: Basic\r\n\r\nok',
  )
  expect(await client.hears('ok')).toBe(
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nVia: 1.1 schoolgate\r\n\r\nok',
  )
  client.socket.destroy()
})

test('an origin connection is used again for the next request, from another client too', async () => {
  await using gate = await openGate()
  await using origin = await openOrigin((_request, response) => response.end('ok'))
  const sockets = new Set<unknown>()
  await using counting = await openOrigin((request, response) => {
    sockets.add(request.socket)
    response.end('ok')
  })
  for (let n = 0; n < 3; n += 1) {
    const client = await RawClient.to(gate.proxy)
    client.say(get('/', `a.test:${counting.port}`))
    await client.hears('ok')
    client.socket.destroy()
  }
  expect(sockets.size).toBe(1)
  expect(origin.port).toBeGreaterThan(0)
})

test('a login that belongs to the connection stays with its client', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const ntlm = await RawClient.to(gate.proxy)
  ntlm.say(get('/', origin.authority))
  const first = await origin.connection(0)
  await first.hears('\r\n\r\n')
  first.say('HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n')
  await ntlm.hears('\r\n\r\n')
  const other = await RawClient.to(gate.proxy)
  other.say(get('/other', origin.authority))
  const second = await origin.connection(1)
  await second.hears('/other')
  ntlm.say(get('/login', origin.authority, 'Authorization: NTLM TlRM\r\n'))
  await first.hears('/login')
  expect(origin.connections.length).toBe(2)
  ntlm.socket.resetAndDestroy()
  other.socket.resetAndDestroy()
  // The login goes with the client.
  await first.untilEnd()
})

test('30 MB come down intact, and 30 MB go up intact', async () => {
  await using gate = await openGate()
  const body = randomBytes(30_000_000)
  const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
  await using origin = await openOrigin((request, response) => {
    if (request.method === 'GET') {
      response.end(body)
      return
    }
    collect(request).then(
      (got) => response.end(hash(got)),
      () => response.destroy(),
    )
  })
  const down = await viaProxy('GET', origin.port)
  expect(hash(down)).toBe(hash(body))
  const up = await viaProxy('POST', origin.port, body)
  expect(up.toString()).toBe(hash(body))

  async function viaProxy(method: string, port: number, upload?: Buffer): Promise<Buffer> {
    const asked = request({
      host: '127.0.0.1',
      port: gate.proxy.port,
      method,
      path: `http://big.test:${port}/`,
      headers: { host: `big.test:${port}`, ...(upload && { 'transfer-encoding': 'chunked' }) },
      agent: false,
    })
    asked.end(upload)
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    return collect(response)
  }
})

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

test('a client that reads nothing stops the origin, and nothing piles up in the gate', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.socket.pause()
  client.say(get('/', origin.authority))
  const there = await origin.connection(0)
  await there.hears('\r\n\r\n')
  const total = 64 * 1_048_576
  const before = process.memoryUsage().arrayBuffers
  there.say(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`)
  let sent = 0
  const block = Buffer.alloc(65_536, 'x')
  const pump = (): void => {
    while (sent < total) {
      sent += block.length
      if (!there.socket.write(block)) return
    }
  }
  there.socket.on('drain', pump)
  pump()
  // The kernel's buffers fill up; then the origin can't write any more.
  let last = -1
  await until(
    () => there.socket.bytesWritten - there.socket.writableLength,
    (written) => {
      const still = written === last
      last = written
      return still && written > 100_000
    },
  )
  expect(sent).toBeLessThan(total / 2)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1_048_576)
  let received = 0
  client.socket.removeAllListeners('data')
  client.socket.on('data', (chunk: Buffer) => {
    received += chunk.length
  })
  client.socket.resume()
  await until(
    () => received,
    (octets) => octets > total,
  )
  client.socket.destroy()
})

test('an origin that reads nothing stops the client', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  const total = 64 * 1_048_576
  client.say(
    `POST http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\nContent-Length: ${total}\r\n\r\n`,
  )
  const there = await origin.connection(0)
  there.socket.pause()
  let sent = 0
  const block = Buffer.alloc(65_536, 'x')
  const pump = (): void => {
    while (sent < total) {
      sent += block.length
      if (!client.socket.write(block)) return
    }
  }
  client.socket.on('drain', pump)
  pump()
  let last = -1
  await until(
    () => client.socket.bytesWritten - client.socket.writableLength,
    (written) => {
      const still = written === last
      last = written
      return still && written > 100_000
    },
  )
  expect(sent).toBeLessThan(total / 2)
  there.socket.removeAllListeners('data')
  let received = 0
  there.socket.on('data', (chunk: Buffer) => {
    received += chunk.length
  })
  there.socket.resume()
  await until(
    () => received,
    (octets) => octets > total,
  )
  client.socket.destroy()
})

test('pipelined requests are answered in order, allowed and refused ones alike', async () => {
  await using gate = await openGate()
  gate.plane.decide = (host) =>
    host === 'bad.test' ? { action: 'block', reasonCode: 'site', cause: 'no' } : {}
  await using origin = await openOrigin((request, response) => {
    setImmediate(() => response.end(`<${request.url ?? ''}>`))
  })
  const authority = `a.test:${origin.port}`
  const { received } = await exchange(
    gate.proxy,
    get('/1', authority) +
      get('/', 'bad.test', 'Accept: text/plain\r\n') +
      `POST http://${authority}/2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc` +
      get('/', 'bad.test', 'Accept: text/plain\r\n') +
      get('/3', authority, 'Connection: close\r\n'),
  )
  const seen = [...received.matchAll(/<\/\d>|HTTP\/1.1 403/g)].map(([text]) => text)
  expect(seen).toEqual(['</1>', 'HTTP/1.1 403', '</2>', 'HTTP/1.1 403', '</3>'])
})

test('a client that pipelines without reading is not read any further', async () => {
  await using gate = await openGate()
  gate.plane.decide = () => ({ action: 'block', reasonCode: 'site', cause: 'no' })
  const client = await RawClient.to(gate.proxy)
  client.socket.pause()
  const requests = get('/', 'bad.test').repeat(2_000)
  let sent = 0
  const pump = (): void => {
    while (sent < 200) {
      sent += 1
      if (!client.socket.write(requests)) return
    }
  }
  client.socket.on('drain', pump)
  pump()
  let last = -1
  await until(
    () => gate.plane.connections.length,
    (answered) => {
      const still = answered === last && answered > 0
      last = answered
      return still
    },
  )
  expect(gate.plane.connections.length).toBeLessThan(100_000)
  client.socket.destroy()
})

test('1xx answers are relayed, and an upload doesn’t wait for them', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(
    `PUT http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`,
  )
  const there = await origin.connection(0)
  expect(await there.hears('\r\n\r\n')).toContain('Expect: 100-continue\r\n')
  client.say('body')
  await there.hears('body')
  there.say('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')
  await client.hears('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')
  there.say('HTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n')
  await client.hears('HTTP/1.1 201 Made')
  client.socket.destroy()
})

test('an answer that comes before the whole upload is relayed, then the connection closes', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(
    `POST http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\n\r\nab`,
  )
  const there = await origin.connection(0)
  await there.hears('ab')
  there.say('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig')
  const { received, end } = await client.untilEnd()
  expect(received).toContain('413 Too Large')
  expect(received.endsWith('big')).toBe(true)
  expect(end).toBe('fin')
})

test.each([
  ['a length', 'Content-Length: 100\r\n\r\npart', 'fin'],
  ['chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n', 'fin'],
])(
  'an answer with %s that stops early is cut short for the client too',
  async (_name, rest, end) => {
    await using gate = await openGate()
    await using origin = await RawOrigin.open()
    const client = await RawClient.to(gate.proxy)
    client.say(get('/', origin.authority))
    const there = await origin.connection(0)
    await there.hears('\r\n\r\n')
    there.say(`HTTP/1.1 200 OK\r\n${rest}`)
    await client.hears(rest.slice(-4))
    there.socket.end()
    const ended = await client.untilEnd()
    expect(ended.end).toBe(end)
    // No last chunk and no octet that the origin didn't send.
    expect(ended.received.endsWith(rest.slice(-4))).toBe(true)
  },
)

test('an answer without a length that ends in a reset is a reset for the client', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(get('/', origin.authority))
  const there = await origin.connection(0)
  await there.hears('\r\n\r\n')
  there.say('HTTP/1.1 200 OK\r\n\r\nsome')
  await client.hears('some')
  there.socket.resetAndDestroy()
  expect((await client.untilEnd()).end).toBe('reset')
})

test('an HTTP/1.0 client gets a chunked answer without chunks, ended by the close', async () => {
  await using gate = await openGate()
  await using origin = await openOrigin((_request, response) => {
    response.write('hel')
    response.end('lo')
  })
  const { received, end } = await exchange(
    gate.proxy,
    `GET http://a.test:${origin.port}/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`,
  )
  expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  expect(received).not.toMatch(/transfer-encoding/i)
  expect(received.endsWith('\r\n\r\nhello')).toBe(true)
  expect(end).toBe('fin')
})

test('an HTTP/1.0 client that gets a truncated chunked answer sees a reset', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(`GET http://${origin.authority}/ HTTP/1.0\r\n\r\n`)
  const there = await origin.connection(0)
  await there.hears('\r\n\r\n')
  there.say('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
  await client.hears('hello')
  there.socket.end()
  expect((await client.untilEnd()).end).toBe('reset')
})

test('HEAD, 204 and 304 have no body and keep the connection, whatever length they announce', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(`HEAD http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
  const there = await origin.connection(0)
  await there.hears('\r\n\r\n')
  there.say('HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n')
  await client.hears('Content-Length: 5000\r\n')
  client.say(get('/304', origin.authority))
  await there.hears('/304')
  there.say('HTTP/1.1 304 Same\r\nContent-Length: 70\r\n\r\n')
  await client.hears('304 Same')
  client.say(get('/204', origin.authority))
  await there.hears('/204')
  there.say('HTTP/1.1 204 Empty\r\n\r\n')
  await client.hears('204 Empty')
  expect(origin.connections.length).toBe(1)
  client.socket.destroy()
})

test('a pooled connection that went stale costs a repeatable request nothing', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(get('/1', origin.authority))
  const first = await origin.connection(0)
  await first.hears('\r\n\r\n')
  first.say('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1')
  await client.hears('\r\n\r\n1')
  client.say(get('/2', origin.authority))
  await first.hears('/2')
  first.socket.resetAndDestroy()
  const second = await origin.connection(1)
  await second.hears('/2')
  second.say('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2')
  await client.hears('\r\n\r\n2')
  client.socket.destroy()
})

test('a request that must not be repeated gets a connection of its own and is sent once', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(get('/1', origin.authority))
  const first = await origin.connection(0)
  await first.hears('\r\n\r\n')
  first.say('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1')
  await client.hears('\r\n\r\n1')
  client.say(`POST http://${origin.authority}/2 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`)
  const second = await origin.connection(1)
  await second.hears('/2')
  second.socket.resetAndDestroy()
  expect(await client.hears('502')).toContain('closed the connection without an answer')
  expect(origin.connections.length).toBe(2)
  client.socket.destroy()
})

test.each([
  ['not HTTP at all', 'SSH-2.0-x\r\n\r\n'],
  ['a bare LF', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  ['a folded field', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  [
    'an unasked upgrade',
    'HTTP/1.1 101 Switch\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
  ],
  ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(70_000)}`],
])('an origin that answers with %s is a 502', async (_name, answer) => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(get('/', origin.authority))
  const there = await origin.connection(0)
  await there.hears('\r\n\r\n')
  there.say(answer)
  await client.hears('HTTP/1.1 502 Bad Gateway\r\n')
  client.socket.destroy()
})

test('an origin that says more than its answer is not used again', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(get('/1', origin.authority))
  const first = await origin.connection(0)
  await first.hears('\r\n\r\n')
  first.say('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 OK\r\n\r\nsmuggled')
  await client.hears('\r\n\r\n1')
  client.say(get('/2', origin.authority))
  await (await origin.connection(1)).hears('/2')
  expect(client.received).not.toContain('smuggled')
  client.socket.destroy()
})

test('a chunked upload that breaks its framing is stopped before the wrong octet', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(
    `POST http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`,
  )
  const there = await origin.connection(0)
  await there.hears('abc\r\n')
  client.say('0\n\nGET /smuggled HTTP/1.1\r\n\r\n')
  const { received } = await client.untilEnd()
  expect(received).toContain('HTTP/1.1 400 Bad Request')
  expect((await there.untilEnd()).received).not.toContain('smuggled')
})

test('a client that leaves takes its origin connection with it', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(get('/', origin.authority))
  const there = await origin.connection(0)
  await there.hears('\r\n\r\n')
  there.say('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart')
  await client.hears('part')
  client.socket.resetAndDestroy()
  await there.untilEnd()
})

test('a client that closes its sending side still gets its answer', async () => {
  await using gate = await openGate()
  await using origin = await openOrigin((_request, response) => {
    setTimeout(() => response.end('late'), 30)
  })
  const client = await RawClient.to(gate.proxy)
  client.say(get('/', `a.test:${origin.port}`))
  client.socket.end()
  expect((await client.untilEnd()).received.endsWith('late')).toBe(true)
})

test('websocket: the 101 is relayed and bytes flow both ways, the early ones too', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(
    get('/ws', origin.authority, 'Connection: Upgrade\r\nUpgrade: websocket\r\n') + 'early',
  )
  const there = await origin.connection(0)
  expect(await there.hears('\r\n\r\n')).toContain('Connection: Upgrade\r\nUpgrade: websocket\r\n')
  there.say(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nHELLO',
  )
  await client.hears(/^HTTP\/1\.1 101 .*Upgrade: websocket\r\n\r\nHELLO$/s)
  await there.hears('early')
  client.say('ping')
  await there.hears('ping')
  expect(gate.plane.metric('schoolgate_tunnels_open')).toBe(1)
  client.socket.destroy()
  await there.untilEnd()
  await until(
    () => gate.plane.metric('schoolgate_tunnels_open'),
    (open) => open === 0,
  )
})

test('a refused upload is answered and then closed, and its body is never read as a request', async () => {
  await using gate = await openGate()
  gate.plane.decide = () => ({ action: 'block', reasonCode: 'site', cause: 'no' })
  const { received, end } = await exchange(
    gate.proxy,
    `POST http://bad.test/ HTTP/1.1\r\nHost: x\r\nContent-Length: 60\r\n\r\n${get('/', 'bad.test')}`,
  )
  expect(received.match(/HTTP\/1\.1/g)).toHaveLength(1)
  expect(received).toContain('Connection: close')
  expect(end).toBe('fin')
})

test('a flood of resets in every phase leaves the gate serving', async () => {
  await using gate = await openGate()
  gate.plane.decide = (host) => (host === 'bad.test' ? { action: 'block', cause: 'no' } : {})
  await using origin = await openOrigin((_request, response) => response.end('x'.repeat(50_000)))
  const authority = `a.test:${origin.port}`
  const starts = [
    '',
    'GET http://a.te',
    get('/', authority),
    get('/', 'bad.test'),
    'CONNECT bad.test:443 HTTP/1.1\r\nHost: bad.test\r\n\r\n',
    `POST http://${authority}/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nab`,
  ]
  for (let n = 0; n < 120; n += 1) {
    const client = await RawClient.to(gate.proxy)
    await new Promise<void>((settle) => {
      client.socket.write(starts[n % starts.length] ?? '', () => {
        settle()
      })
    })
    client.socket.resetAndDestroy()
  }
  const client = await RawClient.to(gate.proxy)
  client.say(get('/', authority))
  await client.hears('200 OK')
  client.socket.destroy()
  expect(gate.logged).toEqual([])
  expect(gate.plane.metric('schoolgate_http_faults_total')).toBe(0)
})

test('a fault in one connection closes it, is counted, and the next is served', async () => {
  await using gate = await openGate()
  gate.plane.decide = (host) => {
    if (host === 'bug.test') throw new Error('a bug')
    return { action: 'block', cause: 'no' }
  }
  await exchange(gate.proxy, get('/', 'bug.test'))
  expect(gate.plane.metric('schoolgate_http_faults_total')).toBe(1)
  const { received } = await exchange(gate.proxy, get('/', 'x.test', 'Connection: close\r\n'))
  expect(received).toContain('403')
})

test('an upload in one piece with its FIN is relayed whole', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.socket.end(
    `POST http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello`,
  )
  const there = await origin.connection(0)
  await there.hears('hello')
  there.say('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  expect((await client.untilEnd()).received.endsWith('ok')).toBe(true)
})

test('an upload whose FIN comes too early goes no further', async () => {
  await using gate = await openGate()
  await using origin = await RawOrigin.open()
  const client = await RawClient.to(gate.proxy)
  client.say(
    `POST http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhello`,
  )
  const there = await origin.connection(0)
  await there.hears('hello')
  client.socket.end()
  expect((await there.untilEnd()).received.endsWith('hello')).toBe(true)
  expect((await client.untilEnd()).received).toBe('')
})
