import type { Address, Range } from '../addresses/ip-address.ts'
import { tagOf, type TagSets } from './tag-sets.ts'

/** A list of single addresses with a quarter of a million of them is the largest in use. */
export const MAX_RANGES = 1 << 18

/**
 * Address ranges of many lists, laid out as steps: from each start on a set of tags holds until the
 * next start. The hot path searches the starts and never asks which range it was.
 */
export interface RangeSteps {
  /** Four words a step, ascending. */
  readonly starts: Uint32Array
  /** Tag sets of the builder, one a step. */
  readonly sets: readonly number[]
}

/** Gathers ranges while lists are read. */
export class RangeDraft {
  readonly #ranges = new Map<string, DraftedRange>()

  /** `new` counts as an entry; `full` when there are `MAX_RANGES`. */
  add(list: number, range: Range, isException: boolean): 'new' | 'known' | 'full' {
    const key = `${range.network.join()}/${range.prefix}`
    let drafted = this.#ranges.get(key)
    if (drafted === undefined) {
      if (this.#ranges.size >= MAX_RANGES) return 'full'
      drafted = { ...range, listed: new Set(), excepted: new Set() }
      this.#ranges.set(key, drafted)
    }
    const lists = isException ? drafted.excepted : drafted.listed
    if (lists.has(list)) return 'known'
    lists.add(list)
    return 'new'
  }

  /** The narrowest range of a list has its say, so that an exception may be part of a range or the other way. */
  flatten(sets: TagSets): RangeSteps {
    const steps: Step[] = []
    const open: OpenRange[] = []
    const close = () => {
      const { last } = open.pop() ?? { last: ALL_ONES }
      const after = successor(last)
      if (after !== null) put(steps, after, open.at(-1)?.set ?? 0)
    }
    for (const range of [...this.#ranges.values()].sort(byPlace)) {
      while (open.length > 0 && compare(open.at(-1)?.last ?? ALL_ONES, range.network) < 0) close()
      const set = setIn(range, open.at(-1)?.set ?? 0, sets)
      open.push({ last: lastOf(range), set })
      put(steps, range.network, set)
    }
    while (open.length > 0) close()
    return {
      starts: Uint32Array.from(steps.flatMap(({ start }) => start)),
      sets: steps.map(({ set }) => set),
    }
  }
}

interface DraftedRange extends Range {
  readonly listed: Set<number>
  readonly excepted: Set<number>
}

interface OpenRange {
  readonly last: Address
  readonly set: number
}

interface Step {
  readonly start: Address
  set: number
}

const ALL_ONES: Address = [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff]

function setIn({ listed, excepted }: DraftedRange, around: number, sets: TagSets): number {
  let set = around
  for (const list of listed) set = sets.with(set, tagOf(list, 'host'))
  for (const list of excepted) set = sets.withoutList(set, list)
  return set
}

/** Ranges with one start: the later one is inside the earlier one and has the last word there. */
function put(steps: Step[], start: Address, set: number): void {
  const last = steps.at(-1)
  if (last !== undefined && compare(last.start, start) === 0) {
    last.set = set
    return
  }
  if ((last?.set ?? 0) !== set) steps.push({ start, set })
}

function byPlace(a: Range, b: Range): number {
  return compare(a.network, b.network) || a.prefix - b.prefix
}

function compare(a: Address, b: Address): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]
}

function lastOf({ network, prefix }: Range): Address {
  const word = (at: 0 | 1 | 2 | 3): number => {
    const fixed = Math.min(32, Math.max(0, prefix - 32 * at))
    const free = fixed === 32 ? 0 : 0xffff_ffff >>> fixed
    return (network[at] | free) >>> 0
  }
  return [word(0), word(1), word(2), word(3)]
}

function successor(address: Address): Address | null {
  const words = [...address]
  for (let at = 3; at >= 0; at -= 1) {
    if (words[at] !== 0xffff_ffff) {
      words[at] = (words[at] ?? 0) + 1
      return [words[0] ?? 0, words[1] ?? 0, words[2] ?? 0, words[3] ?? 0]
    }
    words[at] = 0
  }
  return null
}
