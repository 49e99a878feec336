import { MAX_LISTS } from './image-format.ts'

/** What an image says of one of its lists; its place among the lists is its index. */
export interface ListInfo {
  readonly id: string
  /** What people read. */
  readonly name: string
  /** A category id of the taxonomy; for the policy's own names whatever the policy compiler likes. */
  readonly category: string
  /** Where it came from, a path or address as the operator wrote it. */
  readonly source: string
  readonly version: string
  /** Distinct host names, addresses, ranges of them and patterns. */
  readonly entries: number
  /** Distinct URL prefixes. */
  readonly urls: number
  /** Distinct exceptions. */
  readonly exceptions: number
}

export interface ImageMetadata {
  /** ISO instant. */
  readonly builtAt: string
  readonly lists: readonly ListInfo[]
  /** What the image's tables of patterns were made of, for people who ask. */
  readonly patterns: readonly PatternInfo[]
}

export interface PatternInfo {
  /** List index. */
  readonly list: number
  readonly text: string
}

/** A list of which nobody asks more than its index: one of the policy's own names. */
const UNNAMED: ListInfo = {
  ...{ id: '', name: '', category: '', source: '', version: '' },
  ...{ entries: 0, urls: 0, exceptions: 0 },
}

/** Lists without ids are written as their number: a policy has one for each of its 10,000 names. */
export function writeMetadata(metadata: ImageMetadata): Uint8Array {
  const { lists } = metadata
  const isUnnamed = lists.length > 0 && lists.every(({ id }) => id === '')
  const written = isUnnamed ? { ...metadata, lists: lists.length } : metadata
  return new TextEncoder().encode(JSON.stringify(written))
}

/** Null when the bytes are not what `writeMetadata` made. */
export function readMetadata(bytes: Uint8Array): ImageMetadata | null {
  const value = parseJson(new TextDecoder().decode(bytes.slice()))
  if (!isRecord(value) || typeof value['builtAt'] !== 'string') return null
  const lists = unnamed(value['lists']) ?? value['lists']
  if (!Array.isArray(lists) || !lists.every(isListInfo)) return null
  const patterns = value['patterns']
  if (!Array.isArray(patterns) || !patterns.every(isPatternInfo)) return null
  return { builtAt: value['builtAt'], lists, patterns }
}

function unnamed(count: unknown): readonly ListInfo[] | null {
  const isCount = Number.isSafeInteger(count) && Number(count) > 0 && Number(count) <= MAX_LISTS
  return isCount ? new Array<ListInfo>(Number(count)).fill(UNNAMED) : null
}

function isPatternInfo(value: unknown): value is PatternInfo {
  return isRecord(value) && Number.isSafeInteger(value['list']) && typeof value['text'] === 'string'
}

function isListInfo(value: unknown): value is ListInfo {
  return (
    isRecord(value) &&
    ['id', 'name', 'category', 'source', 'version'].every(
      (key) => typeof value[key] === 'string',
    ) &&
    ['entries', 'urls', 'exceptions'].every((key) => Number.isSafeInteger(value[key]))
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
