import { createSocket } from 'node:dgram'
import type { RemoteInfo, Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { MessageReader, framed } from '../../../proxy/dns/message-framing.ts'

export interface Asked {
  readonly transport: 'udp' | 'tcp'
  /** How many queries came before this one. */
  readonly index: number
  readonly from: RemoteInfo | null
}

export interface TestUpstream {
  readonly port: number
  readonly udp: string
  readonly tcp: string
  /** Every query that came, and how. */
  readonly asked: { readonly query: Uint8Array; readonly by: Asked }[]
  readonly socket: UdpSocket
}

/** What a scripted server says; `null` is silence. */
export type Says = (query: Uint8Array, by: Asked) => Uint8Array | null

/** An authoritative server on UDP and TCP of one loopback port, gone when the test is. */
export async function testUpstream(says: Says): Promise<TestUpstream> {
  const asked: TestUpstream['asked'] = []
  const answer = (
    query: Uint8Array,
    rest: Pick<Asked, 'transport' | 'from'>,
  ): Uint8Array | null => {
    const by = { ...rest, index: asked.length }
    asked.push({ query, by })
    return says(query, by)
  }
  const clients = new Set<Socket>()
  const server = createServer((socket) => {
    clients.add(socket)
    const reader = new MessageReader(65_535)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk, (query) => {
        const said = answer(query, { transport: 'tcp', from: null })
        if (said !== null) socket.write(framed(said))
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const said = answer(query, { transport: 'udp', from })
    if (said !== null) socket.send(said, from.port, from.address)
  })
  socket.bind(port, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => {
    socket.close()
    for (const client of clients) client.destroy()
    server.close()
  })
  return { port, udp: `udp://127.0.0.1:${port}`, tcp: `tcp://127.0.0.1:${port}`, asked, socket }
}

/** One query over UDP and its answer. */
export async function askUdp(port: number, query: Uint8Array): Promise<Uint8Array> {
  const socket = createSocket('udp4')
  try {
    const answered = once(socket, 'message', { signal: AbortSignal.timeout(10_000) })
    socket.send(query, port, '127.0.0.1')
    const [message] = (await answered) as [Buffer]
    return message
  } finally {
    socket.close()
  }
}
