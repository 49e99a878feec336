import type { z } from 'zod'
import { nearest } from './nearest-word.ts'
import { placesIn, readDocument } from './yaml-document.ts'
import { readPieces } from './read-pieces.ts'

/** One thing that is wrong with a file, at its place; printed as `file:line:col: path: message`. */
export interface Problem {
  readonly file: string
  readonly line: number
  readonly col: number
  /** Dotted path inside the document; empty for the document itself. */
  readonly path: string
  readonly message: string
}

export type Path = readonly (string | number)[]

/** A parsed document that still knows where each value stood. */
export interface YamlSource {
  readonly value: unknown
  problem(path: Path, message: string): Problem
}

/** A policy of a large trust is some 200 KB; beyond this a file is a mistake or an attack. */
export const MAX_DOCUMENT_OCTETS = 4 * 1024 * 1024

export function describeProblem({ file, line, col, path, message }: Problem): string {
  return path === ''
    ? `${file}:${line}:${col}: ${message}`
    : `${file}:${line}:${col}: ${path}: ${message}`
}

/** The document of a YAML text, or every syntax problem in it. Never throws. */
export function readYaml(text: string, file: string): YamlSource | readonly Problem[] {
  if (text.length > MAX_DOCUMENT_OCTETS) {
    const message = `the file is larger than ${MAX_DOCUMENT_OCTETS / 1024 / 1024} MiB`
    return [{ file, line: 1, col: 1, path: '', message }]
  }
  // In pieces, because most of them were read before; what can't be cut, or is broken, as a whole.
  const read = readPieces(text) ?? readDocument(text)
  let places: ReturnType<typeof placesIn> | undefined
  const place = (offset: number) => (places ??= placesIn(text))(offset)
  if ('errors' in read) {
    return read.errors.map(({ offset, message }) => ({
      file,
      ...place(offset),
      path: '',
      message: lowerFirst(message),
    }))
  }
  const problem = (path: Path, message: string): Problem => ({
    file,
    ...place(read.offsetOf(path)),
    path: path.join('.'),
    message,
  })
  return { value: read.value, problem }
}

/** The schema's complaints as problems with places, misspelt keys and words with a suggestion. */
export function problemsOfIssues(
  source: YamlSource,
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
): Problem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
    if (issue.code !== 'unrecognized_keys') {
      return [source.problem(path, describeIssue(issue, source.value, path))]
    }
    const known = keysAt(schema, path)
    return issue.keys.map((key) =>
      source.problem([...path, key], `unknown key${suggestion(nearest(key, known))}`),
    )
  })
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown, path: Path): string {
  if (issue.code === 'invalid_value') {
    const got = valueAt(value, path)
    const words = issue.values.map(String)
    if (typeof got === 'string')
      return `\`${got}\` is not one of ${words.join(', ')}${suggestion(nearest(got, words))}`
  }
  // The rule that the key breaks, such as which letters an id may have.
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? 'not a key'
  if (issue.code === 'invalid_type' && valueAt(value, path) === undefined)
    return `missing (${issue.expected})`
  return lowerFirst(issue.message)
}

export function suggestion(word: string | undefined): string {
  return word === undefined ? '' : `; did you mean \`${word}\`?`
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value
  for (const step of path) {
    // One word where the schema takes a list of them: `role: staff`.
    if (step === 0 && typeof at === 'string') return at
    if (at === null || typeof at !== 'object') return undefined
    at = (at as Record<string, unknown>)[String(step)]
  }
  return at
}

/** The keys that the schema knows at `path`, for suggestions; empty where it can't be told. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  let at: unknown = schema
  for (const step of path) at = childOf(unwrap(at), String(step))
  const object = unwrap(at)
  return hasDef(object) && object.def.type === 'object' ? Object.keys(object.def.shape ?? {}) : []
}

interface Def {
  readonly type: string
  readonly shape?: Record<string, unknown>
  readonly element?: unknown
  readonly valueType?: unknown
  readonly innerType?: unknown
  readonly in?: unknown
}

function hasDef(schema: unknown): schema is { readonly def: Def } {
  return typeof schema === 'object' && schema !== null && 'def' in schema
}

function unwrap(schema: unknown): unknown {
  let at = schema
  while (hasDef(at)) {
    const inner = at.def.innerType ?? (at.def.type === 'pipe' ? at.def.in : undefined)
    if (inner === undefined) return at
    at = inner
  }
  return at
}

function childOf(schema: unknown, step: string): unknown {
  if (!hasDef(schema)) return undefined
  switch (schema.def.type) {
    case 'object':
      return schema.def.shape?.[step]
    case 'array':
      return schema.def.element
    case 'record':
      return schema.def.valueType
    default:
      return undefined
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
