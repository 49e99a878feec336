import { createHash, randomInt } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { addAbortSignal } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ListPlace } from '../../../../rules/policy/list-place.ts'
import { TYPE_SOA } from '../../../dns/wire/numbers.ts'
import type { FetchGuard } from '../fetch-guard.ts'
import { inWords, type Fetched } from '../fetch-http.ts'
import { FetchRefused, type FetchLimits } from '../fetch-limits.ts'
import { framed, MessageFrames } from './message-frames.ts'
import type { TsigKey } from './tsig-key.ts'
import { signQuery, TsigStream } from './tsig.ts'
import { questionMessage, TYPE_AXFR, type ZoneQuestion } from './zone-question.ts'
import { MAX_RECORDS, serialIn, ZoneTransfer } from './zone-transfer.ts'

export interface AxfrOrder {
  readonly place: Extract<ListPlace, { kind: 'axfr' }>
  /** Null: neither the query nor the answer is signed. */
  readonly key: TsigKey | null
  /** What the last transfer gave as its `etag`; null where no copy of it is here. */
  readonly etag: string | null
  /** The file to write; what is there after a failure is the caller's to remove. */
  readonly into: string
  readonly limits: FetchLimits
  readonly guard: FetchGuard
  /** The system's clock, epoch ms: signatures are of a time. */
  readonly now: () => number
  readonly maxRecords?: number
}

/**
 * Transfers a response policy zone from its primary (RFC 5936) into a zone file, unless the serial of its SOA is that
 * of the copy. Throws `FetchRefused` for whatever is no whole zone, and for what is not signed by the key.
 */
export async function fetchAxfr(order: AxfrOrder): Promise<Fetched> {
  const { limits } = order
  const signal = AbortSignal.timeout(limits.totalMs)
  try {
    if (order.etag !== null && (await serialNow(order, signal)) === order.etag)
      return { kind: 'same' }
    return await transfer(order, signal)
  } catch (error) {
    throw signal.aborted
      ? new FetchRefused(`not finished in ${limits.totalMs / 1000} s`)
      : inWords(error)
  }
}

/** The serial as an `etag`. Any other is news: a primary that was set up again begins with a lower one. */
function etagOf(serial: number): string {
  return `serial ${serial}`
}

async function serialNow(order: AxfrOrder, signal: AbortSignal): Promise<string> {
  const question = questionOf(order, TYPE_SOA)
  const { tsig, messages } = ask(order, question, signal)
  for await (const bytes of messages) return etagOf(serialIn(bytes, question, tsig))
  throw new FetchRefused('the connection ended without an answer')
}

async function transfer(order: AxfrOrder, signal: AbortSignal): Promise<Fetched> {
  const { into, maxRecords = MAX_RECORDS } = order
  const question = questionOf(order, TYPE_AXFR)
  const { tsig, messages } = ask(order, question, signal)
  const zone = new ZoneTransfer(question, tsig, maxRecords)
  const hash = createHash('sha256')
  // A synced file: what is renamed into place later must not be a hole after a power cut.
  const file = createWriteStream(into, { flush: true, mode: 0o600 })
  const lines = linesOf(zone, messages, order.limits.unpackedOctets)
  await pipeline(
    lines,
    async function* (chunks: AsyncIterable<string>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        yield chunk
      }
    },
    file,
    { signal },
  )
  return {
    ...{ kind: 'new', digest: hash.digest('hex') },
    ...{ etag: etagOf(zone.serial), lastModified: null },
  }
}

async function* linesOf(
  zone: ZoneTransfer,
  messages: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<string> {
  let octets = 0
  for await (const bytes of messages) {
    const lines = zone.take(bytes)
    octets += lines.length
    if (octets > most) throw new FetchRefused(`it unpacks to more than ${most} octets`)
    yield lines
    if (zone.isWhole) return
  }
  throw new FetchRefused('the connection ended within the zone')
}

function questionOf({ place }: AxfrOrder, type: ZoneQuestion['type']): ZoneQuestion {
  return { id: randomInt(0x10000), zone: place.zone, type }
}

/** Each question has a connection of its own: not every primary answers two over one. */
function ask(order: AxfrOrder, question: ZoneQuestion, signal: AbortSignal) {
  const { key, now } = order
  const bare = questionMessage(question)
  const signed = key === null ? null : signQuery(bare, key, now())
  const tsig = key === null || signed === null ? null : new TsigStream(key, signed.mac, now)
  return { tsig, messages: messagesOf(order, signed?.message ?? bare, signal) }
}

/** What the primary answers, until whoever reads has enough: then the connection is closed. */
async function* messagesOf(
  order: AxfrOrder,
  query: Uint8Array,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { octets: most } = order.limits
  const socket = addAbortSignal(signal, open(order))
  try {
    socket.write(framed(query))
    const frames = new MessageFrames()
    let octets = 0
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      octets += chunk.length
      if (octets > most) throw new FetchRefused(`more than ${most} octets`)
      yield* frames.take(chunk)
    }
  } finally {
    socket.destroy()
  }
}

function open({ place, guard, limits }: AxfrOrder): Socket {
  const { host, port } = place
  const url = new URL(`axfr://${host.includes(':') ? `[${host}]` : host}:${port}/`)
  const fault = guard.faultOf(url)
  if (fault !== null) throw new FetchRefused(fault)
  const socket = connect({ host, port, lookup: guard.lookupFor(url) })
  socket.setTimeout(limits.stallMs, () => {
    socket.destroy(new FetchRefused(`the server was silent for ${limits.stallMs / 1000} s`))
  })
  return socket
}
