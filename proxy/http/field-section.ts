import type { Framing } from './body-framing.ts'
import { CHUNKED } from './body-framing.ts'
import { MAX_FIELDS } from './limits.ts'

/** Why a head can't be served, and the status that says so to a client (towards an origin it is a 502). */
export interface HeadProblem {
  readonly kind: 'malformed'
  readonly status: 400 | 414 | 431 | 501 | 505
  readonly problem: string
}

export function malformed(problem: string, status: HeadProblem['status'] = 400): HeadProblem {
  return { kind: 'malformed', status, problem }
}

/** What the fields of a head mean for a relay; `''` and `-1` stand for a field that is not there. */
export class FieldSection {
  readonly kind = 'fields'
  /** The lines to pass on, each with its CRLF: without framing, `Host` and everything hop-by-hop. */
  kept = ''
  host = ''
  hosts = 0
  accept = ''
  contentLength = -1
  /** Transfer codings, lower case, as listed over all fields of that name. */
  codings: string[] | null = null
  close = false
  keepAlive = false
  /** `Connection` lists `upgrade`. */
  upgrades = false
  upgrade = ''
  expect = ''
  acceptsTrailers = false
  maxForwards = -1
  /** A login that belongs to the connection rather than the request (NTLM, Negotiate): it must not be shared. */
  connectionLogin = false
  /** Fields that `Connection` names, lower case. */
  named: string[] | null = null
}

const FIELD_NAME = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+:/y
/**
 * Anything but tab, printable ASCII, obs-text and CRLF pairs. One pass over the whole head: a lone CR or
 * LF is a line end to some readers and none to others, which is what request smuggling lives on.
 */
const STRAY_OCTET =
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/

export function hasStrayOctet(head: string): boolean {
  return STRAY_OCTET.test(head)
}

/**
 * Reads `head[from..]`, field lines that each end in CRLF. The caller has made sure that there is no
 * stray octet. Strict as RFC 9112 section 5: no folding, no space before the colon.
 */
export function readFields(head: string, from: number): FieldSection | HeadProblem {
  const section = new FieldSection()
  let keptFrom = from
  let count = 0
  for (let line = from; line < head.length;) {
    const end = head.indexOf('\r\n', line) + 2
    FIELD_NAME.lastIndex = line
    if (!FIELD_NAME.test(head)) return malformed('a field line has no valid name')
    count += 1
    if (count > MAX_FIELDS) return malformed('too many fields', 431)
    const value = FIELD_NAME.lastIndex
    const read = readerOf(head, line, value - 1)
    if (read !== undefined) {
      const outcome = read(section, head.slice(value, end - 2).trim())
      if (typeof outcome === 'string') return malformed(outcome)
      if (outcome === DROP) {
        section.kept += head.slice(keptFrom, line)
        keptFrom = end
      }
    }
    line = end
  }
  section.kept += head.slice(keptFrom)
  if (section.named !== null) section.kept = withoutNamed(section.kept, section.named)
  return section
}

/** Body framing by RFC 9112 section 6.3; `null` where no field tells it. */
export function framingOf(section: FieldSection): Framing | HeadProblem | null {
  const { codings, contentLength } = section
  if (codings === null) return contentLength < 0 ? null : { kind: 'length', octets: contentLength }
  if (codings.some((coding) => coding !== 'chunked'))
    return malformed('a transfer coding other than chunked', 501)
  if (codings.length !== 1) return malformed('chunked is listed more than once')
  return CHUNKED
}

const KEEP = 0
const DROP = 1
/** What becomes of the line; a string says what is wrong with it. */
type Outcome = typeof KEEP | typeof DROP | string
type FieldReader = (section: FieldSection, value: string) => Outcome

/** Fields that mean something to a relay. All others are passed on unread. */
const READERS: ReadonlyMap<string, FieldReader> = new Map<string, FieldReader>([
  ['host', readHost],
  ['accept', readAccept],
  ['content-length', readContentLength],
  ['transfer-encoding', readTransferEncoding],
  ['connection', readConnection],
  // Never standard, but the clients that send it mean it (RFC 9112 appendix C.2.2).
  ['proxy-connection', readConnection],
  ['keep-alive', drop],
  ['proxy-authorization', drop],
  ['proxy-authenticate', drop],
  ['proxy-authentication-info', drop],
  ['te', readTe],
  ['upgrade', readUpgrade],
  ['expect', readExpect],
  ['max-forwards', readMaxForwards],
  ['www-authenticate', readLogin],
  ['authorization', readLogin],
])

/** Bit n is set when some name above has n letters: most lines are told apart by length alone. */
const LENGTHS = [...READERS.keys()].reduce((bits, name) => bits | (1 << name.length), 0)

function readerOf(head: string, from: number, to: number): FieldReader | undefined {
  const length = to - from
  if (length > 31 || ((LENGTHS >>> length) & 1) === 0) return undefined
  return READERS.get(head.slice(from, to).toLowerCase())
}

function drop(): Outcome {
  return DROP
}

function readHost(section: FieldSection, value: string): Outcome {
  section.hosts += 1
  if (section.hosts > 1) return 'more than one host field'
  // Not parsed here: an absolute target replaces it. But no list, no user, no path may hide in it.
  if (/[\s,@/?#\\]/.test(value)) return 'the host field is not a host'
  section.host = value
  return DROP
}

function readAccept(section: FieldSection, value: string): Outcome {
  section.accept = section.accept === '' ? value : `${section.accept}, ${value}`
  return KEEP
}

function readContentLength(section: FieldSection, value: string): Outcome {
  // 15 digits stay exact in a double; `1_5`, `+5`, `0x5`, `5, 5` and the empty value are refused.
  if (!/^\d{1,15}$/.test(value)) return 'content-length is not a number'
  const octets = Number(value)
  if (section.contentLength >= 0 && section.contentLength !== octets)
    return 'two content-length fields differ'
  section.contentLength = octets
  return DROP
}

function readTransferEncoding(section: FieldSection, value: string): Outcome {
  section.codings ??= []
  for (const coding of value.split(',')) section.codings.push(coding.trim().toLowerCase())
  return DROP
}

function readConnection(section: FieldSection, value: string): Outcome {
  for (const item of value.split(',')) {
    const option = item.trim().toLowerCase()
    if (option === 'close') section.close = true
    else if (option === 'keep-alive') section.keepAlive = true
    else if (option === 'upgrade') section.upgrades = true
    else if (option !== '' && option !== 'te') (section.named ??= []).push(option)
  }
  return DROP
}

function readTe(section: FieldSection, value: string): Outcome {
  section.acceptsTrailers ||= /(?:^|,)\s*trailers\s*(?:,|$)/i.test(value)
  return DROP
}

function readUpgrade(section: FieldSection, value: string): Outcome {
  section.upgrade = value.toLowerCase()
  return DROP
}

function readExpect(section: FieldSection, value: string): Outcome {
  section.expect = value.toLowerCase()
  return DROP
}

function readMaxForwards(section: FieldSection, value: string): Outcome {
  if (!/^\d{1,9}$/.test(value)) return 'max-forwards is not a number'
  section.maxForwards = Number(value)
  return DROP
}

function readLogin(section: FieldSection, value: string): Outcome {
  section.connectionLogin ||= /^(?:ntlm|negotiate)\b/i.test(value)
  return KEEP
}

/** RFC 9110 section 7.6.1: what `Connection` names is for this hop alone. */
function withoutNamed(kept: string, named: readonly string[]): string {
  return kept
    .split('\r\n')
    .slice(0, -1)
    .filter((line) => !named.includes(line.slice(0, line.indexOf(':')).toLowerCase()))
    .map((line) => `${line}\r\n`)
    .join('')
}
