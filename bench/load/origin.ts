/**
 * The site behind both proxies, as a process of its own: `GET /1k` and `/100k` with keep-alive, and an
 * echo of 1,400 octets for what a tunnel says. On `node:net`, so that it costs less than either proxy.
 */
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** A request of a tunnel (a ClientHello and some) and its reply, in octets. */
export const TUNNEL_REQUEST_OCTETS = 300
export const TUNNEL_REPLY_OCTETS = 1_400

const BODIES: ReadonlyMap<string, Buffer> = new Map([
  ['/1k', page(1_024)],
  ['/100k', page(102_400)],
])
const NOT_FOUND = Buffer.from('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')
const TUNNEL_REPLY = Buffer.alloc(TUNNEL_REPLY_OCTETS, 'r')

function page(octets: number): Buffer {
  const head =
    'HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n' +
    `Cache-Control: no-store\r\nContent-Length: ${octets}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), Buffer.alloc(octets, 'x')])
}

/** Listens on the address until it is told to end; resolves to the port. */
export async function startOrigin(host: string): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    let waiting = ''
    let tunnelled = 0
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      // Tunnels speak with a first octet that no HTTP request has.
      if (waiting === '' && (tunnelled > 0 || chunk[0] === 0x16)) {
        tunnelled += chunk.length
        for (; tunnelled >= TUNNEL_REQUEST_OCTETS; tunnelled -= TUNNEL_REQUEST_OCTETS)
          socket.write(TUNNEL_REPLY)
        return
      }
      waiting += chunk.toString('latin1')
      for (let end = waiting.indexOf('\r\n\r\n'); end >= 0; end = waiting.indexOf('\r\n\r\n')) {
        const path = waiting.split(' ', 2)[1] ?? ''
        socket.write(BODIES.get(path) ?? NOT_FOUND)
        waiting = waiting.slice(end + 4)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen({ host, port: 0, backlog: 4_096 }, resolve))
  return (server.address() as AddressInfo).port
}

if (import.meta.main) {
  const [host = '127.0.0.1'] = process.argv.slice(2)
  console.log(`listening on ${await startOrigin(host)}`)
}
