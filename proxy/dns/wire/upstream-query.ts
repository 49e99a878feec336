import { LOWER } from './names.ts'
import { EDNS_UDP_OCTETS, HEADER_OCTETS, TYPE_OPT } from './numbers.ts'
import { putU16 } from './packed-answer.ts'
import type { Question } from './question.ts'
import { OPT_OCTETS } from './write-answer.ts'

/** The query we put to an upstream; `questionEnd` is where its question, and so the answer's, ends. */
export interface UpstreamQuery {
  readonly bytes: Uint8Array
  readonly questionEnd: number
}

/**
 * Our own query for a client's question: the name in lower case, recursion wanted, our own EDNS with the
 * client's DO and CD. Nothing else of the client's goes on: its options could carry cookies of its
 * session with us, or a client subnet that tells the world which classroom asks.
 */
export function upstreamQuery(query: Uint8Array, question: Question): UpstreamQuery {
  const bytes = new Uint8Array(question.end + OPT_OCTETS)
  bytes[2] = 0x01
  bytes[3] = question.checkingDisabled ? 0x10 : 0
  bytes[5] = 1
  bytes[11] = 1
  for (let i = HEADER_OCTETS; i < question.nameEnd; i += 1) bytes[i] = LOWER[query[i] ?? 0] ?? 0
  for (let i = question.nameEnd; i < question.end; i += 1) bytes[i] = query[i] ?? 0
  putU16(bytes, question.end + 1, TYPE_OPT)
  putU16(bytes, question.end + 3, EDNS_UDP_OCTETS)
  putU16(bytes, question.end + 7, question.dnssecOk ? 0x8000 : 0)
  return { bytes, questionEnd: question.end }
}
