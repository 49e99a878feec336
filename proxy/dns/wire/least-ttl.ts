import { TYPE_SOA } from './numbers.ts'
import { u32 } from './packed-answer.ts'
import { recordsOf } from './record-walk.ts'

/**
 * Seconds for which an answer may be kept by whoever keeps it whole (RFC 8484 section 5.1): the least TTL of
 * its answers, and where it has none, that of the SOA which says that there is nothing (RFC 2308 section 5). 0
 * where nothing says how long. Answers of ours carry TTLs that no window edge is inside of.
 */
export function leastTtl(answer: Uint8Array): number {
  let least = Infinity
  let negative = 0
  for (const { section, type, fixed, end } of recordsOf(answer)) {
    const ttl = u32(answer, fixed + 4)
    if (section === 'answer') least = Math.min(least, ttl)
    else if (section === 'authority' && type === TYPE_SOA)
      negative = Math.min(ttl, u32(answer, end - 4))
  }
  return Number.isFinite(least) ? least : negative
}
