import { createSocket } from 'node:dgram'
import { parseHostname } from '../../rules/names/hostname.ts'
import type { Endpoint } from '../config.ts'
import { skipName, wireNameOf } from '../dns/wire/names.ts'
import { CLASS_IN, EDNS_UDP_OCTETS, HEADER_OCTETS, TYPE_A, TYPE_OPT } from '../dns/wire/numbers.ts'

/** What the gate answered to a probe. */
export type Heard =
  /** Refused, with the reason code that the answer names. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** A page that asks to think first. */
  | { readonly kind: 'warned' }
  /** Not refused; whether the site itself answers is not the gate's promise. */
  | { readonly kind: 'open'; readonly detail: string }
  /** No answer that tells. */
  | { readonly kind: 'unanswered'; readonly detail: string }

/** The gate answers a refused name in a millisecond; an open one waits for its upstream. */
const ANSWER_MS = 4_000

const EDE_OPTION = 15
/** Info-codes of a refusal (design.md section 6): blocked, censored, filtered. */
const REFUSALS: ReadonlySet<number> = new Set([15, 16, 17])

/** Asks the gate's DNS for a host, from one of its self-test addresses. Never rejects. */
export async function askDns(from: string, gate: Endpoint, host: string): Promise<Heard> {
  const name = parseHostname(host)
  if (name === undefined) return { kind: 'unanswered', detail: `\`${host}\` is no name to look up` }
  const socket = createSocket('udp4')
  const { promise, resolve } = Promise.withResolvers<Heard>()
  const late = setTimeout(() => {
    resolve({ kind: 'unanswered', detail: `no answer over DNS in ${ANSWER_MS} ms` })
  }, ANSWER_MS)
  socket.on('error', (error) => {
    resolve({ kind: 'unanswered', detail: error.message })
  })
  socket.on('message', (answer) => {
    resolve(readAnswer(answer))
  })
  socket.bind(0, from, () => {
    socket.send(queryFor(name), gate.port, gate.host)
  })
  const heard = await promise
  clearTimeout(late)
  socket.close()
  return heard
}

/** An A query with EDNS, without which no extended error may be answered (RFC 8914 section 2). */
function queryFor(host: string): Buffer {
  const name = wireNameOf(host)
  const query = Buffer.alloc(HEADER_OCTETS + name.length + 4 + 11)
  query.writeUInt16BE(0x0100, 2)
  query.writeUInt16BE(1, 4)
  query.writeUInt16BE(1, 10)
  query.set(name, HEADER_OCTETS)
  const at = HEADER_OCTETS + name.length
  query.writeUInt16BE(TYPE_A, at)
  query.writeUInt16BE(CLASS_IN, at + 2)
  query.writeUInt16BE(TYPE_OPT, at + 5)
  query.writeUInt16BE(EDNS_UDP_OCTETS, at + 7)
  return query
}

/** A refusal says its reason in the extended error; whatever has none is no refusal. */
export function readAnswer(answer: Buffer): Heard {
  if (answer.length < HEADER_OCTETS) return { kind: 'unanswered', detail: 'a torn answer' }
  const rcode = answer.readUInt16BE(2) & 0x0f
  const error = extendedErrorOf(answer)
  if (error !== null && REFUSALS.has(error.code))
    return { kind: 'refused', reason: error.text.split(': ')[0] ?? '' }
  const why = error === null ? '' : `, extended error ${error.code}`
  return { kind: 'open', detail: `rcode ${rcode}${why}` }
}

interface ExtendedError {
  readonly code: number
  readonly text: string
}

/** The first extended error of an answer (RFC 8914), null where there is none. */
function extendedErrorOf(answer: Buffer): ExtendedError | null {
  const options = optionsOf(answer)
  let at = 0
  while (at + 4 <= options.length) {
    const [code, octets] = [options.readUInt16BE(at), options.readUInt16BE(at + 2)]
    const data = options.subarray(at + 4, at + 4 + octets)
    if (code === EDE_OPTION && data.length >= 2)
      return { code: data.readUInt16BE(0), text: data.subarray(2).toString('utf8') }
    at += 4 + octets
  }
  return null
}

/** The data of the OPT record; empty where there is none or the answer is torn. */
function optionsOf(answer: Buffer): Buffer {
  let at = skipName(answer, HEADER_OCTETS, answer.length) + 4
  const records = answer.readUInt16BE(6) + answer.readUInt16BE(8) + answer.readUInt16BE(10)
  for (let record = 0; record < records && at >= 4; record += 1) {
    at = skipName(answer, at, answer.length)
    if (at < 0 || at + 10 > answer.length) break
    const [type, octets] = [answer.readUInt16BE(at), answer.readUInt16BE(at + 8)]
    if (type === TYPE_OPT) return answer.subarray(at + 10, at + 10 + octets)
    at += 10 + octets
  }
  return Buffer.alloc(0)
}
