import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from '../sqlite/open-database.ts'
import { AlertStore, type Alert } from './alert-store.ts'
import { alertJson, alertWords, digestWords, type WordSettings, type Words } from './alert-words.ts'
import { bypassAttemptOf, type BypassAttempt } from './bypass-attempts.ts'
import { END_OF_DAY_SECONDS, escalationAt } from './escalation.ts'
import { mergeFindings } from './merge-findings.ts'
import type { Finding, Observation } from './finding.ts'
import { FoldMemory, MEMORY_MS } from './fold-memory.ts'
import { judgeAttempt } from './judge-attempt.ts'
import { judgeEvent, type EventFacts, type EventKind } from './judge-event.ts'
import { Outbox, type Deliver } from './outbox.ts'
import { SchoolClock, type QuietHours } from './school-clock.ts'
import { NEXT_DUTY, toldDuties, type Duty } from './told-duties.ts'

/** Somebody who holds an office today. */
export interface Recipient {
  readonly personRef: string | null
  readonly email: string | null
}

export interface AlertConfig {
  readonly school: string
  readonly timezone: string
  readonly dashboardUrl: string | null
  /** Hold back what is not high-risk; null for a school that wants all at once. */
  readonly quiet: QuietHours | null
  /** Seconds since midnight. */
  readonly digestAt: number
  /** URLs that are told of every urgent alert. */
  readonly webhooks: readonly string[]
  /** Who holds an office at a time, cover included; none where it is vacant or its holder is away. */
  readonly recipients: (duty: Duty, at: number) => readonly Recipient[]
  /** The offices that a person holds: nobody is told of himself. */
  readonly dutiesOf: (personRef: string, at: number) => readonly Duty[]
  /** The teaching topic that explains a finding; null where none does. */
  readonly topicOf: (finding: Finding) => string | null
}

export interface AlerterOptions {
  /** `openDatabase(join(directory, ALERTS_FILE), ALERTS_SCHEMA)`, for this alone. */
  readonly db: DatabaseSync
  readonly config: AlertConfig
  readonly deliver: Deliver
  /** Gate time, epoch ms. */
  readonly clock: () => number
  /** Told what may be attempts to get round the filter, for sanctions; absent: nobody is. */
  readonly onBypass?: (attempts: readonly BypassAttempt[]) => void
}

/** Alerts of a gate: what the journal and the gate itself say becomes told, once, to whom it concerns. */
export function createAlerter(options: AlerterOptions): Alerter {
  return new Alerter(options)
}

/** How many alerts one digest takes; the rest comes with the next. */
const DIGEST_ALERTS = 5_000

export class Alerter {
  readonly #db: DatabaseSync
  readonly #config: AlertConfig
  readonly #clock: () => number
  readonly #school: SchoolClock
  readonly #memory = new FoldMemory()
  readonly #store: AlertStore
  readonly #outbox: Outbox
  readonly #words: WordSettings
  readonly #onBypass: NonNullable<AlerterOptions['onBypass']>
  #feed: Feed
  #isFeedStale = false
  #flushing: Promise<void> | null = null
  /** Gate time of the newest call that has not been served. */
  #flushAt: number | null = null
  #untold: string | null = null

  constructor({ db, config, deliver, clock, onBypass }: AlerterOptions) {
    this.#onBypass = onBypass ?? (() => undefined)
    this.#db = db
    this.#config = config
    this.#clock = clock
    this.#school = new SchoolClock(config.timezone)
    this.#store = new AlertStore(db)
    this.#outbox = new Outbox(db, deliver)
    const { school, dashboardUrl } = config
    this.#words = { school, dashboardUrl, time: (at) => this.#school.words(at) }
    this.#feed = this.#readFeed()
  }

  /** Read the journal on from here: ten minutes before what was judged, so that repeats are known. */
  get resumeSeq(): number {
    return this.#feed.warmSeq
  }

  /** Tells that the journal ends at `head`: what comes behind it is new, whatever was judged before. */
  cutBack(head: number): void {
    const { seenSeq, warmSeq, markSeq } = this.#feed
    if (head >= seenSeq) return
    const [warm, mark] = [Math.min(warmSeq, head), Math.min(markSeq, head)]
    this.#feed = { ...this.#feed, seenSeq: head, warmSeq: warm, markSeq: mark }
    this.#isFeedStale = true
  }

  /** A sentence for `degraded`: what could not be told; null while all could. */
  get alarm(): string | null {
    if (this.#untold !== null) return this.#untold
    const { error, dropped } = this.#outbox
    if (error !== null) return `alerts cannot be delivered: ${error}`
    return dropped === 0 ? null : `${dropped} alert messages found no room in the queue`
  }

  /** The newest row of the journal that was judged; rows up to here are not judged again. */
  get seenSeq(): number {
    return this.#feed.seenSeq
  }

  /**
   * Judges what the journal got; rows that were judged before a restart only fill the memory. Throws
   * SQLite's error when an alert can't be written; the same rows may be seen again then.
   */
  see(observations: readonly Observation[]): void {
    const findings: Finding[] = []
    const attempts: BypassAttempt[] = []
    let seen = this.#feed.seenSeq
    for (const one of observations) {
      const tally = this.#memory.note(one)
      if (!one.isTotal && one.seq <= this.#feed.seenSeq) continue
      findings.push(...judgeAttempt(one, tally))
      attempts.push(...[bypassAttemptOf(one)].filter((attempt) => attempt !== null))
      if (!one.isTotal) seen = Math.max(seen, one.seq)
    }
    const now = this.#clock()
    const before = this.#feed
    this.#advance(seen, now)
    if (attempts.length > 0) this.#onBypass(attempts)
    if (findings.length === 0) return
    try {
      inTransaction(this.#db, () => {
        for (const finding of mergeFindings(findings)) this.#raise(finding, now)
        this.#writeFeed()
      })
    } catch (error) {
      this.#feed = before
      throw error
    }
    void this.#flush(now)
  }

  /** Takes in what the gate says of itself. */
  event(kind: EventKind, facts: EventFacts): void {
    const now = this.#clock()
    inTransaction(this.#db, () => {
      this.#raise(judgeEvent(kind, facts, now), now)
    })
    void this.#flush(now)
  }

  /** Call every second or so: reminders, the digest, what is to be sent. Resolves when all due was tried. */
  async tick(now: number): Promise<void> {
    inTransaction(this.#db, () => {
      this.#escalate(now)
      this.#digest(now)
      if (this.#isFeedStale) this.#writeFeed()
    })
    await this.#flush(now)
  }

  /** False where there is no such alert or somebody was first. */
  acknowledge(id: string, who: string, at: number): boolean {
    return inTransaction(this.#db, () => this.#store.acknowledge(id, who, at))
  }

  #raise(finding: Finding, now: number): void {
    const { personRef } = finding
    const own = personRef === null ? [] : this.#config.dutiesOf(personRef, now)
    const duties = toldDuties(finding, own)
    const topic = this.#config.topicOf(finding)
    const { alert, isToTell } = this.#store.raise(finding, { duties, topic, now })
    if (isToTell) this.#tell(alert, alert.duties, { now, isReminder: false })
  }

  #tell(
    alert: Alert,
    duties: readonly Duty[],
    { now, isReminder }: { readonly now: number; readonly isReminder: boolean },
  ): void {
    const isHigh = alert.severity === 'high'
    const { quiet, webhooks } = this.#config
    const quietUntil = isHigh || quiet === null ? null : this.#school.quietUntil(now, quiet)
    const common = { alertId: alert.id, isHigh, sendAt: quietUntil ?? now }
    const words = alertWords(alert, this.#words, isReminder)
    const people = this.#peopleOf(duties, alert.personRef, now)
    for (const target of people)
      this.#outbox.put({ ...common, ...words, channel: 'mail', target }, now)
    const body = alertJson(alert, isReminder ? 'reminder' : 'alert')
    for (const target of webhooks)
      this.#outbox.put({ ...common, channel: 'webhook', target, subject: '', body }, now)
    this.#untold =
      people.length + webhooks.length > 0 ? null : `nobody could be told of ${alert.id}`
    this.#store.markTold(alert.id, now, [...duties, ...people].join(', '))
  }

  /** Mail addresses of those in office, the person concerned never; a vacant office passes to the next. */
  #peopleOf(duties: readonly Duty[], subject: string | null, at: number): readonly string[] {
    return [...new Set(duties.flatMap((duty) => this.#holdersOf(duty, subject, at)))]
  }

  #holdersOf(duty: Duty, subject: string | null, at: number): readonly string[] {
    for (let one: Duty | undefined = duty; one !== undefined; one = NEXT_DUTY[one]) {
      const addresses = this.#config
        .recipients(one, at)
        .filter(({ personRef }) => subject === null || personRef !== subject)
        .map(({ email }) => email)
        .filter((email) => email !== null)
      if (addresses.length > 0) return addresses
    }
    return []
  }

  #escalate(now: number): void {
    for (const alert of this.#store.unacknowledged()) {
      const endOfDay = this.#school.todayAt(alert.toldAt ?? now, END_OF_DAY_SECONDS)
      const level = escalationAt(alert, now, endOfDay)
      if (level <= alert.escalation) continue
      this.#store.escalate(alert.id, level)
      const duties = alert.duties.flatMap((duty) => dutiesUp(duty, level))
      this.#tell(alert, [...new Set(duties)], { now, isReminder: true })
    }
  }

  #digest(now: number): void {
    const due = this.#school.todayAt(now, this.#config.digestAt)
    if (now < due || this.#feed.digestAt >= due) return
    const alerts = this.#store.undigested(DIGEST_ALERTS)
    for (const [target, theirs] of this.#readersOf(alerts, now)) {
      const words: Words = digestWords(theirs, this.#words)
      const message = { ...words, channel: 'mail', target, alertId: null } as const
      this.#outbox.put({ ...message, isHigh: false, sendAt: now }, now)
    }
    this.#store.markDigested(
      alerts.map(({ id }) => id),
      now,
    )
    this.#feed = { ...this.#feed, digestAt: due }
    this.#isFeedStale = true
  }

  /** Each reader's alerts: the DSL gets a digest every day, others where something concerns them. */
  #readersOf(alerts: readonly Alert[], now: number): ReadonlyMap<string, readonly Alert[]> {
    const readers = new Map<string, Alert[]>()
    for (const target of this.#peopleOf(['dsl'], null, now)) readers.set(target, [])
    for (const alert of alerts)
      for (const target of this.#peopleOf(alert.duties, alert.personRef, now))
        readers.set(target, [...(readers.get(target) ?? []), alert])
    return readers
  }

  /** One flush at a time; what is queued meanwhile is sent by the same, before it ends. */
  #flush(now: number): Promise<void> {
    this.#flushAt = now
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = null
    })
    return this.#flushing
  }

  async #flushAll(): Promise<void> {
    for (let now = this.#flushAt; now !== null; now = this.#flushAt) {
      this.#flushAt = null
      await this.#outbox.flush(now)
    }
  }

  #advance(seenSeq: number, now: number): void {
    if (seenSeq === this.#feed.seenSeq) return
    const { markAt, markSeq } = this.#feed
    const isOld = now - markAt >= MEMORY_MS
    this.#feed = isOld
      ? { ...this.#feed, seenSeq, warmSeq: markSeq, markSeq: seenSeq, markAt: now }
      : { ...this.#feed, seenSeq }
    this.#isFeedStale = true
  }

  #readFeed(): Feed {
    const row = this.#db.prepare('SELECT * FROM feed').get()
    const now = this.#clock()
    // A new gate owes no summary of the days before it.
    if (row === undefined) return { seenSeq: 0, warmSeq: 0, markSeq: 0, markAt: now, digestAt: now }
    return {
      ...{ seenSeq: Number(row['seen_seq']), warmSeq: Number(row['warm_seq']) },
      ...{ markSeq: Number(row['mark_seq']), markAt: Number(row['mark_at']) },
      digestAt: Number(row['digest_at']),
    }
  }

  #writeFeed(): void {
    const { seenSeq, warmSeq, markSeq, markAt, digestAt } = this.#feed
    this.#db
      .prepare('INSERT OR REPLACE INTO feed VALUES (1, ?, ?, ?, ?, ?)')
      .run(seenSeq, warmSeq, markSeq, markAt, digestAt)
    this.#isFeedStale = false
  }
}

/** How far the journal was judged, and where a restart begins to read; epoch ms for times. */
interface Feed {
  readonly seenSeq: number
  readonly warmSeq: number
  readonly markSeq: number
  readonly markAt: number
  readonly digestAt: number
}

/** The office itself and those up to `level` steps behind it. */
function dutiesUp(duty: Duty, level: number): readonly Duty[] {
  const duties: Duty[] = [duty]
  for (
    let next = NEXT_DUTY[duty];
    next !== undefined && duties.length <= level;
    next = NEXT_DUTY[next]
  )
    duties.push(next)
  return duties
}
