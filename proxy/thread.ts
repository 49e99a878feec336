import { createSecretKey } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { blockRef } from '../records/block-ref.ts'
import { RingWriter } from '../records/rings/byte-ring.ts'
import { RingRecorder } from '../records/rings/ring-recorder.ts'
import { RingTally, TALLY_FLUSH_MS } from '../records/tally/ring-tally.ts'
import type { AttemptSubject } from '../records/attempt.ts'
import { PostureFacts, type PostureNow } from './clients/posture-facts.ts'
import { DeviceTable } from './bandwidth/device-table.ts'
import { Metering } from './bandwidth/metering.ts'
import { WaitingRoom } from './bandwidth/pacer.ts'
import { openDns } from './dns/open-dns.ts'
import { LookupCounts } from './dns/tunnels/lookup-counts.ts'
import { BindingReader } from './clients/binding-table.ts'
import { DohAskers } from './clients/doh-askers.ts'
import { openHttp } from './http/open-http.ts'
import type { HttpService } from './http/open-http.ts'
import type { RefusedVisit } from './pages/gate-pages.ts'
import { DecisionCounts } from './metrics/decision-counts.ts'
import { EdgeWatch } from './edge-watch.ts'
import type { Endpoint } from './config.ts'
import { RULE_HITS_MS, RuleHitCounts } from './metrics/rule-hits.ts'
import { Meter } from './metrics/meter.ts'
import type { Plane } from './plane.ts'
import { openBundle, type Revision, type ThreadClients } from './policy/bundle.ts'
import { recordWithoutSelfTests, tallyWithoutSelfTests } from './self-test/without-self-tests.ts'
import type { FromThread, SentBundle, ThreadStart, ToThread } from './thread-messages.ts'

/**
 * The composition root of a data thread: it alone constructs, so it alone knows who needs what. No
 * disk, no Redis, no JSON on the way of a request; what is recorded goes into the ring.
 */

/** Nobody waits longer than this to learn what other threads refused; the own ones are shown then. */
const RECENT_TIMEOUT_MS = 500

/** Who is at an address has changed: what that forbids is cut well within the 5 s (design.md, exact bells). */
const LOOK_AT_BINDINGS_MS = 500

/** A tunnel is found within some seconds of its hundredth name. */
const TELL_LOOKUPS_MS = 3_000

/** Beyond this many lines a second the rest is only counted: a flood must not become a flood of logs. */
const MAX_LOGS_PER_SECOND = 20

const port = parentPort
if (port === null) throw new Error('proxy/thread.ts runs as a worker thread only')
const start = workerData as ThreadStart
// As a key object: making one of octets for every page took a quarter of a refusal's time.
const blockRefKey = createSecretKey(start.blockRefKey)
const meter = new Meter()
const log = loggerTo((message) => {
  say(message)
})
const postures = new PostureFacts(start.postures)
const ring = new RingWriter(start.ring)
const recorder = recordWithoutSelfTests(new RingRecorder(ring))
const metering = new Metering({
  table: new DeviceTable(start.devices),
  room: new WaitingRoom(),
  now,
  engine: () => revision.engine,
  subjectAt: (address) => revision.subjects.at(address, now()),
  recorder,
  onMetered: (metered) => {
    say({ kind: 'metered', metered })
  },
})
const clients = {
  indices: { next: 0 },
  bindings: new BindingReader(start.bindings),
  postures,
  isSpent: (subject, stance) => metering.isSpent(subject, stance),
} satisfies ThreadClients
// INVARIANT: read once per request; `swap` replaces it whole and changes nothing inside.
let revision: Revision = openBundle(start.bundle, clients)
metering.follow(start.bundle.policy)
let policySchool = schoolOf(start.bundle)
let { devices, policy } = start.bundle

const tally = new RingTally(ring, start.tallySalt)
const decisions = new DecisionCounts(meter)
const lookups = new LookupCounts()
lookups.follow(start.bundle.policy.dnsTunnel?.except ?? [])
const ruleHits = new RuleHitCounts(start.bundle.policy)
const plane: Plane = {
  now,
  engine: () => revision.engine,
  subjectAt: (address) => revision.subjects.at(address, now()),
  recorder,
  // Every decided request comes by here once, allowed ones too.
  tally: tallyWithoutSelfTests({
    countWire: (subject, ruling, name) => {
      decisions.count(ruling)
      ruleHits.count(ruling)
      tally.countWire(subject, ruling, name)
    },
    countHost: (subject, ruling, host, at) => {
      decisions.count(ruling)
      ruleHits.count(ruling)
      tally.countHost(subject, ruling, host, at)
    },
  }),
  meter,
  metering,
  letThrough: lookups,
}

const askers = new DohAskers({
  tokens: start.tokens,
  subjectAt: (source) => plane.subjectAt(source),
  now,
  onSeen: (seen) => {
    say({ kind: 'seen-by-token', seen })
  },
})
let portalAt = start.http.portal?.port === 0 ? null : start.http.portal
const dns = await openDns(plane, {
  ...start.dns,
  doh: dohOf(start),
  blockPageAddress: start.blockPage.address,
  log,
})
const recentAnswers = new Map<number, (visits: readonly RefusedVisit[]) => void>()
let nextQuestion = 1
const http: HttpService = await openHttp(
  plane,
  { ...start.http, blockPage: start.blockPage },
  {
    lookup: (host) => dns.lookup(host),
    chain: dns.chain,
    blockRef: refOf,
    school: () => policySchool,
    warnKey: start.warnKey,
    portalKey: start.portalKey,
    portalAt: () => portalAt,
    recentElsewhere,
    warnPasses: start.warnPasses,
    log,
  },
)
const flushing = setInterval(() => {
  tally.flush()
}, TALLY_FLUSH_MS)
const handingOver = setInterval(sayRuleHits, RULE_HITS_MS)
const tellingLookups = setInterval(() => {
  const told = lookups.take(now())
  if (told.length > 0) say({ kind: 'lookups', told })
}, TELL_LOOKUPS_MS)
let bindingsSeen = clients.bindings.epoch
const lookingAtBindings = setInterval(() => {
  const { epoch } = clients.bindings
  if (epoch === bindingsSeen) return
  bindingsSeen = epoch
  http.recheck()
}, LOOK_AT_BINDINGS_MS)
// At every window edge what runs on and is forbidden from now on is cut (design.md, exact bells).
const edges = new EdgeWatch({
  now,
  nextEdge: (at) => revision.subjects.nextEdge(at),
  onEdge: () => http.recheck(),
})

port.on('message', (message: ToThread) => {
  receive(message)
})
say({
  kind: 'ready',
  bound: {
    ...{ dnsUdp: dns.udp, dnsTcp: dns.tcp, doh: endpointOf(dns.doh) },
    ...{ http: http.http, blockPage: http.blockPage },
  },
})

function receive(message: ToThread): void {
  switch (message.kind) {
    case 'swap':
      swap(message.bundle)
      return
    case 'report':
      say({ kind: 'report', id: message.id, snapshot: meter.snapshot() })
      return
    case 'stand-in':
      revision.subjects.standIn(message.standIns)
      say({ kind: 'stood-in', id: message.id })
      return
    case 'postures':
      changePostures(message.postures)
      return
    case 'recent':
      recentAnswers.get(message.id)?.(message.visits)
      return
    case 'recheck':
      http.recheck()
      return
    case 'identity':
      dns.doh?.use(message.identity)
      return
    case 'portal':
      portalAt = message.endpoint
      return
    case 'stop':
      void stop(message.drainMs)
      return
  }
}

/** One pointer write is the swap; whatever fails before it leaves the old revision in force. */
function swap(sent: SentBundle): void {
  const began = performance.now()
  const bundle = { ...sent, devices: sent.devices ?? devices, policy: sent.policy ?? policy }
  devices = bundle.devices
  policy = bundle.policy
  try {
    const next = openBundle(bundle, clients)
    revision = next
    metering.follow(bundle.policy)
    decisions.forget()
    ruleHits.follow(bundle.policy)
    lookups.follow(bundle.policy.dnsTunnel?.except ?? [])
    policySchool = schoolOf(bundle)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    say({ kind: 'swap-failed', revision: bundle.revision, message })
    return
  }
  const tookMs = performance.now() - began
  edges.restart()
  say({ kind: 'swapped', revision: bundle.revision, tookMs, cut: http.recheck() })
}

/** What is open is judged anew at once: a device that fails must not go on downloading. */
function changePostures(changed: readonly PostureNow[]): void {
  for (const one of changed) postures.change(one)
  revision.subjects.postureChanged(new Set(changed.map(({ device }) => device)))
  http.recheck()
}

async function stop(drainMs: number): Promise<void> {
  clearInterval(flushing)
  clearInterval(handingOver)
  clearInterval(tellingLookups)
  clearInterval(lookingAtBindings)
  edges.stop()
  // DNS goes first: nobody resolves into a gate that is closing.
  await dns.close()
  await http.drain(drainMs)
  tally.flush()
  sayRuleHits()
  say({ kind: 'stopped' })
  port?.close()
}

function refOf(subject: AttemptSubject, host: string, reason: string, at: number): string {
  const who = subject.deviceId ?? subject.address
  return blockRef(blockRefKey, {
    site: start.site,
    who,
    host,
    reason,
    minute: Math.floor(at / 60_000),
  })
}

/** What the journal has of this device: other threads' refusals, and those that DNS answered. */
function recentElsewhere(address: string): Promise<readonly RefusedVisit[]> {
  const subject = plane.subjectAt(address)
  return new Promise((resolve) => {
    const id = nextQuestion++
    const settle = (visits: readonly RefusedVisit[]): void => {
      clearTimeout(late)
      recentAnswers.delete(id)
      resolve(visits)
    }
    const late = setTimeout(() => {
      settle([])
    }, RECENT_TIMEOUT_MS)
    recentAnswers.set(id, settle)
    say({ kind: 'ask-recent', id, who: subject.deviceId ?? subject.address })
  })
}

function now(): number {
  return Date.now() + start.clockOffsetMs
}

function sayRuleHits(): void {
  const hits = ruleHits.take()
  if (hits.length > 0) say({ kind: 'rule-hits', hits })
}

function say(message: FromThread): void {
  port?.postMessage(message)
}

function dohOf({ dns: { doh }, identity }: ThreadStart) {
  if (doh === null || identity === null) return null
  return { at: doh, identity, askerOf: askers.of.bind(askers) }
}

/** Without its methods, which cross to no other thread. */
function endpointOf(bound: Endpoint | null): Endpoint | null {
  return bound === null ? null : { host: bound.host, port: bound.port }
}

function schoolOf({ policy: { school, time } }: ThreadStart['bundle']) {
  return {
    name: school.name,
    askWhom: school.ask,
    helpLinks: school.help,
    monitoringNotice: school.monitoringNotice,
    timeZone: time.timezone,
  }
}

/** The control thread writes the log; a thread hands over its lines, at most so many a second. */
function loggerTo(send: (message: FromThread) => void) {
  const dropped = meter.counter('schoolgate_log_lines_dropped_total')
  let second = 0
  let lines = 0
  const line =
    (level: 'warn' | 'error') =>
    (details: object, message: string): void => {
      const current = Math.floor(performance.now() / 1000)
      if (current !== second) {
        second = current
        lines = 0
      }
      lines += 1
      if (lines > MAX_LOGS_PER_SECOND) dropped.n += 1
      else send({ kind: 'log', level, message, details: plainDetails(details) })
    }
  return { warn: line('warn'), error: line('error') }
}

/** Errors cross `postMessage`, functions and sockets don't: what does not clone becomes text. */
function plainDetails(details: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).map(([key, value]: [string, unknown]) => {
      if (value instanceof Error) return [key, { message: value.message, stack: value.stack }]
      const plain = value === null || ['string', 'number', 'boolean'].includes(typeof value)
      return [key, plain ? value : typeof value]
    }),
  )
}
