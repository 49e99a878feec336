import { Worker } from 'node:worker_threads'
import type { BypassAttempt } from './alerts/bypass-attempts.ts'
import type { EventFacts, EventKind } from './alerts/judge-event.ts'
import type { UncleanStop } from './journal/journal-store.ts'
import type { RecentRefusal } from './journal/journal-reads.ts'
import { RecordsCounters } from './records-counters.ts'
import type { AlertPlan, FromRecordsThread, RecordsThreadData } from './records-messages.ts'
import type { RecordsRegister, RecordsThreadState, ToRecordsThread } from './records-messages.ts'
import type { WordRecord } from './rings/attempt-codec.ts'
import { lostIn, makeRing } from './rings/byte-ring.ts'
import type { ShipperState } from './shipping/redis-shipper.ts'

export interface RecordsOptions {
  readonly directory: string
  readonly site: string
  readonly gate: string
  /** `redis://` or `rediss://`; null for a gate that keeps its journal to itself. */
  readonly redis: string | null
  /** Gate time minus the system's (`start --clock`). */
  readonly clockOffsetMs: number
  /** Keys block codes and the hashes of sealed names (`readOrCreateKey`). */
  readonly journalKey: Uint8Array
  /** Without it nothing is judged for alerts. */
  readonly alerts?: AlertPlan
}

/** What `/metrics`, `/readyz` and the log say of the journal. */
export interface RecordsStatus {
  readonly written: number
  /** Entries among them whose person is not known. */
  readonly unidentified: number
  readonly spooled: number
  readonly shipped: number
  readonly lost: number
  readonly tallyLost: number
  /** Entries that are in memory only, because the disk refuses them. */
  readonly held: number
  /** Entries that Redis has not got yet; 0 where none is configured. */
  readonly behind: number
  readonly headSeq: number
  /** Gate time of the last transaction, epoch ms. */
  readonly durableAt: number | null
  /** A sentence for `degraded`; null while all is well. */
  readonly alarm: string | null
  /** The same of alerts: what could not be judged or told. */
  readonly alertAlarm: string | null
  /** Null where no Redis is configured. */
  readonly redis: ShipperState | null
  /** Times that the records thread died and was replaced. */
  readonly restarts: number
  /** How the gate before this one ended, where nobody stopped it; null after a clean stop. */
  readonly uncleanStop: UncleanStop | null
}

export interface RecordsHandle {
  /** A ring for one data thread, and for its successors: it outlives the thread that writes it. */
  makeRing(octets?: number): SharedArrayBuffer
  status(): Promise<RecordsStatus>
  /** The last refusals of a device (by id, else by address), newest first; none while the thread restarts. */
  recentOf(deviceOrAddress: string, limit: number): Promise<readonly RecentRefusal[]>
  /** From now on: who is in office and what is taught, for alerts, and what of the journal is held. */
  setRegister(register: RecordsRegister): void
  /** Alerts whom it concerns of something in the gate itself. */
  tellEvent(event: EventKind, facts: EventFacts): void
  /** Told what may be attempts to get round the filter, soon after they are written. */
  onBypass?: (attempts: readonly BypassAttempt[]) => void
  /** Call when the data threads have ended: drains, closes folds, ships for up to 2 s, closes the file. */
  stop(): Promise<RecordsStatus>
}

/** Starts the records thread; rejects with the store's own words when the journal can't be opened. */
export async function openRecords(options: RecordsOptions): Promise<RecordsHandle> {
  const keeper = new RecordsKeeper(options)
  await keeper.begin()
  return keeper
}

/** A records thread that can't answer for this long is stuck in a slow disk: status goes on without it. */
const ANSWER_MS = 2_000

/** A thread that dies at once again must not take a core for it. */
const RESTART_MS = 250

/** A full ring of 8 MiB takes some 3 s to write, Redis up to two; the gate's own 5 s end it anyway. */
const STOP_MS = 4_500

class RecordsKeeper implements RecordsHandle {
  onBypass: (attempts: readonly BypassAttempt[]) => void = () => undefined
  readonly #options: RecordsOptions
  readonly #counters = new RecordsCounters()
  readonly #rings: KeptRing[] = []
  readonly #waiting = new Map<number, (answer: FromRecordsThread | null) => void>()
  #alerts: AlertPlan | null
  #worker: Worker | null = null
  #last: RecordsThreadState = NOTHING_YET
  #fault: string | null = null
  #uncleanStop: UncleanStop | null = null
  #hasBegun = false
  #restarts = 0
  #nextId = 0
  #stopping = false
  #stopped: Promise<RecordsStatus> | null = null

  constructor(options: RecordsOptions) {
    this.#options = options
    this.#alerts = options.alerts ?? null
  }

  async begin(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>()
    this.#spawn((refusal) => {
      if (refusal === null) resolve(undefined)
      else reject(new Error(refusal))
    })
    await promise
  }

  makeRing(octets?: number): SharedArrayBuffer {
    const buffer = makeRing(octets)
    this.#rings.push({ buffer, words: [] })
    this.#send({ kind: 'ring', buffer })
    return buffer
  }

  async status(): Promise<RecordsStatus> {
    const answer = await this.#ask((id) => ({ kind: 'status', id }))
    if (answer?.kind === 'status') this.#last = answer.state
    return this.#statusOf(answer === null ? 'the records thread does not answer' : null)
  }

  async recentOf(deviceOrAddress: string, limit: number): Promise<readonly RecentRefusal[]> {
    const answer = await this.#ask((id) => ({ kind: 'recent', id, who: deviceOrAddress, limit }))
    return answer?.kind === 'recent' ? answer.refusals : []
  }

  setRegister(register: RecordsRegister): void {
    if (this.#alerts === null) return
    // Kept for a thread that takes over.
    this.#alerts = { ...this.#alerts, register }
    this.#send({ kind: 'register', register })
  }

  tellEvent(event: EventKind, facts: EventFacts): void {
    this.#send({ kind: 'event', event, facts })
  }

  stop(): Promise<RecordsStatus> {
    this.#stopped ??= this.#end()
    return this.#stopped
  }

  async #end(): Promise<RecordsStatus> {
    this.#stopping = true
    const worker = this.#worker
    if (worker === null) return this.#statusOf('the records thread was down at the stop')
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(() => {
      resolve(false)
    }, STOP_MS)
    worker.once('exit', () => {
      resolve(true)
    })
    this.#send({ kind: 'stop' })
    const isClean = await promise
    clearTimeout(timer)
    if (!isClean) await worker.terminate()
    return this.#statusOf(isClean ? null : `the journal was not closed within ${STOP_MS} ms`)
  }

  /** `settle` hears `null` when the journal is open, else why it is not; later calls mean nothing. */
  #spawn(settle: (refusal: string | null) => void): void {
    const { directory, site, gate, redis, clockOffsetMs, journalKey } = this.#options
    const workerData: RecordsThreadData = {
      ...{ directory, site, gate, redis, clockOffsetMs, journalKey },
      counters: this.#counters.buffer,
      rings: this.#rings,
      alerts: this.#alerts,
    }
    const worker = new Worker(new URL('./records-thread.ts', import.meta.url), {
      workerData,
      // What `top -H` and the bench call it.
      name: 'records',
    })
    this.#worker = worker
    let reason = 'no reason given'
    worker.on('message', (message: FromRecordsThread) => {
      if (message.kind === 'refused') reason = message.message
      else if (message.kind === 'ready') {
        // A thread that died later is in `restarts`; this is of the process before.
        if (!this.#hasBegun) this.#uncleanStop = message.uncleanStop
        this.#hasBegun = true
        this.#fault = null
        settle(null)
      } else this.#hear(message)
    })
    worker.on('error', (error: Error) => {
      reason = error.message
    })
    worker.once('exit', () => {
      this.#worker = null
      for (const answer of this.#waiting.values()) answer(null)
      settle(reason)
      if (this.#stopping || !this.#hasBegun) return
      this.#fault = `the records thread ended: ${reason}`
      this.#restarts += 1
      setTimeout(() => {
        if (!this.#stopping) this.#spawn(() => undefined)
      }, RESTART_MS)
    })
  }

  #hear(message: Exclude<FromRecordsThread, { readonly kind: 'ready' | 'refused' }>): void {
    switch (message.kind) {
      case 'words':
        this.#remember(message.ring, message.words)
        return
      case 'bypass':
        this.onBypass(message.attempts)
        return
      case 'status':
      case 'recent':
        this.#waiting.get(message.id)?.(message)
        return
      case 'stopped':
        this.#last = message.state
    }
  }

  #remember(ring: number, words: readonly (WordRecord | null)[]): void {
    const kept = this.#rings[ring]?.words
    for (const word of words) {
      if (word === null) kept?.splice(0)
      else kept?.push(word)
    }
  }

  /** The answer to a question, or null when there is none in time. */
  #ask(question: (id: number) => ToRecordsThread): Promise<FromRecordsThread | null> {
    const id = this.#nextId
    this.#nextId += 1
    return new Promise((resolve) => {
      const end = (answer: FromRecordsThread | null): void => {
        clearTimeout(timer)
        this.#waiting.delete(id)
        resolve(answer)
      }
      const timer = setTimeout(() => {
        end(null)
      }, ANSWER_MS)
      this.#waiting.set(id, end)
      if (this.#worker === null) end(null)
      else this.#send(question(id))
    })
  }

  #send(message: ToRecordsThread): void {
    this.#worker?.postMessage(message)
  }

  #statusOf(fault: string | null): RecordsStatus {
    const { held, headSeq, durableAt, alarm, alertAlarm, redis } = this.#last
    const inRings = this.#rings.reduce((sum, { buffer }) => sum + lostIn(buffer), 0)
    return {
      written: this.#counters.get('written'),
      unidentified: this.#counters.get('unidentified'),
      spooled: this.#counters.get('spooled'),
      shipped: this.#counters.get('shipped'),
      lost: this.#counters.get('lost') + inRings,
      tallyLost: this.#counters.get('tallyLost'),
      held,
      behind: redis === null ? 0 : Math.max(headSeq - redis.shippedSeq, 0),
      headSeq,
      durableAt,
      alarm: this.#fault ?? fault ?? alarm,
      alertAlarm,
      redis,
      restarts: this.#restarts,
      uncleanStop: this.#uncleanStop,
    }
  }
}

interface KeptRing {
  readonly buffer: SharedArrayBuffer
  readonly words: WordRecord[]
}

const NOTHING_YET: RecordsThreadState = {
  alarm: null,
  held: 0,
  durableAt: null,
  headSeq: 0,
  redis: null,
  alertAlarm: null,
}
