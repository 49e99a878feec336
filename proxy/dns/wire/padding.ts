import { MAX_MESSAGE_OCTETS, TYPE_OPT } from './numbers.ts'
import { putU16 } from './packed-answer.ts'
import { u16 } from './question.ts'
import { recordsOf } from './record-walk.ts'

/** The EDNS option (RFC 7830 section 3). */
const OPTION_PADDING = 12
const OPTION_HEAD_OCTETS = 4

/** RFC 8467 section 4.1: answers that are padded are a multiple of this long. */
const BLOCK_OCTETS = 468

/** Whether a query asks for a padded answer, by being padded itself (RFC 7830 section 4). */
export function asksForPadding(query: Uint8Array): boolean {
  for (const { section, type, data, end } of recordsOf(query)) {
    if (section !== 'additional' || type !== TYPE_OPT) continue
    for (let at = data; at + OPTION_HEAD_OCTETS <= end;) {
      if (u16(query, at) === OPTION_PADDING) return true
      at += OPTION_HEAD_OCTETS + u16(query, at + 2)
    }
  }
  return false
}

/**
 * Pads the answer that fills the first `octets` of `room` to the next multiple of 468 and gives its new length:
 * who sees encrypted packets must not tell names by lengths. An answer whose last record is no OPT is left as it
 * is: only OPT can carry padding.
 */
export function padAnswer(room: Uint8Array, octets: number): number {
  const answer = room.subarray(0, octets)
  const opt = [...recordsOf(answer)].at(-1)
  if (opt?.type !== TYPE_OPT || opt.end !== octets) return octets
  const bare = octets + OPTION_HEAD_OCTETS
  const padded = Math.min(Math.ceil(bare / BLOCK_OCTETS) * BLOCK_OCTETS, MAX_MESSAGE_OCTETS)
  if (padded < bare || padded > room.length) return octets
  putU16(room, octets, OPTION_PADDING)
  putU16(room, octets + 2, padded - bare)
  room.fill(0, bare, padded)
  putU16(room, opt.fixed + 8, padded - opt.data)
  return padded
}
