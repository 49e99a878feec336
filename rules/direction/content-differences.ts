import type { PolicyName } from '../content/policy-names.ts'
import { CATEGORIES, UNCATEGORISED, type TaxonomyAction } from '../taxonomy/taxonomy.ts'
import {
  answerInWords,
  answerOf,
  CATEGORY_SETS,
  entriesInForce,
  LONE_SETS,
  OPENED_HOST,
  setsAround,
  type CategorySet,
  type ContentSide,
} from './content-answers.ts'
import type { NameClass } from './name-classes.ts'

/** One thing that is answered differently. */
export interface Difference {
  readonly what: 'category' | 'site'
  /** A category's id, or hosts. */
  readonly subjects: readonly string[]
  readonly from: string
  readonly to: string
}

export interface Differences {
  readonly milder: readonly Difference[]
  readonly stricter: readonly Difference[]
}

/** Compares what two sides answer to every name there could be; each pair of sides is compared once. */
export class ContentDifferences {
  readonly #names: readonly NameClass[]
  readonly #answers = new Map<string, Uint8Array>()
  readonly #known = new Map<string, Differences>()

  constructor(names: readonly NameClass[]) {
    this.#names = names
  }

  between(before: ContentSide, after: ContentSide): Differences {
    const key = [before, after].map((side) => `${idOf(side)}|${side.key}`).join('||')
    let known = this.#known.get(key)
    if (known === undefined) {
      known = this.#compare(before, after)
      this.#known.set(key, known)
    }
    return known
  }

  #compare(before: ContentSide, after: ContentSide): Differences {
    const all = { milder: [] as Difference[], stricter: [] as Difference[] }
    if (before.key !== after.key) this.#compareCategories(before, after, all)
    for (const name of this.#names) this.#compareNames(before, after, { name, all })
    return all
  }

  #compareCategories(before: ContentSide, after: ContentSide, all: Gathered): void {
    const [was, is] = [this.#answersOf(before), this.#answersOf(after)]
    // What a category alone shows is not told again for the sets that it is in.
    const told = { milder: new Set<number>(), stricter: new Set<number>() }
    const tell = ({ about, found }: CategorySet, from: number, to: number) => {
      if (from === to) return
      const side = sideOf(from, to)
      if (found.some(({ category }) => told[side].has(category.index))) return
      const category = about ?? UNCATEGORISED
      told[side].add(category.index)
      all[side].push({
        what: 'category',
        subjects: [category.id],
        ...actionsInWords(before, after, { index: category.index, from, to }),
      })
    }
    CATEGORY_SETS.forEach((set, index) => {
      tell(set, was[index] ?? 0, is[index] ?? 0)
    })
    // A closed profile's category opens a name whatever else it is in, which it hides when alone.
    for (const set of setsAround(
      new Set([...closedCategories(before), ...closedCategories(after)]),
    ))
      tell(set, answerOf(before, set.found, []), answerOf(after, set.found, []))
  }

  #compareNames(
    before: ContentSide,
    after: ContentSide,
    { name, all }: { name: NameClass; all: Gathered },
  ): void {
    const was = entriesInForce(before, name.before)
    const is = entriesInForce(after, name.after)
    // Equal entries only choose among the categories' answers, which have been compared; but a closed
    // profile asks its categories first, so where those differ its hosts open other names.
    if (was === is && (!was.startsWith(OPENED_HOST) || before.key === after.key)) return
    const widest = { milder: { from: 0, to: 0 }, stricter: { from: 0, to: 0 } }
    for (const { from, to } of this.#answersFor(before, after, { name, was, is })) {
      const side = sideOf(from, to)
      if (Math.abs(to - from) > Math.abs(widest[side].to - widest[side].from))
        widest[side] = { from, to }
    }
    for (const side of ['milder', 'stricter'] as const) {
      const { from, to } = widest[side]
      if (from === to) continue
      const words = { from: answerInWords(from), to: answerInWords(to) }
      all[side].push({ what: 'site', subjects: name.hosts, ...words })
    }
  }

  *#answersFor(
    before: ContentSide,
    after: ContentSide,
    { name, was, is }: { name: NameClass; was: string; is: string },
  ): Generator<{ from: number; to: number }> {
    const [then, now] = [
      this.#answersOf(before, name.before, was),
      this.#answersOf(after, name.after, is),
    ]
    for (let index = 0; index < then.length; index += 1)
      yield { from: then[index] ?? 0, to: now[index] ?? 0 }
    for (const { found } of setsAround(removedBy([...name.before, ...name.after])))
      yield { from: answerOf(before, found, name.before), to: answerOf(after, found, name.after) }
  }

  /** In the order of `CATEGORY_SETS`; asked again for many pairs of the same sides. */
  #answersOf(side: ContentSide, names: readonly PolicyName[] = [], entries = ''): Uint8Array {
    const key = `${side.key}|${entries}`
    let answers = this.#answers.get(key)
    if (answers === undefined) {
      answers = Uint8Array.from(CATEGORY_SETS, ({ found }: CategorySet) =>
        answerOf(side, found, names),
      )
      this.#answers.set(key, answers)
    }
    return answers
  }
}

interface Gathered {
  readonly milder: Difference[]
  readonly stricter: Difference[]
}

function sideOf(from: number, to: number): keyof Differences {
  return to < from ? 'milder' : 'stricter'
}

function closedCategories({ profile }: ContentSide): readonly string[] {
  return profile?.policy.closed?.categories ?? []
}

function idOf({ profile }: ContentSide): string {
  return profile?.policy.id ?? ''
}

function removedBy(names: readonly PolicyName[]): ReadonlySet<string> {
  return new Set(
    names.flatMap((name) =>
      name.kind === 'correction' && name.correction.remove !== null ? name.correction.remove : [],
    ),
  )
}

/** The policy's own words for an action. */
const WORDS: Readonly<Record<TaxonomyAction, string>> = {
  A: 'allow',
  B: 'block',
  W: 'warn',
  R: 'restrict',
  T: 'timed',
  G: 'grant',
}

/** As the policy writes it where its words differ, else as it is answered. */
function actionsInWords(
  before: ContentSide,
  after: ContentSide,
  { index, from, to }: { index: number; from: number; to: number },
): { from: string; to: string } {
  const [was, is] = [before.profile?.actions[index], after.profile?.actions[index]]
  const open = before.profile?.policy.closed === null && after.profile?.policy.closed === null
  if (!open || was === undefined || is === undefined || was === is)
    return { from: answerInWords(from), to: answerInWords(to) }
  return { from: WORDS[was], to: WORDS[is] }
}

/** For lists: whether adding (or taking away) the category makes an answer milder or stricter. */
export function listingDiffers(
  side: ContentSide,
  category: string,
): { milder: boolean; stricter: boolean } {
  const about = CATEGORIES.find(({ id }) => id === category)
  const found = { milder: false, stricter: false }
  if (about === undefined) return found
  for (const { found: without } of LONE_SETS) {
    if (without.some((one) => one.category === about)) continue
    const both = [...without, { category: about, list: null }]
    const sorted = both.sort((a, b) => a.category.index - b.category.index)
    const [from, to] = [answerOf(side, without, []), answerOf(side, sorted, [])]
    found.milder ||= to < from
    found.stricter ||= to > from
  }
  return found
}
