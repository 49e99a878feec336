import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PromiseNote } from '../../records/promises/promise-log.ts'
import { describeResult } from '../../rules/promises/describe-promise.ts'
import { isPromiseKept, testPromises as testEach } from '../../rules/promises/keep-promises.ts'
import { openBundle, type Bundle } from '../policy/bundle.ts'
import type { JudgedSchool, PopularSites } from './popular-sites.ts'
import { testOverBlocking } from './test-over-blocking.ts'
import { testPromises, type PromiseTestParts, type TestedPromise } from './test-promises.ts'

/** After a change the decision is put to the test again, once changes have settled. */
const SETTLE_MS = 2_000

export interface PromiseWatchParts extends Omit<PromiseTestParts, 'bundle' | 'now'> {
  /** What is in force; another object whenever anything has changed. */
  readonly bundle: () => Bundle
  /** Gate time, epoch ms. */
  readonly clock: () => number
  /** Keeps a run as evidence. Throws when the disk refuses it. */
  readonly note: (notes: readonly PromiseNote[], run: { at: number; policyVersion: number }) => void
  /** What is popular with this school, or in its list; a text says what is wrong with that. */
  readonly popular: (school: JudgedSchool) => PopularSites | string
  /** Hears all that is not kept after each look, by the promise's id; empty when all is well. */
  readonly onTroubles: (troubles: ReadonlyMap<string, string>) => void
  readonly log: { error(details: object, message: string): void }
}

export interface PromiseSchedule {
  /** From the start to the first run on the wire. */
  readonly firstAfterMs: number
  readonly everyMs: number
}

/**
 * Keeps an eye on the school's promises while the gate runs: by the decision after each change (a list or
 * a grant can break one, too), and on the wire each hour, as those that they speak of.
 */
export class PromiseWatch {
  readonly #parts: PromiseWatchParts
  readonly #decided = new Map<string, string>()
  readonly #heard = new Map<string, string>()
  #states = new Map<TestedPromise['state'], number>()
  #timers: NodeJS.Timeout[] = []
  #settling: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()
  #runs = 0

  constructor(parts: PromiseWatchParts) {
    this.#parts = parts
  }

  /** Begins to look; the process does not stay alive for it. */
  start({ firstAfterMs, everyMs }: PromiseSchedule): void {
    this.changed()
    const first = setTimeout(() => {
      void this.run()
      this.#timers.push(setInterval(() => void this.run(), everyMs).unref())
    }, firstAfterMs)
    this.#timers.push(first.unref())
  }

  /** Call when another revision is in force. */
  changed(): void {
    if (this.#settling !== null) clearTimeout(this.#settling)
    this.#settling = setTimeout(() => void this.decide(), SETTLE_MS).unref()
  }

  /** Asks the running gate now. Never rejects. */
  run(): Promise<void> {
    this.#running = this.#running.then(() => this.#run())
    return this.#running
  }

  /** Puts the decision itself to the test, in all cases. Never rejects. */
  async decide(): Promise<void> {
    const bundle = this.#parts.bundle()
    const { policy, devices } = bundle
    const troubles = new Map<string, string>()
    if (policy.promises.length > 0) {
      const { engine } = openBundle(bundle)
      for (const result of testEach({ policy, devices, engine })) {
        if (!isPromiseKept(result)) troubles.set(result.promise.id, describeResult(result))
        // The control thread has more to do than this.
        await nextTurn()
      }
    }
    // What was in force then is not what is in force now: `changed` has been called, and looks again.
    if (bundle === this.#parts.bundle()) this.#found(this.#decided, troubles)
  }

  /** Sentences for `degraded`; none while all that is known to be promised is kept. */
  degraded(): readonly string[] {
    return [...this.#troubles().values()]
  }

  /** How many promises were in each state when the wire was asked last. */
  states(): ReadonlyMap<TestedPromise['state'], number> {
    return this.#states
  }

  /** Runs on the wire since the start. */
  get runs(): number {
    return this.#runs
  }

  /** Waits for a run that is under way: the data threads must still be there for it. */
  async stop(): Promise<void> {
    if (this.#settling !== null) clearTimeout(this.#settling)
    for (const timer of this.#timers) clearTimeout(timer)
    await this.#running
  }

  async #run(): Promise<void> {
    const { bundle, clock, note, log } = this.#parts
    const before = bundle()
    try {
      const at = clock()
      const tested = await this.#test(before, at)
      if (tested.length === 0) return
      // A swap in the middle takes the stand-ins away, and what was heard is of neither revision.
      if (before !== bundle()) return
      this.#runs += 1
      this.#states = countsOf(tested)
      this.#found(this.#heard, troublesOf(tested))
      note(tested, { at, policyVersion: before.revision })
    } catch (error) {
      log.error({ err: error }, 'the promises could not be put to the test, or the result not kept')
    }
  }

  async #test(bundle: Bundle, now: number): Promise<readonly TestedPromise[]> {
    const isAsked = bundle.policy.promises.length > 0
    const own = isAsked ? await testPromises({ ...this.#parts, bundle, now }) : []
    const popular = await testOverBlocking(bundle, this.#parts.popular)
    return popular === null ? own : [...own, popular]
  }

  #found(into: Map<string, string>, troubles: ReadonlyMap<string, string>): void {
    into.clear()
    for (const [id, sentence] of troubles) into.set(id, sentence)
    this.#parts.onTroubles(this.#troubles())
  }

  #troubles(): ReadonlyMap<string, string> {
    return new Map([...this.#heard, ...this.#decided])
  }
}

function countsOf(tested: readonly TestedPromise[]): Map<TestedPromise['state'], number> {
  const counts = new Map<TestedPromise['state'], number>()
  for (const { state } of tested) counts.set(state, (counts.get(state) ?? 0) + 1)
  return counts
}

function troublesOf(tested: readonly TestedPromise[]): ReadonlyMap<string, string> {
  const wrong = tested.filter(({ state }) => state === 'broken' || state === 'unanswered')
  return new Map(
    wrong.map(({ id, says, state, detail }) => {
      const what = state === 'broken' ? 'is broken' : 'could not be put to the test'
      return [id, `promise \`${id}\` ${what} on the running gate (${says}): ${detail ?? ''}`]
    }),
  )
}
