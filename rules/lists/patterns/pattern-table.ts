import { NAME_SYMBOLS, SYMBOL_OF_OCTET } from './name-alphabet.ts'
import type { PatternNode } from './parse-pattern.ts'

/**
 * Patterns as one table: `steps[state * NAME_SYMBOLS + symbol]` is the next state, state 0 the first,
 * and `accepts[state]` the patterns (by their index) that match a name which ends there. One read an
 * octet, and nothing ever goes back: linear by construction.
 */
export interface PatternTable {
  readonly steps: Uint16Array
  readonly accepts: readonly (readonly number[])[]
}

/** 2,048 states are 164 KB a table: what fits the cache beside the traffic. */
const MAX_STATES = 2048
/** Positions of all patterns of a table, unfolded. */
const MAX_POSITIONS = 1024

/** Steps that may still be spent on making tables; a list of traps must not hold an update up for long. */
export interface WorkBudget {
  left: number
}

/** The table, or null when it would be larger than `MAX_STATES`, unfolded too long, or too much work. */
export function tableOf(patterns: readonly PatternNode[], budget: WorkBudget): PatternTable | null {
  const net = new Net()
  const starts: number[] = []
  for (const [index, pattern] of patterns.entries()) {
    const end = net.add({ kind: 'accept', pattern: index })
    const start = net.build(pattern, end)
    if (start === null || net.size > MAX_POSITIONS) return null
    starts.push(start)
  }
  return determinise(net, starts, budget)
}

/** A position in a pattern: where reading goes on from here. Built from the end to the start. */
type Position =
  | { readonly kind: 'accept'; readonly pattern: number }
  | { readonly kind: 'read'; readonly symbols: readonly boolean[]; readonly next: number }
  | { readonly kind: 'fork'; next: number; other: number }
  | { readonly kind: 'edge'; readonly at: 'start' | 'end'; readonly next: number }

/** Thompson's construction. */
class Net {
  readonly positions: Position[] = []

  get size(): number {
    return this.positions.length
  }

  add(position: Position): number {
    return this.positions.push(position) - 1
  }

  /** Where to begin so that `node` leads to `end`; null when there are too many positions. */
  build(node: PatternNode, end: number): number | null {
    if (this.size > MAX_POSITIONS) return null
    switch (node.kind) {
      case 'empty':
        return end
      case 'symbols':
        return this.add({ kind: 'read', symbols: node.symbols, next: end })
      case 'edge':
        return this.add({ kind: 'edge', at: node.at, next: end })
      case 'sequence':
        return node.parts.reduceRight<number | null>(
          (next, part) => (next === null ? null : this.build(part, next)),
          end,
        )
      case 'choice':
        return this.#choice(node.parts, end)
      case 'repeat':
        return this.#repeat(node, end)
    }
  }

  #choice(parts: readonly PatternNode[], end: number): number | null {
    let start: number | null = null
    for (const part of parts) {
      const branch = this.build(part, end)
      if (branch === null) return null
      start = start === null ? branch : this.add({ kind: 'fork', next: start, other: branch })
    }
    return start
  }

  #repeat(
    { part, least, most }: Extract<PatternNode, { kind: 'repeat' }>,
    end: number,
  ): number | null {
    let start: number | null = end
    if (most === Infinity) {
      const loop: Position = { kind: 'fork', next: end, other: end }
      const at = this.add(loop)
      const body = this.build(part, at)
      if (body === null) return null
      loop.other = body
      start = at
    } else {
      for (let count = least; count < most && start !== null; count += 1) {
        const body: number | null = this.build(part, start)
        start = body === null ? null : this.add({ kind: 'fork', next: end, other: body })
      }
    }
    for (let count = 0; count < least && start !== null; count += 1) start = this.build(part, start)
    return start
  }
}

/** The subset construction, with every pattern tried again at each octet (a pattern floats unless `^`). */
function determinise(
  { positions }: Net,
  starts: readonly number[],
  budget: WorkBudget,
): PatternTable | null {
  const floating = closure(positions, starts, { start: false, end: false })
  const first = closure(positions, starts, { start: true, end: false })
  const states: (readonly number[])[] = []
  const numbers = new Map<string, number>()
  const rows: number[] = []
  const numberOf = (state: readonly number[]): number => {
    const key = state.join()
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, states.length)
    return states.push(state) - 1
  }
  numberOf(first)
  const classes = symbolClasses(positions)
  // Grows while it is read: each row may name states that were not there yet.
  for (const state of states) {
    budget.left -= classes.size * state.length
    if (states.length > MAX_STATES || budget.left < 0) return null
    const row = new Array<number>(NAME_SYMBOLS).fill(0)
    for (const alike of classes.values()) {
      const next = numberOf(step(positions, state, { symbol: alike[0] ?? 0, floating }))
      for (const symbol of alike) row[symbol] = next
    }
    rows.push(...row)
  }
  return {
    steps: Uint16Array.from(rows),
    accepts: states.map((state) => acceptedBy(positions, state)),
  }
}

/** Symbols that no position tells apart, together: most patterns know a dozen kinds of the forty. */
function symbolClasses(positions: readonly Position[]): ReadonlyMap<string, readonly number[]> {
  const reads = positions.flatMap((position) =>
    position.kind === 'read' ? [position.symbols] : [],
  )
  const signature = (symbol: number) => reads.map((has) => (has[symbol] === true ? 1 : 0)).join('')
  return Map.groupBy(
    Array.from({ length: NAME_SYMBOLS }, (_, symbol) => symbol),
    signature,
  )
}

function step(
  positions: readonly Position[],
  state: readonly number[],
  { symbol, floating }: { readonly symbol: number; readonly floating: readonly number[] },
): readonly number[] {
  const next = new Set(floating)
  const reached: number[] = []
  for (const at of state) {
    const position = positions[at]
    // What matches within a name matches the name: an accepting position stays.
    if (position?.kind === 'accept') next.add(at)
    if (position?.kind === 'read' && position.symbols[symbol] === true) reached.push(position.next)
  }
  for (const at of closure(positions, reached, { start: false, end: false })) next.add(at)
  return [...next].sort((a, b) => a - b)
}

/** Positions reached without reading, through the edges that hold here. */
function closure(
  positions: readonly Position[],
  from: readonly number[],
  edges: { readonly start: boolean; readonly end: boolean },
): readonly number[] {
  const found = new Set<number>()
  const open = [...from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (found.has(at)) continue
    found.add(at)
    const position = positions[at]
    if (position?.kind === 'fork') open.push(position.next, position.other)
    if (position?.kind === 'edge' && edges[position.at]) open.push(position.next)
  }
  // Forks have done their work, and the start comes once; edges of the end are asked when the name ends.
  const kept = [...found].filter((at) => {
    const position = positions[at]
    return position?.kind !== 'fork' && !(position?.kind === 'edge' && position.at === 'start')
  })
  return kept.sort((a, b) => a - b)
}

function acceptedBy(positions: readonly Position[], state: readonly number[]): readonly number[] {
  const last = closure(positions, state, { start: false, end: true })
  const patterns = last.flatMap((at) => {
    const position = positions[at]
    return position?.kind === 'accept' ? [position.pattern] : []
  })
  return [...new Set(patterns)].sort((a, b) => a - b)
}

/**
 * The state after a name, in a table that begins at state `base` of `steps`. `backwards` holds the
 * name's octets from the last to the first, as `SuffixHashes` reads them. Allocates nothing.
 */
export function stateAfter(
  steps: Uint16Array,
  base: number,
  backwards: Uint8Array,
  octets: number,
): number {
  let state = 0
  for (let at = octets - 1; at >= 0; at -= 1) {
    const symbol = SYMBOL_OF_OCTET[backwards[at] ?? 0] ?? 0
    state = steps[(base + state) * NAME_SYMBOLS + symbol] ?? 0
  }
  return state
}
