import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { Carrier, Reply } from '../../../proxy/dns/exchange.ts'
import { MessageReader, framed } from '../../../proxy/dns/message-framing.ts'
import { tcpCarrier } from '../../../proxy/dns/tcp-carrier.ts'
import { emptyQuestion, readQuestion } from '../../../proxy/dns/wire/question.ts'
import { upstreamQuery } from '../../../proxy/dns/wire/upstream-query.ts'
import { a, queryFor, read, responseTo } from '../../support/dns-packets.ts'

interface Scene {
  readonly connections: Socket[]
  readonly carrier: Carrier
  readonly ask: (name: string) => Promise<Reply>
}

/** A carrier to a server that does `on` with each query. */
async function scene(
  on: (query: Uint8Array, socket: Socket, index: number) => void,
): Promise<Scene> {
  const connections: Socket[] = []
  let queries = 0
  const server = createServer((socket) => {
    connections.push(socket)
    socket.on('error', () => socket.destroy())
    const reader = new MessageReader(65_535)
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk, (query) => {
        on(query, socket, queries++)
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const carrier = tcpCarrier({ label: 't', transport: 'tcp', host: '127.0.0.1', port })
  onTestFinished(() => {
    carrier.close()
    for (const connection of connections) connection.destroy()
    server.close()
  })
  return { connections, carrier, ask: (name) => ask(carrier, name) }
}

function ask(carrier: Carrier, name: string): Promise<Reply> {
  const query = queryFor(name)
  const question = emptyQuestion()
  readQuestion(query, question)
  return new Promise((resolve) => carrier.send(upstreamQuery(query, question), resolve))
}

function answerTo(query: Uint8Array): Uint8Array {
  return framed(responseTo(query, { answers: [a('www.test')] }))
}

function answersOf(reply: Reply): readonly string[] {
  return reply.kind === 'answer' ? read(reply.message).answers : [reply.kind]
}

test('questions share a connection and may be answered in any order', async () => {
  const held: Uint8Array[] = []
  const { ask, connections } = await scene((query, socket) => {
    held.unshift(query)
    if (held.length === 3) for (const one of held) socket.write(answerTo(one))
  })
  const replies = await Promise.all(['a.test', 'b.test', 'c.test'].map(ask))
  expect(replies.map((reply) => reply.kind)).toEqual(['answer', 'answer', 'answer'])
  expect(connections).toHaveLength(1)
})

test('an answer may come octet by octet', async () => {
  const { ask } = await scene((query, socket) => {
    socket.setNoDelay(true)
    for (const octet of answerTo(query)) socket.write(Uint8Array.of(octet))
  })
  expect(answersOf(await ask('www.test'))).toEqual(['A 192.0.2.1 60'])
})

test('a connection that closes with the question open has failed', async () => {
  const { ask } = await scene((_query, socket) => {
    socket.end()
  })
  expect(await ask('www.test')).toEqual({ kind: 'failed' })
})

test('one that closes on a later question is tried once more, on a new connection', async () => {
  const { ask, connections } = await scene((query, socket, index) => {
    if (index === 1) socket.destroy()
    else socket.write(answerTo(query))
  })
  expect(answersOf(await ask('www.test'))).toEqual(['A 192.0.2.1 60'])
  expect(answersOf(await ask('www.test'))).toEqual(['A 192.0.2.1 60'])
  expect(connections).toHaveLength(2)
})

test('an answer with another id or question is passed over', async () => {
  const { ask } = await scene((query, socket) => {
    const other = Uint8Array.from(query)
    other[0] = (other[0] ?? 0) ^ 1
    socket.write(answerTo(other))
    socket.write(
      framed(responseTo(queryFor('other.test', { id: ((query[0] ?? 0) << 8) | (query[1] ?? 0) }))),
    )
    socket.write(answerTo(query))
  })
  expect(answersOf(await ask('www.test'))).toEqual(['A 192.0.2.1 60'])
})

test('where nobody listens it has failed', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const carrier = tcpCarrier({ label: 't', transport: 'tcp', host: '127.0.0.1', port })
  expect(await ask(carrier, 'www.test')).toEqual({ kind: 'failed' })
})
