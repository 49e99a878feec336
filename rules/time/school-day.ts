import type { InForce } from './in-force.ts'
import type { LocalDay } from './local-day.ts'
import type { Period } from './periods.ts'
import type { DayKind, ExamSession } from './time-policy.ts'

/** What the clock says to the rules, constant on `[from, until)`. Cheap to keep and to compare. */
export interface Moment {
  readonly dayKind: DayKind
  /** The school's date, `YYYY-MM-DD`. */
  readonly date: string
  /** Exam sessions running now, by date, then in the policy's order. */
  readonly exams: readonly ExamSession[]
  /** Epoch ms. */
  readonly from: number
  /** Epoch ms; the end of the date at the latest. For the end of an answer take `nextEdge`. */
  readonly until: number
  /**
   * Names in force for a phase, shortest window first, then by name; for null, slots of any phase
   * count. Equal answers are the same frozen array.
   */
  windowsOf(phase: string | null): readonly string[]
  inForce(name: string, phase: string | null): boolean
  /** The shortest window in force, which says most about the moment; null where none is. */
  shortest(phase: string | null): string | null
}

/** Something that is in force on `[from, until)`, in epoch ms. */
export interface Interval<What> {
  readonly from: number
  readonly until: number
  readonly what: What
}

/** One stretch of a phase's day: `lesson` number 2 is the second lesson. Epoch ms, half-open. */
export interface DaySlot {
  readonly name: string
  readonly number: number
  readonly from: number
  readonly until: number
}

/** What `SchoolTime` knows of a date before it is asked for a moment of it. */
export interface DayPlan {
  readonly local: LocalDay
  readonly kind: DayKind
  /** The date before was of another kind, so its midnight changes something. */
  readonly kindChanges: boolean
  /** All that touch the date, those of the night before too, in ascending order of their index. */
  readonly periods: readonly Interval<Period>[]
  readonly exams: readonly Interval<ExamSession>[]
  readonly combine: (periods: readonly Period[]) => InForce
}

/**
 * A date cut at every instant where something starts or ends. Between two cuts lies one moment, made
 * when somebody first asks for it:
 *
 *     00:00      07:30      08:30      08:45    ...    18:00      24:00
 *       |----------|----------|----------|-- ... --------|----------|
 *     bounds[0]  bounds[1]  bounds[2]  bounds[3]                   end
 *       cut only if the kind of day changes
 */
export class SchoolDay {
  readonly #plan: DayPlan
  /** INVARIANT: ascending, `bounds[0]` is the date's first instant; `moments[i]` begins at `bounds[i]`. */
  readonly #bounds: readonly number[]
  readonly #cutAtStart: boolean
  readonly #moments: Moment[] = []

  constructor(plan: DayPlan) {
    const { start, end } = plan.local
    const cuts = new Set<number>()
    for (const { from, until } of [...plan.periods, ...plan.exams]) cuts.add(from).add(until)
    this.#cutAtStart = plan.kindChanges || cuts.has(start)
    cuts.add(start)
    this.#bounds = [...cuts].filter((cut) => start <= cut && cut < end).sort((a, b) => a - b)
    this.#plan = plan
  }

  get number(): number {
    return this.#plan.local.number
  }

  get start(): number {
    return this.#plan.local.start
  }

  get end(): number {
    return this.#plan.local.end
  }

  /** The moment that `nowMs`, an instant of this date, is in. */
  momentAt(nowMs: number): Moment {
    const index = this.#boundsUntil(nowMs) - 1
    return (this.#moments[index] ??= this.#momentFrom(index))
  }

  /** The periods that `nowMs`, an instant of this date, is in. */
  periodsAt(nowMs: number): readonly Interval<Period>[] {
    return this.#plan.periods.filter(({ from, until }) => from <= nowMs && nowMs < until)
  }

  /** The slots of a phase that begin on this date, in order; `number` counts those of one name. */
  slotsOf(phase: string): readonly DaySlot[] {
    const counts = new Map<string, number>()
    return this.#plan.periods
      .filter(({ what, from }) => what.phase === phase && from >= this.start)
      .toSorted((a, b) => a.from - b.from)
      .map(({ what: { name }, from, until }) => {
        const number = (counts.get(name) ?? 0) + 1
        counts.set(name, number)
        return { name, number, from, until }
      })
  }

  /** The first instant after `nowMs`, and of this date, at which anything changes. */
  cutAfter(nowMs: number): number | undefined {
    const index = this.#boundsUntil(nowMs)
    return this.#bounds[index === 0 && !this.#cutAtStart ? 1 : index]
  }

  /** How many bounds are not after `nowMs`. */
  #boundsUntil(nowMs: number): number {
    let low = 0
    let high = this.#bounds.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#bounds[middle] ?? Infinity) <= nowMs) low = middle + 1
      else high = middle
    }
    return low
  }

  #momentFrom(index: number): Moment {
    const { local, kind, periods, exams, combine } = this.#plan
    const from = this.#bounds[index] ?? local.start
    const until = this.#bounds[index + 1] ?? local.end
    return new DayMoment(combine(during(periods, from)), {
      dayKind: kind,
      date: local.date,
      exams: during(exams, from),
      from,
      until,
    })
  }
}

function during<What>(intervals: readonly Interval<What>[], nowMs: number): readonly What[] {
  return intervals.flatMap(({ from, until, what }) => (from <= nowMs && nowMs < until ? what : []))
}

class DayMoment implements Moment {
  readonly dayKind: DayKind
  readonly date: string
  readonly exams: readonly ExamSession[]
  readonly from: number
  readonly until: number
  readonly #inForce: InForce

  constructor(
    inForce: InForce,
    facts: Pick<Moment, 'dayKind' | 'date' | 'exams' | 'from' | 'until'>,
  ) {
    this.dayKind = facts.dayKind
    this.date = facts.date
    this.exams = Object.freeze(facts.exams)
    this.from = facts.from
    this.until = facts.until
    this.#inForce = inForce
  }

  windowsOf(phase: string | null): readonly string[] {
    return this.#inForce.windowsOf(phase)
  }

  inForce(name: string, phase: string | null): boolean {
    return this.#inForce.windowsOf(phase).includes(name)
  }

  shortest(phase: string | null): string | null {
    return this.#inForce.windowsOf(phase)[0] ?? null
  }
}
