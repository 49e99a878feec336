import { Worker } from 'node:worker_threads'
import type { Endpoint } from './config.ts'
import type { PostureNow } from './clients/posture-facts.ts'
import type { SeenByToken } from './clients/doh-askers.ts'
import type { Metered } from './bandwidth/metering.ts'
import type { Bundle } from './policy/bundle.ts'
import type { RuleHits } from '../records/rule-hits/rule-hit-log.ts'
import type { ToldLookups } from './dns/tunnels/lookup-counts.ts'
import type { MeterSnapshot } from './metrics/meter.ts'
import type { StandIn } from './self-test/stand-in.ts'
import type { RefusedVisit } from './pages/gate-pages.ts'
import type { ServerIdentity } from './tls/server-identity.ts'
import type { BoundEndpoints, FromThread, ThreadStart, ToThread } from './thread-messages.ts'

/** A thread that does not answer in this time is left out of one `/metrics` reading, not waited for. */
const REPORT_TIMEOUT_MS = 1_000

/** Opening 5 M names and 10,000 devices takes a thread some 100 ms; beyond this it hangs. */
const SWAP_TIMEOUT_MS = 10_000

/** A thread that dies at once again must not burn the core that the others need. */
const RESTART_DELAY_MS = 100

export interface FleetLog {
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

export interface FleetParts {
  /** The module that a data thread runs. */
  readonly entry: URL
  /** What every thread is born with, but its number and its ring. */
  readonly start: Omit<ThreadStart, 'number' | 'ring' | 'bundle' | 'postures'>
  readonly rings: readonly SharedArrayBuffer[]
  readonly log: FleetLog
  /** Told the last counts of a thread that is gone, so that totals never fall. */
  readonly onGone: (last: MeterSnapshot | null) => void
  /** Told how often rules decided on a thread since it said so last. */
  readonly onRuleHits: (hits: RuleHits) => void
  readonly onMetered: (metered: Metered) => void
  readonly onLookups: (told: readonly ToldLookups[]) => void
  /** Told who was where, by a token. */
  readonly onSeenByToken: (seen: SeenByToken) => void
  /** What the journal holds of a device's last refusals, for `/why`. */
  readonly recent: (who: string) => Promise<readonly RefusedVisit[]>
}

const OBSERVED = ['metered', 'lookups', 'seen-by-token', 'rule-hits'] as const
type Observed = Extract<FromThread, { readonly kind: (typeof OBSERVED)[number] }>

function isObserved(message: FromThread): message is Observed {
  return OBSERVED.some((kind) => kind === message.kind)
}

interface Member {
  readonly number: number
  readonly worker: Worker
  readonly ready: Promise<BoundEndpoints>
  /** As it has them. */
  devices: Bundle['devices']
  policy: Bundle['policy']
  last: MeterSnapshot | null
  stopping: boolean
}

/**
 * The data threads: started on the same ports, given each revision, asked for their counts, replaced
 * when one throws. The rings belong to the control thread, so what a dead thread wrote is still read.
 */
export class Fleet {
  readonly #parts: FleetParts
  readonly #members = new Map<number, Member>()
  readonly #waiting = new Map<number, (message: FromThread) => void>()
  #bundle: Bundle
  /** What every thread was told, for one that takes another's place. */
  readonly #postures = new Map<string, PostureNow>()
  #identity: ServerIdentity | null
  #bound: BoundEndpoints | null = null
  /** Where the portal said that it is; null: as configured. */
  #portal: Endpoint | null = null
  #nextId = 1
  restarts = 0

  constructor(parts: FleetParts, bundle: Bundle) {
    this.#parts = parts
    this.#bundle = bundle
    this.#identity = parts.start.identity
  }

  /** Where the gate listens; rejects when a port can't be bound. */
  async open(): Promise<BoundEndpoints> {
    // The first thread binds, the others join its ports: port 0 must mean one port, not one each.
    const first = await this.#spawn(0).ready
    this.#bound = first
    const others = this.#parts.rings.slice(1).map((_ring, index) => this.#spawn(index + 1).ready)
    await Promise.all(others)
    return first
  }

  get size(): number {
    return this.#members.size
  }

  /** The new revision on every thread; what each thread answers is one entry. Never rejects. */
  async swap(bundle: Bundle): Promise<readonly SwapResult[]> {
    this.#bundle = bundle
    return Promise.all(
      [...this.#members.values()].map((member) => {
        const answer = this.#waitForSwap(member, bundle.revision)
        const devices = bundle.devices === member.devices ? null : bundle.devices
        const policy = bundle.policy === member.policy ? null : bundle.policy
        member.devices = bundle.devices
        member.policy = bundle.policy
        send(member, { kind: 'swap', bundle: { ...bundle, devices, policy } })
        return answer
      }),
    )
  }

  /** What each living thread has counted; one that does not answer in time is there with its last words. */
  async report(): Promise<readonly MeterSnapshot[]> {
    const snapshots = await Promise.all(
      [...this.#members.values()].map(async (member) => {
        const answer = await this.#ask(member, (id) => ({ kind: 'report', id }))
        if (answer?.kind === 'report') member.last = answer.snapshot
        return member.last
      }),
    )
    return snapshots.filter((snapshot) => snapshot !== null)
  }

  /** Tells every thread whom the self-test addresses stand for; false where one did not say that it knows. */
  async standIn(standIns: readonly StandIn[]): Promise<boolean> {
    const answers = await Promise.all(
      [...this.#members.values()].map((member) =>
        this.#ask(member, (id) => ({ kind: 'stand-in', id, standIns })),
      ),
    )
    return answers.every((answer) => answer?.kind === 'stood-in')
  }

  /** Tells every thread what changed of what devices report. Before `open` the first threads are born with it. */
  changePostures(postures: readonly PostureNow[]): void {
    if (postures.length === 0) return
    for (const one of postures) this.#postures.set(one.device, one)
    for (const member of this.#members.values()) send(member, { kind: 'postures', postures })
  }

  /** From now on every thread, and one that takes another's place, shows this certificate. */
  useIdentity(identity: ServerIdentity): void {
    this.#identity = identity
    for (const member of this.#members.values()) send(member, { kind: 'identity', identity })
  }

  /** Where the portal is from now on. */
  portalAt(endpoint: Endpoint): void {
    this.#portal = endpoint
    for (const member of this.#members.values()) send(member, { kind: 'portal', endpoint })
  }

  /** Every thread judges again what is open. */
  recheck(): void {
    for (const member of this.#members.values()) send(member, { kind: 'recheck' })
  }

  async stop(drainMs: number): Promise<void> {
    await Promise.all(
      [...this.#members.values()].map(async (member) => {
        member.stopping = true
        const gone = new Promise<void>((resolve) =>
          member.worker.once('exit', () => {
            resolve()
          }),
        )
        send(member, { kind: 'stop', drainMs })
        const late = setTimeout(() => void member.worker.terminate(), drainMs + 1_000)
        await gone
        clearTimeout(late)
      }),
    )
  }

  #spawn(number: number): Member {
    const ring = this.#parts.rings[number]
    if (ring === undefined) throw new Error(`no ring for thread ${number}`)
    const worker = new Worker(this.#parts.entry, {
      workerData: this.#startOf(number, ring),
      name: `data-${number}`,
    })
    const ready = new Promise<BoundEndpoints>((resolve, reject) => {
      worker.on('message', (message: FromThread) => {
        if (message.kind === 'ready') resolve(message.bound)
        else this.#receive(member, message)
      })
      worker.once('error', (error: unknown) => {
        this.#parts.log.error({ thread: number, err: error }, 'a data thread threw')
        reject(error instanceof Error ? error : new Error(String(error)))
      })
      worker.once('exit', (code) => {
        reject(new Error(`data thread ${number} ended with code ${code}`))
        this.#left(member)
      })
    })
    // A thread that dies later rejects nobody: `#left` replaces it.
    ready.catch(() => undefined)
    const { devices, policy } = this.#bundle
    const member: Member = { number, worker, ready, devices, policy, last: null, stopping: false }
    this.#members.set(number, member)
    return member
  }

  #startOf(number: number, ring: SharedArrayBuffer): ThreadStart {
    const { start } = this.#parts
    const bound = this.#bound
    const postures = [...this.#postures.values()]
    const own = { number, ring, bundle: this.#bundle, postures, identity: this.#identity }
    if (bound === null) return { ...start, ...own }
    return {
      ...start,
      ...own,
      dns: { ...start.dns, udp: bound.dnsUdp, tcp: bound.dnsTcp, doh: bound.doh },
      http: { ...start.http, listen: bound.http, portal: this.#portal ?? start.http.portal },
      blockPage: { ...start.blockPage, listen: bound.blockPage },
    }
  }

  #left(member: Member): void {
    this.#parts.onGone(member.last)
    if (this.#members.get(member.number) === member) this.#members.delete(member.number)
    const revision = this.#bundle.revision
    this.#settle(swapKey(member.number), { kind: 'swap-failed', revision, message: 'it ended' })
    // Before the first thread is up there is nothing to keep alive: `open` reports the failure.
    if (member.stopping || this.#bound === null) return
    this.restarts += 1
    setTimeout(() => this.#spawn(member.number), RESTART_DELAY_MS)
  }

  #receive(member: Member, message: FromThread): void {
    if (isObserved(message)) {
      this.#passOn(message)
      return
    }
    switch (message.kind) {
      case 'log':
        this.#parts.log[message.level](
          { thread: member.number, ...message.details },
          message.message,
        )
        return
      case 'ask-recent':
        void this.#answerRecent(member, message)
        return
      case 'report':
      case 'stood-in':
        this.#settle(message.id, message)
        return
      case 'swapped':
      case 'swap-failed':
        this.#settle(swapKey(member.number), message)
        return
      case 'ready':
      case 'stopped':
        return
    }
  }

  /** What threads have seen and others add up. */
  #passOn(message: Observed): void {
    switch (message.kind) {
      case 'metered':
        this.#parts.onMetered(message.metered)
        return
      case 'lookups':
        this.#parts.onLookups(message.told)
        return
      case 'seen-by-token':
        this.#parts.onSeenByToken(message.seen)
        return
      case 'rule-hits':
        this.#parts.onRuleHits(message.hits)
    }
  }

  #settle(id: number, message: FromThread): void {
    const settle = this.#waiting.get(id)
    this.#waiting.delete(id)
    settle?.(message)
  }

  /** From the journal: it has the refusals of all threads, also those that no page could show. */
  async #answerRecent(asker: Member, { id, who }: { id: number; who: string }): Promise<void> {
    send(asker, { kind: 'recent', id, visits: await this.#parts.recent(who) })
  }

  #ask(member: Member, question: (id: number) => ToThread): Promise<FromThread | null> {
    const id = this.#nextId++
    const answer = this.#wait(id, REPORT_TIMEOUT_MS)
    send(member, question(id))
    return answer
  }

  async #waitForSwap(member: Member, revision: number): Promise<SwapResult> {
    const answer = await this.#wait(swapKey(member.number), SWAP_TIMEOUT_MS)
    const thread = member.number
    if (answer?.kind === 'swapped' && answer.revision === revision)
      return { thread, ok: true, tookMs: answer.tookMs, cut: answer.cut }
    const message = answer?.kind === 'swap-failed' ? answer.message : 'no answer'
    return { thread, ok: false, message }
  }

  #wait(id: number, timeoutMs: number): Promise<FromThread | null> {
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        this.#waiting.delete(id)
        resolve(null)
      }, timeoutMs)
      this.#waiting.set(id, (message) => {
        clearTimeout(late)
        resolve(message)
      })
    })
  }
}

export type SwapResult =
  | { readonly thread: number; readonly ok: true; readonly tookMs: number; readonly cut: number }
  | { readonly thread: number; readonly ok: false; readonly message: string }

/** Swaps are one at a time per thread, so the thread's number is id enough; reports count upwards. */
function swapKey(thread: number): number {
  return -1 - thread
}

function send(member: Member, message: ToThread): void {
  member.worker.postMessage(message)
}
