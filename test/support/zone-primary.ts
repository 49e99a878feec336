import { createHmac } from 'node:crypto'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { decode, encode, type Answer } from 'dns-packet'

export const ZONE = 'rpz.example'
export const SECRET = Buffer.from('0123456789abcdef0123456789abcdef')

/** An SOA of the test's zone. */
export function zoneSoa(serial = 7, name = ZONE): Answer {
  const times = { refresh: 60, retry: 60, expire: 600, minimum: 60 }
  return { type: 'SOA', name, ttl: 60, data: { mname: 'ns', rname: 'h', serial, ...times } }
}

export function listed(host: string): Answer {
  return { type: 'CNAME', name: `${host}.${ZONE}`, ttl: 60, data: '.' }
}

export interface MessageShape {
  readonly rcode?: number
  readonly flags?: number
  readonly id?: number
  /** False leaves the question out. */
  readonly question?: boolean
}

/** A primary's message to this query. */
export function messageOf(
  query: Buffer,
  answers: readonly Answer[],
  { rcode = 0, flags = 0x8400, id, question = true }: MessageShape = {},
): Buffer {
  const asked = decode(Buffer.from(query))
  const message = encode({
    ...{ type: 'response', id: id ?? asked.id ?? 0, answers: [...answers] },
    questions: question ? (asked.questions ?? []) : [],
  })
  message.writeUInt16BE(flags | rcode, 2)
  return message
}

export interface Signing {
  readonly name?: string
  readonly secret?: Buffer
  /** Epoch seconds. */
  readonly time?: number
  readonly macOctets?: number
  readonly error?: number
  /** Which messages stay unsigned. */
  readonly leave?: (index: number, count: number) => boolean
}

/** Signs the messages that answer a query signed with hmac-sha256: RFC 8945 written down a second time. */
export function signed(
  query: Buffer,
  messages: readonly Buffer[],
  { name = 'gate', secret = SECRET, time, macOctets, error = 0, leave }: Signing = {},
): Buffer[] {
  const algorithm = Buffer.from('\x0bhmac-sha256\0', 'latin1')
  const owner = Buffer.from(`${String.fromCharCode(name.length)}${name}\0`, 'latin1')
  const timers = Buffer.alloc(8)
  timers.writeUIntBE(time ?? Math.floor(Date.now() / 1000), 0, 6)
  timers.writeUInt16BE(300, 6)
  // The query ends with its MAC of 32 octets, then id, error and other.
  let before: Buffer = query.subarray(query.length - 38, query.length - 6)
  let covered: Buffer[] = []
  let isFirst = true
  return messages.map((message, index) => {
    covered.push(message)
    if (leave?.(index, messages.length) === true) return message
    const trailer = Buffer.from([0, error, 0, 0])
    const variables = isFirst
      ? [owner, Buffer.from([0, 255, 0, 0, 0, 0]), algorithm, timers, trailer]
      : [timers]
    const length = Buffer.from([0, before.length])
    const all = Buffer.concat([length, before, ...covered, ...variables])
    const mac = createHmac('sha256', secret).update(all).digest()
    before = mac
    covered = []
    isFirst = false
    const cut = mac.subarray(0, macOctets ?? 32)
    const id = message.subarray(0, 2)
    const data = Buffer.concat([algorithm, timers, Buffer.from([0, cut.length]), cut, id, trailer])
    const head = Buffer.from([0, 250, 0, 255, 0, 0, 0, 0, 0, data.length])
    const whole = Buffer.concat([message, owner, head, data])
    whole.writeUInt16BE(1, 10)
    return whole
  })
}

export function inFrame(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message])
}

type Behaviour = (query: Buffer, socket: Socket) => void

/** A primary of ours on loopback, which behaves as the test last said. */
export class ZonePrimary implements AsyncDisposable {
  readonly #server: Server
  readonly #open = new Set<Socket>()
  /** The queries so far. */
  readonly asked: Buffer[] = []
  behave: Behaviour = (_query, socket) => void socket.end()

  private constructor() {
    this.#server = createServer((socket) => {
      this.#open.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => this.#open.delete(socket))
      socket.once('data', (chunk: Buffer) => {
        const query = chunk.subarray(2)
        this.asked.push(query)
        this.behave(query, socket)
      })
    })
  }

  static async start(): Promise<ZonePrimary> {
    const made = new ZonePrimary()
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve))
    return made
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Answers every query with these messages, and closes. */
  answer(messages: (query: Buffer) => readonly Uint8Array[]): void {
    this.behave = (query, socket) => {
      socket.end(Buffer.concat(messages(query).map(inFrame)))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#open) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
