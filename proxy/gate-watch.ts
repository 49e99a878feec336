import type { EventFacts, EventKind } from '../records/alerts/judge-event.ts'
import type { BackupSchedule } from '../records/backup/backup-schedule.ts'
import { SelfReport, type GateState, type ListKeeper, type ListTrouble } from './self-report.ts'

/** Backups are due by the hour, and a loss of refusals is told soon enough. */
const TICK_MS = 60_000

export interface GateWatchOptions {
  readonly records: {
    status(): Promise<{ readonly lost: number }>
    tellEvent(kind: EventKind, facts: EventFacts): void
  }
  /** Null for a gate that makes no backups. */
  readonly schedule: Pick<BackupSchedule, 'tick' | 'alarm'> | null
  /** Gate time, epoch ms. */
  readonly clock: () => number
}

/** Looks after a running gate: makes its backups when they are due and tells what is wrong with it. */
export class GateWatch {
  readonly #options: GateWatchOptions
  readonly #report: SelfReport
  readonly #ticking: NodeJS.Timeout

  constructor(options: GateWatchOptions) {
    this.#options = options
    const { records } = options
    this.#report = new SelfReport((kind, facts) => {
      records.tellEvent(kind, facts)
    })
    this.#ticking = setInterval(() => void this.tick(), TICK_MS)
  }

  /** Sentences for `degraded`; none when all is well. */
  degraded(): readonly string[] {
    const report = this.#report
    const alarms = [report.ledgerLost, this.#options.schedule?.alarm ?? null]
    return [
      ...report.listTroubles(),
      ...report.brokenPromises(),
      ...alarms.filter((alarm) => alarm !== null),
    ]
  }

  /** Takes in what others have seen of the gate. */
  saw(
    news: Partial<Pick<GateState, 'sealedMissing' | 'chainBreak' | 'ledgerLost' | 'promises'>>,
  ): void {
    this.#report.update(news)
  }

  /**
   * Alerts of lists: call it with everything that is wrong with a keeper's lists now, as often as it looks
   * (each download, each reload, each hour for an age), and with `[]` when all is well:
   *
   *     watch.sawLists('sealed', [{ kind: 'feed_age', list: 'iwf', message: 'is 26 hours old' }])
   *
   * The network manager (of sealed feeds the DSL too) is told when a trouble begins, once; `/readyz` shows
   * it as long as it is named. The two keepers do not know of each other's lists.
   */
  sawLists(keeper: ListKeeper, troubles: readonly ListTrouble[]): void {
    this.#report.updateLists(keeper, troubles)
  }

  /** Resolves when what was due is done. Never rejects. */
  async tick(): Promise<void> {
    const { records, schedule, clock } = this.#options
    const { lost } = await records.status()
    this.#report.update({ lost })
    if (schedule === null) return
    await schedule.tick(clock())
    this.#report.update({ backupAlarm: schedule.alarm })
  }

  stop(): void {
    clearInterval(this.#ticking)
  }
}
