/** A stretch of a YAML text that is a document by itself: one key with its value, or one entry of a list. */
export interface YamlPiece {
  readonly text: string
  /** Where it begins in the whole text. */
  readonly start: number
}

/** What stands under one key at the top of a document. */
export interface YamlSection {
  readonly whole: YamlPiece
  /** Its entries, where they can be told apart without understanding them. */
  readonly entries: {
    readonly kind: 'list' | 'map'
    /** The line of the key. */
    readonly head: YamlPiece
    readonly pieces: readonly YamlPiece[]
  } | null
}

/** A key at the left margin, as people write them. What else may stand there needs the whole document. */
const KEY = /[A-Za-z_][\w-]*:(?: |$)/my
/** A key that brings nothing along but what is indented below it. */
const BARE_KEY = /[A-Za-z_][\w-]*: *(?: #.*)?$/my
const ENTRIES = { list: /-(?: |$)/my, map: /[A-Za-z_][\w.-]*:(?: |$)/my }
/** What a YAML reader does with these is not told by lines. */
const UNUSUAL = /[\r\t\u0085\u2028\u2029\uFEFF]|^(?:---|\.\.\.|%| *\? )|^ *\?$/m

/**
 * The sections of a document, or null where lines alone do not tell them apart. Cut where a line can begin
 * nothing but the next key or entry: what is inside another value is indented further (YAML 1.2.2 sections
 * 6.1, 7.1 and 8.1), and a value that is open at the cut (a quote, a bracket) makes the piece before it one
 * that can't be read, upon which the caller reads the whole.
 */
export function sectionsOf(text: string): readonly YamlSection[] | null {
  if (UNUSUAL.test(text)) return null
  const starts: number[] = []
  for (let at = 0; at < text.length; at = nextLine(text, at)) {
    if (isBlank(text, at) || (starts.length > 0 && text.charCodeAt(at) === SPACE)) continue
    if (!matchesAt(KEY, text, at)) return null
    starts.push(at)
  }
  const sections = cut({ text, start: 0 }, starts)
  return sections.length === 0 ? null : sections.map(sectionOf)
}

function sectionOf(whole: YamlPiece): YamlSection {
  const { text, start } = whole
  const unread = { whole, entries: null }
  if (!matchesAt(BARE_KEY, text, 0)) return unread
  const end = nextLine(text, 0)
  const first = firstEntry(text, end)
  if (first === null) return unread
  const starts: number[] = []
  for (let at = first.at; at < text.length; at = nextLine(text, at)) {
    const depth = indentAt(text, at)
    if (depth > first.indent || isBlank(text, at)) continue
    if (depth < first.indent || !matchesAt(ENTRIES[first.kind], text, at + depth)) return unread
    starts.push(start + at)
  }
  const head = { text: text.slice(0, end), start }
  return { whole, entries: { kind: first.kind, head, pieces: cut(whole, starts) } }
}

/** The first line below a key that says something: where it is, how far in, and what it begins. */
function firstEntry(text: string, from: number) {
  let at = from
  while (at < text.length && isBlank(text, at)) at = nextLine(text, at)
  const indent = indentAt(text, at)
  if (at >= text.length) return null
  for (const kind of ['list', 'map'] as const)
    if (matchesAt(ENTRIES[kind], text, at + indent)) return { at, indent, kind }
  return null
}

/** From each start to the next; what stands before the first is nothing but blank lines and comments. */
function cut({ text, start }: YamlPiece, starts: readonly number[]): YamlPiece[] {
  const end = start + text.length
  return starts.map((from, index) => ({
    text: text.slice(from - start, (starts[index + 1] ?? end) - start),
    start: from,
  }))
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}

function nextLine(text: string, at: number): number {
  const feed = text.indexOf('\n', at)
  return feed === -1 ? text.length : feed + 1
}

const SPACE = 0x20
const HASH = 0x23
const LINE_FEED = 0x0a

function indentAt(text: string, at: number): number {
  let end = at
  while (text.charCodeAt(end) === SPACE) end += 1
  return end - at
}

/** Blank, or a comment: neither begins or ends anything. */
function isBlank(text: string, at: number): boolean {
  const end = at + indentAt(text, at)
  const octet = text.charCodeAt(end)
  return end >= text.length || octet === LINE_FEED || octet === HASH
}
