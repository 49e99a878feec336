import type { EventFacts, EventKind } from '../records/alerts/judge-event.ts'
import type { BackupSchedule } from '../records/backup/backup-schedule.ts'
import { SelfReport, type GateState } from './self-report.ts'

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
    const alarm = this.#options.schedule?.alarm ?? null
    return alarm === null ? [] : [alarm]
  }

  /** Takes in what others have seen of the gate. */
  saw(news: Partial<Pick<GateState, 'sealedMissing' | 'chainBreak'>>): void {
    this.#report.update(news)
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
