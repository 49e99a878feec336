import { readDocument, type YamlDocument } from './yaml-document.ts'
import { sectionsOf, type YamlPiece, type YamlSection } from './yaml-pieces.ts'
import type { Path } from './yaml-source.ts'

/**
 * The document of a text that can be cut into pieces, or null: then the whole must be read. A change of one
 * rule of 10,000 leaves 9,999 pieces as they were, and their values are taken from the last readings; to
 * read a document of that size as one takes half a second. Values are shared between readings and frozen.
 */
export function readPieces(text: string): YamlDocument | null {
  const sections = sectionsOf(text)
  if (sections === null) return null
  const reading = MEMORY.begin()
  const read = sections.map((section) => readSection(section, reading))
  const known = read.filter((section) => section !== null)
  if (known.length < read.length) return null
  const keys = known.map(({ key }) => key)
  // Twice the same key is an error, which the whole document tells of.
  if (new Set(keys).size < keys.length) return null
  MEMORY.end(reading)
  return {
    value: Object.fromEntries(known.map(({ key, value }) => [key, value])),
    offsetOf: (path) => offsetIn(known, path),
  }
}

interface ReadSection {
  readonly key: string
  readonly value: unknown
  readonly section: YamlSection
}

function readSection(section: YamlSection, reading: Reading): ReadSection | null {
  const { entries, whole } = section
  if (entries !== null) {
    const key = soleKey(reading.read(entries.head))
    const values = entries.pieces.map((piece) => reading.read(piece))
    const value = entries.kind === 'list' ? listOf(values) : mapOf(values)
    if (key !== null && value !== null) return { key, value, section }
  }
  const value = reading.read(whole)
  const key = soleKey(value)
  return key === null ? null : { key, value: value?.[key], section: { whole, entries: null } }
}

type Keyed = Readonly<Record<string, unknown>>

/** The empty one is YAML's `null` as a key, which the whole document may make sense of. */
function soleKey(value: Keyed | null): string | null {
  const [key = '', ...more] = Object.keys(value ?? {})
  return key === '' || more.length > 0 ? null : key
}

/** Each piece is a list of one. */
function listOf(values: readonly (Keyed | null)[]): readonly unknown[] | null {
  const list: unknown[] = []
  for (const value of values) {
    if (!Array.isArray(value) || value.length !== 1) return null
    list.push(value[0])
  }
  return list
}

/** Each piece is a map of one, and no key stands twice. */
function mapOf(values: readonly (Keyed | null)[]): Keyed | null {
  const map = new Map<string, unknown>()
  for (const value of values) {
    const key = soleKey(value)
    if (key === null || Array.isArray(value) || map.has(key)) return null
    map.set(key, value?.[key])
  }
  return Object.fromEntries(map)
}

/** As `YamlDocument.offsetOf`: the one piece that the path leads into is read again, for its places. */
function offsetIn(sections: readonly ReadSection[], [first, next, ...rest]: Path): number {
  const found = sections.find(({ key }) => key === String(first))
  if (found === undefined) return 0
  const { whole, entries } = found.section
  if (next === undefined) return whole.start
  if (entries === null) return offsetWithin(whole, [String(first), next, ...rest])
  const { value } = found
  const at =
    entries.kind === 'list' ? Number(next) : Object.keys(value as Keyed).indexOf(String(next))
  const piece = entries.pieces[at]
  if (piece === undefined) return whole.start
  return offsetWithin(piece, [entries.kind === 'list' ? 0 : next, ...rest])
}

function offsetWithin(piece: YamlPiece, path: Path): number {
  const read = readDocument(piece.text)
  return piece.start + ('errors' in read ? 0 : read.offsetOf(path))
}

/** How many documents' pieces are remembered: the policy, its parent, a draft and what was before. */
const REMEMBERED = 4

/** What the pieces of one document mean; null for one that can't be read by itself. */
class Reading {
  readonly values = new Map<string, Keyed | null>()
  readonly #before: readonly Reading[]

  constructor(before: readonly Reading[]) {
    this.#before = before
  }

  read({ text }: YamlPiece): Keyed | null {
    const known = this.values.get(text)
    if (known !== undefined) return known
    const value = this.#remembered(text) ?? valueOf(text)
    this.values.set(text, value)
    return value
  }

  #remembered(text: string): Keyed | undefined {
    for (const { values } of this.#before) {
      const value = values.get(text)
      if (value !== undefined && value !== null) return value
    }
    return undefined
  }
}

/** Forgets with the documents, so that no more is held than the last few of them. */
class PieceMemory {
  #readings: readonly Reading[] = []

  begin(): Reading {
    return new Reading(this.#readings)
  }

  end(reading: Reading): void {
    this.#readings = [reading, ...this.#readings].slice(0, REMEMBERED)
  }
}

/** Only saves time: what a piece means follows from its text alone. */
const MEMORY = new PieceMemory()

function valueOf(text: string): Keyed | null {
  const read = readDocument(text)
  if ('errors' in read || read.value === null || typeof read.value !== 'object') return null
  return deepFreeze(read.value) as Keyed
}

function deepFreeze(value: object): object {
  for (const inner of Object.values(value) as unknown[])
    if (inner !== null && typeof inner === 'object' && !Object.isFrozen(inner)) deepFreeze(inner)
  return Object.freeze(value)
}
