import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { decode, encode, type Packet } from 'dns-packet'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { askDns, readAnswer } from '../../../proxy/self-test/ask-dns.ts'

/** A server that answers each query with `answer`, and where it is. */
async function server(answer: (query: Buffer) => Uint8Array | null) {
  const socket = createSocket('udp4')
  const asked: { from: string; name: string | undefined }[] = []
  socket.on('message', (query, { address, port }) => {
    asked.push({ from: address, name: decode(query).questions?.[0]?.name })
    const bytes = answer(query)
    if (bytes !== null) socket.send(bytes, port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => {
    socket.close()
  })
  return { asked, gate: { host: '127.0.0.1', port: socket.address().port } }
}

function withError(query: Buffer, code: number, text: string): Buffer {
  const data = Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(text)])
  const packet = {
    ...{ type: 'response', id: 0, flags: 0, questions: decode(query).questions },
    additionals: [
      { type: 'OPT', name: '.', udpPayloadSize: 1232, flags: 0, options: [{ code: 15, data }] },
    ],
  }
  return encode(packet as unknown as Packet)
}

test('a refusal has the reason of its extended error, and is asked from the self-test address', async () => {
  const { gate, asked } = await server((query) => withError(query, 17, 'category: not open here'))
  expect(await askDns('127.255.1.9', gate, 'a.example')).toEqual({
    kind: 'refused',
    reason: 'category',
  })
  expect(asked).toEqual([{ from: '127.255.1.9', name: 'a.example' }])
})

test('an answer without a refusal is open, an upstream that fails too', async () => {
  const plain = await server((query) =>
    encode({ type: 'response', questions: decode(query).questions ?? [] }),
  )
  expect(await askDns('127.255.1.1', plain.gate, 'a.example')).toEqual({
    kind: 'open',
    detail: 'rcode 0',
  })
  const failed = await server((query) => withError(query, 22, 'no upstream'))
  expect(await askDns('127.255.1.1', failed.gate, 'a.example')).toEqual({
    kind: 'open',
    detail: 'rcode 0, extended error 22',
  })
})

test('what can not be asked is not answered', async () => {
  const { gate } = await server(() => null)
  expect(await askDns('192.0.2.1', gate, 'a.example')).toMatchObject({ kind: 'unanswered' })
  expect(await askDns('127.255.1.1', gate, 'no name')).toMatchObject({ kind: 'unanswered' })
})

test('no octets are too bad to be read', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(['open', 'refused', 'unanswered']).toContain(readAnswer(Buffer.from(bytes)).kind)
    }),
  )
})
