import type { ImageBuilder } from '../../rules/lists/image-builder.ts'
import { MAX_LINE_OCTETS, parseListLine, type ListLine } from '../../rules/lists/list-line.ts'
import type { LineRange } from './line-splitter.ts'

/** Where the names of a list go. */
export interface ListTarget {
  readonly builder: ImageBuilder
  readonly list: number
  /** What a bare name means. */
  readonly scope: 'host' | 'subtree'
}

/** Adds what a line says to the list; the message when it says nothing that can be understood. */
export function takeListLine(bytes: Buffer, range: LineRange, target: ListTarget): string | null {
  if (range.isCut) return `longer than ${MAX_LINE_OCTETS} octets`
  const { builder, list, scope } = target
  const afterAddress = endOfBlockingAddress(bytes, range)
  if (afterAddress > 0) {
    const name = { start: afterAddress, end: range.end }
    if (builder.addBytes(list, 'host', bytes, name)) return null
  } else if (builder.addBytes(list, scope, bytes, range)) return null
  const text = bytes.toString('utf8', range.start, range.end)
  return addParsed(parseListLine(text, scope), target)
}

function addParsed(line: ListLine, { builder, list }: ListTarget): string | null {
  switch (line.kind) {
    case 'nothing':
      return null
    case 'problem':
      return line.message
    case 'hosts': {
      const { hosts, scope } = line
      return hosts.every((host) => builder.addHost(list, scope, host)) ? null : 'not a host name'
    }
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
