import { decode, encode, RECURSION_DESIRED } from 'dns-packet'
import type { Answer, DecodedPacket, Packet, RecordType } from 'dns-packet'

export interface QueryShape {
  readonly id?: number
  /** `UNKNOWN_65` for what dns-packet has no name for; it knows `ANY`, its types don't. */
  readonly type?: RecordType | 'ANY' | `UNKNOWN_${number}`
  /** UDP payload size to offer; no OPT without it. */
  readonly edns?: number
  readonly dnssecOk?: boolean
}

/** A client's query, as any stub resolver would send it. */
export function queryFor(name: string, shape: QueryShape = {}): Uint8Array {
  const packet: Packet = {
    type: 'query',
    id: shape.id ?? 0x1234,
    flags: RECURSION_DESIRED,
    questions: [{ type: (shape.type ?? 'A') as RecordType, name }],
  }
  if (shape.edns !== undefined) packet.additionals = [optOf(shape.edns, shape.dnssecOk ?? false)]
  return encode(packet)
}

/** With EDNS and the padding option (RFC 7830), as kdig and browsers send over encrypted transports. */
export function paddedQuery(name: string, octets = 40): Uint8Array {
  const bare = queryFor(name, { edns: 1232, id: 0 })
  const query = new Uint8Array(bare.length + 4 + octets)
  query.set(bare)
  // The OPT record comes last, and the length of its data is its last field.
  query.set([0, 4 + octets], bare.length - 2)
  query.set([0, 12, 0, octets], bare.length)
  return query
}

export function optOf(size: number, dnssecOk: boolean): Answer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: size,
    flags: dnssecOk ? 0x8000 : 0,
    options: [],
  } as unknown as Answer
}

/** The response to `query` with these records; `rcode` 0 unless said. */
export function responseTo(
  query: Uint8Array,
  records: {
    readonly answers?: readonly Answer[]
    readonly authorities?: readonly Answer[]
    readonly additionals?: readonly Answer[]
    readonly rcode?: number
  } = {},
): Uint8Array {
  const asked = decode(Buffer.from(query))
  return encode({
    type: 'response',
    id: asked.id ?? 0,
    flags: 0x0180 | (records.rcode ?? 0),
    questions: asked.questions ?? [],
    answers: [...(records.answers ?? [])],
    authorities: [...(records.authorities ?? [])],
    additionals: [...(records.additionals ?? [])],
  })
}

export function a(name: string, data = '192.0.2.1', ttl = 60): Answer {
  return { type: 'A', name, ttl, data }
}

export function cname(name: string, data: string, ttl = 60): Answer {
  return { type: 'CNAME', name, ttl, data }
}

export function soa(name: string, ttl: number, minimum: number): Answer {
  const data = {
    mname: 'ns.test',
    rname: 'h.test',
    serial: 1,
    refresh: 3600,
    retry: 600,
    expire: 86_400,
    minimum,
  }
  return { type: 'SOA', name, ttl, data }
}

/** A response as a reader sees it: what the tests ask about. */
export interface Read {
  readonly packet: DecodedPacket
  readonly id: number
  readonly rcode: number
  readonly truncated: boolean
  /** `type data ttl` of each answer record. */
  readonly answers: readonly string[]
  readonly authorities: readonly string[]
  readonly extended: { readonly code: number; readonly text: string } | null
}

export function read(message: Uint8Array): Read {
  const packet = decode(Buffer.from(message))
  return {
    packet,
    id: packet.id ?? 0,
    rcode: (message[3] ?? 0) & 0x0f,
    truncated: packet.flag_tc,
    answers: (packet.answers ?? []).map(lineOf),
    authorities: (packet.authorities ?? []).map(lineOf),
    extended: extendedIn(packet),
  }
}

function lineOf(record: Answer): string {
  const { type, data, ttl } = record as { type: string; data: unknown; ttl: number }
  return `${type} ${typeof data === 'string' ? data : '-'} ${ttl}`
}

function extendedIn(packet: DecodedPacket): Read['extended'] {
  const opt = packet.additionals?.find(({ type }) => type === 'OPT')
  if (opt?.type !== 'OPT') return null
  const option = (opt.options as unknown as { code: number; data: Buffer }[]).find(
    ({ code }) => code === 15,
  )
  if (option === undefined) return null
  return { code: option.data.readUInt16BE(0), text: option.data.toString('utf8', 2) }
}
