import { skipName } from './names.ts'
import { HEADER_OCTETS } from './numbers.ts'
import { u16 } from './question.ts'

/** The fixed part of a record: where its type begins, where its data begins and ends. */
export interface RecordPlace {
  readonly section: 'answer' | 'authority' | 'additional'
  readonly type: number
  readonly fixed: number
  readonly data: number
  readonly end: number
}

/**
 * The records of a message in order, as far as they are well formed; a message that breaks off just ends.
 * For what is looked at once a request, not on the way of every packet: it makes an object a record.
 */
export function* recordsOf(message: Uint8Array): Generator<RecordPlace, void> {
  if (message.length < HEADER_OCTETS) return
  let at = HEADER_OCTETS
  for (let questions = u16(message, 4); questions > 0; questions -= 1) {
    const end = skipName(message, at, message.length)
    if (end < 0) return
    at = end + 4
  }
  for (const [section, count] of [
    ['answer', u16(message, 6)],
    ['authority', u16(message, 8)],
    ['additional', u16(message, 10)],
  ] as const) {
    for (let left = count; left > 0; left -= 1) {
      const fixed = skipName(message, at, message.length)
      if (fixed < 0 || fixed + 10 > message.length) return
      const data = fixed + 10
      const end = data + u16(message, fixed + 8)
      if (end > message.length) return
      yield { section, type: u16(message, fixed), fixed, data, end }
      at = end
    }
  }
}
