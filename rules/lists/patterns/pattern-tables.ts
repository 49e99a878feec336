import { parsePattern, type PatternNode } from './parse-pattern.ts'
import { stateAfter, tableOf, type PatternTable, type WorkBudget } from './pattern-table.ts'

/** Patterns are for the few names that lists of names can't say. */
export const MAX_PATTERNS = 128
/** Each table is one pass over every name that is looked up. */
export const MAX_TABLES = 4
/** A second or two of a compile, spent once by all patterns together. */
const WORK = 20_000_000
/** Names that have nothing in common; what matches both was meant otherwise and would close the web. */
const UNLIKE_NAMES = ['kq.invalid', '7-w.xn--p1ai']

/** A pattern as a list has it. */
export interface ListedPattern {
  readonly list: number
  readonly text: string
}

/**
 * The patterns of all lists in as few tables as hold them. Patterns join the newest table while it
 * stays small; one that does not fit begins the next.
 */
export class PatternTables {
  readonly patterns: ListedPattern[] = []
  readonly #budget: WorkBudget = { left: WORK }
  readonly #groups: { nodes: PatternNode[]; first: number; table: PatternTable }[] = []

  /** Null when taken, else why not. A pattern that the list has already is taken once. */
  add(list: number, text: string): string | null {
    if (this.patterns.some((known) => known.list === list && known.text === text)) return null
    if (this.patterns.length >= MAX_PATTERNS) return `more than ${MAX_PATTERNS} patterns`
    const node = parsePattern(text)
    if ('problem' in node) return `a pattern that is not taken: ${node.problem}`
    const alone = tableOf([node], this.#budget)
    if (alone === null) return TOO_LARGE
    if (UNLIKE_NAMES.every((name) => matches(alone, name))) {
      return 'a pattern that is not taken: it matches nearly every name'
    }
    if (!this.#join(node, alone)) return TOO_LARGE
    this.patterns.push({ list, text })
    return null
  }

  /** Each table with the index in `patterns` that its pattern 0 has. */
  get tables(): readonly { readonly first: number; readonly table: PatternTable }[] {
    return this.#groups
  }

  #join(node: PatternNode, alone: PatternTable): boolean {
    const newest = this.#groups.at(-1)
    const table = newest === undefined ? null : tableOf([...newest.nodes, node], this.#budget)
    if (newest !== undefined && table !== null) {
      newest.nodes.push(node)
      newest.table = table
      return true
    }
    if (this.#groups.length >= MAX_TABLES) return false
    this.#groups.push({ nodes: [node], first: this.patterns.length, table: alone })
    return true
  }
}

const TOO_LARGE = 'a pattern that is not taken: it needs too large a table'

/** Whether any pattern of the table matches the name, in lower case; for people and checks. */
export function matches(table: PatternTable, name: string): boolean {
  const backwards = new TextEncoder().encode(name).reverse()
  const last = stateAfter(table.steps, 0, backwards, backwards.length)
  return (table.accepts[last] ?? []).length > 0
}
