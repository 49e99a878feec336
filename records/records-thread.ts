import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { BypassAttempt } from './alerts/bypass-attempts.ts'
import { JournalAlerts } from './alerts/journal-alerts.ts'
import { followHolds, type SiteHolds } from './journal/follow-holds.ts'
import { DiskSync } from './journal/disk-sync.ts'
import { recentOf } from './journal/journal-reads.ts'
import type { RecentRefusal } from './journal/journal-reads.ts'
import { JOURNAL_FILE } from './journal/journal-schema.ts'
import { JournalStore } from './journal/journal-store.ts'
import { Scribe } from './journal/scribe.ts'
import { RecordsCounters } from './records-counters.ts'
import type { FromRecordsThread, RecordsThreadData, ToRecordsThread } from './records-messages.ts'
import type { RecordsThreadState } from './records-messages.ts'
import type { WordRecord } from './rings/attempt-codec.ts'
import { RedisShipper } from './shipping/redis-shipper.ts'

/**
 * The records thread: between two turns it sleeps this long, so a kill -9 loses what came in these
 * 20 ms and the some 30 ms that a full turn's work takes. Shorter would only wake the machine.
 */
const DRAIN_MS = 20

const TIDY_MS = 1_000

/** At a stop Redis gets this long; the gate itself has 5 s. */
const SHIP_GRACE_MS = 2_000

const data = workerData as RecordsThreadData

function post(message: FromRecordsThread): void {
  parentPort?.postMessage(message)
}

/** Gate time: `start --clock` shifts it. */
function now(): number {
  return Date.now() + data.clockOffsetMs
}

interface Desk {
  readonly store: JournalStore
  readonly diskSync: DiskSync
  readonly scribe: Scribe
  readonly shipper: RedisShipper | null
  readonly alerts: JournalAlerts | null
  state(): RecordsThreadState
}

function compose({ store, alerts }: Opened): Desk {
  const { site, gate, redis: url, journalKey: key, rings } = data
  const counters = new RecordsCounters(data.counters)
  const onShipped = (entries: number): void => {
    counters.add('shipped', entries)
  }
  const shipper =
    url === null ? null : new RedisShipper({ url, site, gate, source: store, onShipped })
  const remember = (ring: number, words: readonly (WordRecord | null)[]): void => {
    post({ kind: 'words', ring, words })
  }
  const scribe = new Scribe({ site, key, store, counters, outlet: shipper, remember })
  for (const { buffer, words } of rings) scribe.addRing(buffer, words)
  const state = (): RecordsThreadState => ({
    ...scribe.state,
    headSeq: store.headSeq,
    redis: shipper?.state ?? null,
    alertAlarm: alerts?.alarm ?? null,
  })
  const diskSync = new DiskSync(join(data.directory, JOURNAL_FILE))
  store.syncBy(() => diskSync.request())
  return { store, diskSync, scribe, shipper, alerts, state }
}

function run(desk: Desk): void {
  const { scribe, shipper, alerts } = desk
  let stopping = false
  let tidyAt = 0
  const turn = (): void => {
    if (stopping) return
    const isBusy = scribe.turn(now())
    if (performance.now() >= tidyAt) {
      keepHeld(desk)
      scribe.tidy(now())
      tidyAt = performance.now() + TIDY_MS
    }
    alerts?.turn(performance.now())
    const isBehind = scribe.follow(now(), isBusy)
    if (isBusy || isBehind) setImmediate(turn)
    else setTimeout(turn, DRAIN_MS)
  }
  parentPort?.on('message', (message: ToRecordsThread) => {
    if (message.kind === 'stop') {
      stopping = true
      void end(desk)
    } else answer(desk, message)
  })
  shipper?.start()
  turn()
  post({ kind: 'ready', uncleanStop: desk.store.uncleanStop })
}

function answer(desk: Desk, message: Exclude<ToRecordsThread, { readonly kind: 'stop' }>): void {
  switch (message.kind) {
    case 'ring':
      desk.scribe.addRing(message.buffer, [])
      return
    case 'status':
      post({ kind: 'status', id: message.id, state: desk.state() })
      return
    case 'recent':
      post({ kind: 'recent', id: message.id, refusals: recentRefusals(desk, message) })
      return
    case 'register':
      desk.alerts?.setRegister(message.register)
      unheld = message.register.holds
      keepHeld(desk)
      return
    case 'event':
      desk.alerts?.event(message.event, message.facts)
  }
}

/** What the site holds and this journal does not know yet. */
let unheld: SiteHolds | null = null

/** A disk that refuses is asked again each second; until then it does not take a purge either. */
function keepHeld({ store }: Desk): void {
  if (unheld === null) return
  try {
    followHolds(store.db, unheld, data.gate)
    unheld = null
  } catch {
    // The next turn of the tidying comes back to it.
  }
}

/** A disk that can't be read costs a device its list, not the gate its records thread. */
function recentRefusals(
  { store }: Desk,
  { who, limit }: { readonly who: string; readonly limit: number },
): readonly RecentRefusal[] {
  try {
    return recentOf(store.db, who, limit)
  } catch {
    return []
  }
}

/** A socket that closes properly does so within this. */
const LINGER_MS = 50

async function end(desk: Desk): Promise<void> {
  desk.scribe.finish(now())
  await Promise.all([desk.shipper?.stop(SHIP_GRACE_MS), desk.alerts?.end()])
  const last = desk.state()
  // First: whoever closes the file last empties its log.
  await desk.diskSync.stop()
  desk.store.close(now())
  post({ kind: 'stopped', state: last })
  parentPort?.close()
  // All is on disk and closed; a mail server that hangs would keep the thread for seconds. From inside, and
  // after the last call of SQLite: a thread that is terminated in one takes the process with it.
  setTimeout(() => process.exit(), LINGER_MS)
}

interface Opened {
  readonly store: JournalStore
  readonly alerts: JournalAlerts | null
}

function open(): Opened | null {
  let store: JournalStore | null = null
  try {
    store = JournalStore.open({ ...data, now: now() })
    // Before the first step of the retention: a hold placed while this gate was down is in force.
    if (data.alerts !== null) followHolds(store.db, data.alerts.register.holds, data.gate)
    return { store, alerts: openAlerts(store) }
  } catch (error) {
    store?.close(now())
    post({ kind: 'refused', message: error instanceof Error ? error.message : String(error) })
    return null
  }
}

function openAlerts(store: JournalStore): JournalAlerts | null {
  const { alerts: plan, directory } = data
  if (plan === null) return null
  const onBypass = (attempts: readonly BypassAttempt[]): void => {
    post({ kind: 'bypass', attempts })
  }
  return new JournalAlerts({ ...plan, directory, journal: store.db, clock: now, onBypass })
}

const opened = open()
if (opened === null) parentPort?.close()
else run(compose(opened))
