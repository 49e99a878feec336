import type { ImageBuilder } from '../../rules/lists/image-builder.ts'
import {
  MAX_LINE_OCTETS,
  parseListLine,
  type IgnoredReason,
  type ListLine,
} from '../../rules/lists/list-line.ts'
import type { ZoneLines } from '../../rules/lists/rpz/zone-lines.ts'
import type { LineRange } from './line-splitter.ts'

/** Where the names of a list go. */
export interface ListTarget {
  readonly builder: ImageBuilder
  readonly list: number
  /** What a bare name means. */
  readonly scope: 'host' | 'subtree'
}

/** What became of a line that was not taken: a rule of a kind that is left out, or what is wrong. */
export type Untaken = { readonly ignored: IgnoredReason } | { readonly problem: string }

/** Adds what a line says to the list; null when it was taken or says nothing. */
export function takeListLine(bytes: Buffer, range: LineRange, target: ListTarget): Untaken | null {
  if (range.isCut) return { problem: `longer than ${MAX_LINE_OCTETS} octets` }
  const { builder, list, scope } = target
  const afterAddress = endOfBlockingAddress(bytes, range)
  if (afterAddress > 0) {
    const name = { start: afterAddress, end: range.end }
    if (builder.addBytes(list, 'host', bytes, name)) return null
  } else if (builder.addBytes(list, scope, bytes, range)) return null
  const text = bytes.toString('utf8', range.start, range.end)
  return takeParsed(parseListLine(text, scope), target)
}

/** As `takeListLine`, for a line of a response policy zone. */
export function takeZoneLine(
  bytes: Buffer,
  range: LineRange,
  target: ListTarget & { readonly zone: ZoneLines },
): Untaken | null {
  if (range.isCut) return { problem: `longer than ${MAX_LINE_OCTETS} octets` }
  return takeParsed(target.zone.read(bytes.toString('utf8', range.start, range.end)), target)
}

/** As `takeListLine`, for a line that has been parsed. */
function takeParsed(line: ListLine, target: ListTarget): Untaken | null {
  if (line.kind === 'ignored') return { ignored: line.reason }
  const problem = addParsed(line, target)
  return problem === null ? null : { problem }
}

function addParsed(
  line: Exclude<ListLine, { kind: 'ignored' }>,
  { builder, list }: ListTarget,
): string | null {
  switch (line.kind) {
    case 'nothing':
      return null
    case 'problem':
      return line.message
    case 'hosts': {
      const { hosts, scope } = line
      return hosts.every((host) => builder.addHost(list, scope, host)) ? null : 'not a host name'
    }
    case 'except':
      return builder.addException(list, line.scope, line.host) ? null : 'not a host name'
    case 'range':
      return builder.addRange(list, line.range, line.isException) ? null : 'too many ranges'
    case 'pattern':
      return builder.addPattern(list, line.text)
    case 'url':
      return builder.addUrl(list, line.host, line.path) ? null : 'a path too long to be matched'
  }
}

const PREFIXES = [Buffer.from('0.0.0.0 '), Buffer.from('127.0.0.1 ')]
const LOCAL = Buffer.from('loc')

/** Past `0.0.0.0 ` or `127.0.0.1 `, where most hosts files have their name; 0 when the line is no such. */
function endOfBlockingAddress(bytes: Buffer, { start, end }: LineRange): number {
  const first = bytes[start]
  if (first !== 0x30 && first !== 0x31) return 0
  for (const prefix of PREFIXES) {
    const after = start + prefix.length
    if (after >= end || bytes.compare(prefix, 0, prefix.length, start, after) !== 0) continue
    // `localhost.localdomain` looks like any other name; `parseListLine` knows that it isn't.
    const beginning = Math.min(end, after + LOCAL.length)
    return bytes.compare(LOCAL, 0, LOCAL.length, after, beginning) === 0 ? 0 : after
  }
  return 0
}
