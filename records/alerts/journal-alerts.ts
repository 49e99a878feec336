import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { openDatabase } from '../sqlite/open-database.ts'
import { ALERTS_FILE, ALERTS_SCHEMA } from './alert-schema.ts'
import { AlertRetention } from './alert-retention.ts'
import { createAlerter, type AlertConfig, type Alerter } from './alerter.ts'
import { mailboxesOf, officesOf, type AlertRegister, type Mailboxes } from './duty-table.ts'
import { JournalFeed } from './journal-feed.ts'
import type { EventFacts, EventKind } from './judge-event.ts'
import type { Deliver } from './outbox.ts'
import { mailSender, type MailSettings } from './send-mail.ts'
import type { BypassAttempt } from './bypass-attempts.ts'
import { topicOf } from './topics.ts'
import { webhookSender, type Webhook } from './send-webhook.ts'

/** How a gate alerts: plain data, so that it crosses to the records thread. */
export interface AlertSettings extends Pick<
  AlertConfig,
  'school' | 'timezone' | 'dashboardUrl' | 'quiet' | 'digestAt'
> {
  /** Null for a school that has no mail server for it. */
  readonly mail: MailSettings | null
  readonly webhooks: readonly Webhook[]
  readonly mailboxes: Mailboxes
}

export interface JournalAlertsOptions {
  readonly directory: string
  /** The journal store's own connection. */
  readonly journal: DatabaseSync
  readonly settings: AlertSettings
  readonly register: AlertRegister
  /** Gate time, epoch ms. */
  readonly clock: () => number
  /** Told of each batch's possible attempts to get round the filter; absent: nobody is. */
  readonly onBypass?: (attempts: readonly BypassAttempt[]) => void
}

/** Rows are judged, and what is due is sent, this often. */
const TICK_MS = 1_000

/** What is too old is let go this often: retention counts in days. */
const TIDY_MS = 3_600_000

/** A mail server that hangs must not hold up the stop: what it did not take is sent after the next start. */
const LAST_TICK_MS = 1_000

/** A backlog longer than this is judged by the next start, which knows where this one was. */
const LAST_JUDGING_MS = 500

/**
 * Alerts beside a journal that is being written. Without a server or a webhook they are judged and kept
 * all the same: incidents are opened from them. Nothing here throws after the start.
 */
export class JournalAlerts {
  readonly #db: DatabaseSync
  readonly #alerter: Alerter
  readonly #feed: JournalFeed
  readonly #retention: AlertRetention
  readonly #clock: () => number
  readonly #canTell: boolean
  #register: AlertRegister
  #fault: string | null = null
  #turnAt = 0
  #foldsAt = 0
  #tickAt = 0
  #tidyAt = 0

  /** Throws `StoreRefused`. */
  constructor(options: JournalAlertsOptions) {
    const { directory, journal, settings, register, clock, onBypass } = options
    this.#register = register
    this.#clock = clock
    this.#canTell = settings.mail !== null || settings.webhooks.length > 0
    this.#db = openDatabase(join(directory, ALERTS_FILE), ALERTS_SCHEMA)
    beginAtHead(this.#db, journal, clock())
    const { mail, webhooks } = settings
    const mailboxes = mail === null ? {} : settings.mailboxes
    const config: AlertConfig = {
      ...settings,
      webhooks: webhooks.map(({ url }) => url),
      recipients: (duty, at) => mailboxesOf({ table: this.#register, mailboxes }, duty, at),
      dutiesOf: (personRef, at) => officesOf(this.#register, personRef, at),
      topicOf: (finding) => topicOf(this.#register.topics, finding),
    }
    this.#alerter = createAlerter({
      db: this.#db,
      config,
      deliver: delivery(settings, clock),
      clock,
      ...(onBypass && { onBypass }),
    })
    this.#feed = new JournalFeed(journal, this.#alerter)
    this.#retention = new AlertRetention(this.#db, journal)
  }

  /** Who is in office, and what is taught, from now on. */
  setRegister(register: AlertRegister): void {
    this.#register = register
  }

  /** A sentence for `degraded`; null while all that had to be told was. */
  get alarm(): string | null {
    const untold = this.#canTell ? this.#alerter.alarm : null
    return this.#feed.alarm ?? this.#fault ?? untold
  }

  /** Call with every turn of the records thread, after a batch was written; `monotonic` in ms. */
  turn(monotonic: number): void {
    if (monotonic >= this.#turnAt) {
      const withFolds = monotonic >= this.#foldsAt
      if (withFolds) this.#foldsAt = monotonic + TICK_MS
      const isMore = this.#feed.turn(withFolds)
      this.#turnAt = isMore ? 0 : monotonic + TICK_MS
    }
    if (monotonic < this.#tickAt) return
    this.#tickAt = monotonic + TICK_MS
    void this.#tick()
    if (monotonic >= this.#tidyAt) this.#tidy(monotonic)
  }

  /** Takes in what the gate says of itself. */
  event(kind: EventKind, facts: EventFacts): void {
    try {
      this.#alerter.event(kind, facts)
      this.#fault = null
    } catch (cause) {
      this.#fault = faultOf(cause)
    }
  }

  /** Judges what the stop wrote, sends for a second what is due, and closes the file. */
  async end(): Promise<void> {
    const deadline = performance.now() + LAST_JUDGING_MS
    while (performance.now() < deadline && this.#feed.turn(true));
    const { promise: late, resolve } = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => {
      resolve(undefined)
    }, LAST_TICK_MS)
    await Promise.race([this.#tick(), late])
    clearTimeout(timer)
    this.#db.close()
  }

  /** In steps, so that refusals go on being written; a disk that refuses is asked again in an hour. */
  #tidy(monotonic: number): void {
    this.#tidyAt = monotonic + TIDY_MS
    try {
      if (this.#retention.step(this.#clock())) this.#tidyAt = monotonic + TICK_MS
    } catch (cause) {
      this.#fault = faultOf(cause)
    }
  }

  async #tick(): Promise<void> {
    try {
      await this.#alerter.tick(this.#clock())
      this.#fault = null
    } catch (cause) {
      this.#fault = faultOf(cause)
    }
  }
}

/** A new file owes no alerts of what the journal held before: years of them would go out at once. */
function beginAtHead(db: DatabaseSync, journal: DatabaseSync, now: number): void {
  const row = journal.prepare('SELECT coalesce(max(seq), 0) AS head FROM journal').get()
  const head = Number(row?.['head'])
  db.prepare('INSERT OR IGNORE INTO feed VALUES (1, ?, ?, ?, ?, ?)').run(head, head, head, now, now)
}

function faultOf(cause: unknown): string {
  return `alerts cannot be kept: ${cause instanceof Error ? cause.message : String(cause)}`
}

function delivery({ mail, webhooks }: AlertSettings, clock: () => number): Deliver {
  const post = webhookSender(webhooks, clock)
  // What was queued before the server was taken out of the configuration.
  const send = mail === null ? refuseMail : mailSender(mail)
  return (message) => (message.channel === 'mail' ? send(message) : post(message))
}

function refuseMail(): Promise<void> {
  return Promise.reject(new Error('no mail server is configured'))
}
