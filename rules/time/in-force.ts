import type { Period } from './periods.ts'

/** The periods of one moment as names: shortest period first, then by name; no name twice. */
export class InForce {
  readonly #everybody: readonly string[]
  readonly #byPhase: ReadonlyMap<string, readonly string[]>
  readonly #anyPhase: readonly string[]

  /** `freeze` makes equal lists the same array. */
  constructor(periods: readonly Period[], freeze: (names: readonly string[]) => readonly string[]) {
    const sorted = periods.toSorted(shortestFirst)
    const names = (chosen: readonly Period[]) => freeze(uniqueNames(chosen))
    const phases = new Set(sorted.flatMap(({ phase }) => (phase === null ? [] : [phase])))
    this.#everybody = names(sorted.filter(({ phase }) => phase === null))
    this.#anyPhase = names(sorted)
    this.#byPhase = new Map(
      [...phases].map((own) => [
        own,
        names(sorted.filter(({ phase }) => phase === null || phase === own)),
      ]),
    )
  }

  /** For null, slots of any phase count: staff belong to no phase and ask whether it is a lesson. */
  windowsOf(phase: string | null): readonly string[] {
    if (phase === null) return this.#anyPhase
    return this.#byPhase.get(phase) ?? this.#everybody
  }
}

/** Interns what is in force: the example school has 4,067 moments a year and 31 combinations. */
export class InForceCombinations {
  // Neither map has a limit of its own: what can be in force together follows from the policy, and a
  // new policy brings a new `SchoolTime`. The example school has 28 lists.
  readonly #known = new Map<string, InForce>()
  readonly #lists = new Map<string, readonly string[]>()

  /** The same object for the same periods; `periods` in ascending order of their index. */
  of(periods: readonly Period[]): InForce {
    const key = periods.map(({ index }) => index).join()
    let known = this.#known.get(key)
    if (known === undefined) {
      known = new InForce(periods, (names) => this.#freeze(names))
      this.#known.set(key, known)
    }
    return known
  }

  #freeze(names: readonly string[]): readonly string[] {
    const key = JSON.stringify(names)
    let list = this.#lists.get(key)
    if (list === undefined) {
      list = Object.freeze(names.slice())
      this.#lists.set(key, list)
    }
    return list
  }
}

/** Length as the policy writes it: a night's length must not depend on the clock change in it. */
function shortestFirst(a: Period, b: Period): number {
  const difference = a.endSeconds - a.startSeconds - (b.endSeconds - b.startSeconds)
  if (difference !== 0) return difference
  return a.name < b.name ? -1 : Number(a.name > b.name)
}

function uniqueNames(periods: readonly Period[]): string[] {
  return [...new Set(periods.map(({ name }) => name))]
}
