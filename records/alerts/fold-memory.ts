import { whoOf, type Observation } from './finding.ts'

/** Look-ups of the last ten minutes count as repeated. */
export const MEMORY_MS = 600_000

/** 50,000 folds are some 15 MB: a scan of distinct names is a burst long before the oldest go. */
const MAX_FOLDS = 50_000
const SLACK = 5_000
const FORGET_MS = 1_000

/** What an observation adds, and what it adds up to over the last ten minutes. */
export interface Tally {
  /** Attempts that were not known before. */
  readonly added: number
  /** Deliberate attempts of the same person in the same category (or for the same reason). */
  readonly ofKind: number
  /** Deliberate attempts of the same person, whatever they were after. */
  readonly ofPerson: number
  /** The grade is known only now: the first word of this fold, or its step from look-up to visit. */
  readonly isNews: boolean
}

interface KnownFold {
  attempts: number
  grade: Observation['grade']
  readonly at: number
  readonly keys: readonly string[]
}

/** Recent folds by who and what: a fold is seen several times, and counts once. */
export class FoldMemory {
  readonly #folds = new Map<string, KnownFold>()
  readonly #sums = new Map<string, number>()
  #forgetAt = 0

  note(seen: Observation): Tally {
    this.#forget(seen.at)
    const id = `${seen.blockRef}\0${seen.reasonCode}`
    const known = this.#folds.get(id)
    const before = known?.attempts ?? 0
    const total = seen.isTotal ? Math.max(before, seen.attempts) : before + seen.attempts
    const fold = known ?? this.#begin(id, seen)
    const isNews = known === undefined || (seen.grade === 'navigated' && fold.grade !== 'navigated')
    fold.attempts = total
    if (isNews) fold.grade = seen.grade
    // What a machine does by itself says nothing of a person's intent.
    const isDeliberate = seen.grade !== 'background'
    if (isDeliberate) for (const key of fold.keys) this.#add(key, total - before)
    const [ofKind = 0, ofPerson = 0] = fold.keys.map((key) => this.#sums.get(key) ?? 0)
    return { added: total - before, ofKind, ofPerson, isNews }
  }

  #begin(id: string, seen: Observation): KnownFold {
    const who = whoOf(seen)
    const keys = [`${who}\0${seen.category ?? seen.reasonCode}`, who]
    const fold: KnownFold = { attempts: 0, grade: seen.grade, at: seen.at, keys }
    this.#folds.set(id, fold)
    return fold
  }

  /**
   * Folds lie in the order of their first word, so the old ones are in front. Once a second and many at
   * a time: a Map is walked over the holes of what was deleted, and each word would pay for them.
   */
  #forget(now: number): void {
    if (now < this.#forgetAt && this.#folds.size <= MAX_FOLDS + SLACK) return
    this.#forgetAt = now + FORGET_MS
    for (const [id, fold] of this.#folds) {
      if (fold.at >= now - MEMORY_MS && this.#folds.size <= MAX_FOLDS) return
      this.#drop(id, fold)
    }
  }

  #drop(id: string, fold: KnownFold): void {
    this.#folds.delete(id)
    if (fold.grade !== 'background') for (const key of fold.keys) this.#add(key, -fold.attempts)
  }

  #add(key: string, attempts: number): void {
    const sum = (this.#sums.get(key) ?? 0) + attempts
    if (sum > 0) this.#sums.set(key, sum)
    else this.#sums.delete(key)
  }
}
