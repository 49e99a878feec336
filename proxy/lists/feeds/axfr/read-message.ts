import { expandName, skipName } from '../../../dns/wire/names.ts'
import { HEADER_OCTETS, MAX_WIRE_NAME_OCTETS } from '../../../dns/wire/numbers.ts'
import { u16 } from '../../../dns/wire/question.ts'

export const TYPE_TSIG = 250

/** One record of a message, its owner expanded, its data as offsets into the message. */
export interface WireRecord {
  /** Where it begins in the message. */
  readonly at: number
  readonly owner: Uint8Array
  readonly type: number
  readonly class: number
  readonly dataAt: number
  readonly end: number
}

export interface WireMessage {
  readonly bytes: Uint8Array
  readonly id: number
  readonly flags: number
  /** Octets of the question section from offset 12, which is empty in later messages of a transfer. */
  readonly question: Uint8Array
  readonly answers: readonly WireRecord[]
  readonly authorities: number
  /** The last record of the message where that is one (RFC 8945 section 5.1). */
  readonly tsig: WireRecord | null
}

/** Reads a response of a primary; null where it is malformed. Never throws, whatever the bytes. */
export function readMessage(bytes: Uint8Array): WireMessage | null {
  if (bytes.length < HEADER_OCTETS) return null
  const questions = u16(bytes, 4)
  const questionEnd = questions === 0 ? HEADER_OCTETS : endOfQuestion(bytes)
  if (questions > 1 || questionEnd < 0) return null
  const answers = readRecords(bytes, questionEnd, u16(bytes, 6))
  const authorities = answers && readRecords(bytes, answers.end, u16(bytes, 8))
  const additionals = authorities && readRecords(bytes, authorities.end, u16(bytes, 10))
  if (additionals?.end !== bytes.length || !answers || !authorities) return null
  const tsig = signatureOf([...answers.records, ...authorities.records, ...additionals.records], {
    isAdditional: additionals.records.length > 0,
  })
  if (tsig === undefined) return null
  return {
    ...{ bytes, id: u16(bytes, 0), flags: u16(bytes, 2), answers: answers.records },
    question: bytes.subarray(HEADER_OCTETS, questionEnd),
    authorities: authorities.records.length,
    tsig,
  }
}

/** Null where nothing signs; undefined where a signature is anywhere but in the last additional record. */
function signatureOf(
  records: readonly WireRecord[],
  { isAdditional }: { readonly isAdditional: boolean },
): WireRecord | null | undefined {
  const [first] = records.filter(({ type }) => type === TYPE_TSIG)
  if (first === undefined) return null
  return isAdditional && first === records.at(-1) ? first : undefined
}

/** The uncompressed, lower-case form of the name at `at`; null where it is malformed. */
export function nameAt(bytes: Uint8Array, at: number): Uint8Array | null {
  const into = new Uint8Array(MAX_WIRE_NAME_OCTETS)
  const octets = expandName(bytes, at, into, 0)
  if (octets < 0) return null
  for (let i = 0; i < octets; i += 1) {
    const octet = into[i] ?? 0
    // Length octets are below 64 and stay.
    if (octet >= 0x41 && octet <= 0x5a) into[i] = octet + 0x20
  }
  return into.subarray(0, octets)
}

function endOfQuestion(bytes: Uint8Array): number {
  const end = skipName(bytes, HEADER_OCTETS, bytes.length)
  return end < 0 || end + 4 > bytes.length ? -1 : end + 4
}

function readRecords(
  bytes: Uint8Array,
  from: number,
  count: number,
): { readonly records: WireRecord[]; readonly end: number } | null {
  const records: WireRecord[] = []
  let at = from
  for (let i = 0; i < count; i += 1) {
    const fixed = skipName(bytes, at, bytes.length)
    if (fixed < 0 || fixed + 10 > bytes.length) return null
    const owner = nameAt(bytes, at)
    const dataAt = fixed + 10
    const end = dataAt + u16(bytes, fixed + 8)
    if (owner === null || end > bytes.length) return null
    records.push({
      ...{ at, owner, type: u16(bytes, fixed), class: u16(bytes, fixed + 2), dataAt, end },
    })
    at = end
  }
  return { records, end: at }
}
