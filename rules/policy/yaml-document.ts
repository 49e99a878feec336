import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument, type Document } from 'yaml'
import type { Path } from './yaml-source.ts'

/** Aliases multiply: the "billion laughs" document has ten of ten of ten. Timetables use a handful. */
const MAX_ALIASES = 200

/** What is wrong with a text that is no YAML. */
export interface YamlError {
  readonly offset: number
  readonly message: string
}

/** A text read by the YAML library, with the offsets of its values. */
export interface YamlDocument {
  readonly value: unknown
  /** Where the key or value at `path` begins; the nearest ancestor that exists where it does not. */
  readonly offsetOf: (path: Path) => number
}

/** The document of a text, or every syntax error in it. Never throws. */
export function readDocument(
  text: string,
): YamlDocument | { readonly errors: readonly YamlError[] } {
  const document = parseDocument(text, {
    prettyErrors: false,
    // A doubtful key is the schema's to refuse; the library would print a warning of its own.
    logLevel: 'error',
  })
  if (document.errors.length > 0) {
    return {
      errors: document.errors.map(({ pos, message }) => ({
        offset: pos[0],
        message: message.split('\n')[0] ?? 'not YAML',
      })),
    }
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES })
    return { value, offsetOf: (path) => offsetOf(document, path) }
  } catch (cause) {
    // `toJS` throws for alias bombs and for aliases without an anchor; both are the file's fault.
    const message = cause instanceof Error ? cause.message : 'not usable'
    return { errors: [{ offset: 0, message }] }
  }
}

/** Line and column of offsets, both from 1. */
export function placesIn(text: string): (offset: number) => { line: number; col: number } {
  const lines = new LineCounter()
  lines.addNewLine(0)
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
    lines.addNewLine(at + 1)
  return (offset) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), col: Math.max(col, 1) }
  }
}

function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents
  let offset = 0
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (pair === undefined) return offset
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      offset = rangeStart(node) ?? offset
    } else return offset
  }
  return offset
}

function rangeStart(node: unknown): number | undefined {
  if (node === null || typeof node !== 'object' || !('range' in node)) return undefined
  const range = node.range
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined
}
