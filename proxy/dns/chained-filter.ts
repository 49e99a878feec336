import { TYPE_A, TYPE_AAAA, TYPE_OPT } from './wire/numbers.ts'
import { skipName } from './wire/names.ts'
import { u16 } from './wire/question.ts'

/** Another filter that answers DNS, in front of this one: a licensed service that the school buys. */
export interface ChainedFilter {
  /** As people call it; named wherever it refuses. */
  readonly name: string
  readonly upstreams: readonly string[]
  /** Where it leads what it refuses: the addresses of its own block page. */
  readonly blockAddresses: readonly string[]
}

/** What the filter says of a name. */
export type ChainedAnswer = 'refuses' | 'lets through' | 'silent'

/** Tells a refusal from an answer; `from` is where the response's question ends. */
export type IsRefusal = (response: Uint8Array, from: number) => boolean

/** RFC 8914: blocked, censored, filtered and prohibited. */
const EDE_FIRST = 15
const EDE_LAST = 18
const OPTION_EDE = 15

/**
 * A filter refuses by an extended error that says so, by no address at all (`0.0.0.0`, `::`), or by the
 * address of its block page. A name that does not exist is no refusal: nobody could tell the two apart.
 */
export function refusalsOf({ blockAddresses }: Pick<ChainedFilter, 'blockAddresses'>): IsRefusal {
  const blocked = new Set([...blockAddresses, '0.0.0.0', '::'].map(octetsOf))
  return (response, from) => {
    let left = u16(response, 6) + u16(response, 8) + u16(response, 10)
    let at = from
    for (; left > 0; left -= 1) {
      const fixed = skipName(response, at, response.length)
      if (fixed < 0 || fixed + 10 > response.length) return false
      const data = fixed + 10
      at = data + u16(response, fixed + 8)
      if (at > response.length) return false
      const type = u16(response, fixed)
      if (type === TYPE_OPT && saysRefused(response, data, at)) return true
      if (type !== TYPE_A && type !== TYPE_AAAA) continue
      if (blocked.has(response.subarray(data, at).join('.'))) return true
    }
    return false
  }
}

/** Options are code, length, value (RFC 6891 section 6.1.2). */
function saysRefused(response: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 4 <= end; at += 4 + u16(response, at + 2)) {
    if (u16(response, at) !== OPTION_EDE || at + 6 > end) continue
    const code = u16(response, at + 4)
    if (code >= EDE_FIRST && code <= EDE_LAST) return true
  }
  return false
}

/** The octets of an address as its record holds them. */
function octetsOf(address: string): string {
  if (!address.includes(':')) return address
  const groups = URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1) ?? ''
  const [left = '', right] = groups.split('::')
  const words = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const [before, after] = [words(left), words(right ?? '')]
  const zeros = right === undefined ? 0 : 8 - before.length - after.length
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after]
    .map((word) => Number.parseInt(word, 16))
    .flatMap((word) => [word >> 8, word & 0xff])
    .join('.')
}
