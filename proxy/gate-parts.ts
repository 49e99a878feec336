import { existsSync, mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { randomBytes } from 'node:crypto'
import { readOrCreateKey } from '../records/key-file.ts'
import { openLedger, type Ledger } from '../records/ledger/ledger.ts'
import type { GateWatch } from './gate-watch.ts'
import { GateRefused } from './gate-refused.ts'
import { openJournal } from './open-journal.ts'
import { keepMark } from './keep-mark.ts'
import { keepLedger } from './keep-ledger.ts'
import { People } from '../records/people/people.ts'
import { LocalPresence } from '../records/presence/local-presence.ts'
import { SitePresence } from '../records/presence/site-presence.ts'
import { localWriter, type LedgerWriter } from '../records/ledger/ledger-writer.ts'
import { readRedisAddress } from '../records/redis/connect.ts'
import { LedgerSpine } from '../records/redis/ledger-spine.ts'
import { rememberRedis } from '../records/redis/site-redis.ts'
import { RELAY_KEY } from '../records/registration/relay-proof.ts'
import { RuleHitLog, type RuleHits } from '../records/rule-hits/rule-hit-log.ts'
import type { RecordsHandle } from '../records/open-records.ts'
import type { Register } from '../records/register/register.ts'
import { RegisterView } from '../records/register/register-view.ts'
import { describeProblem } from '../rules/policy/yaml-source.ts'
import { Clients } from './clients/clients.ts'
import type { SharedNews } from './clients/shared-addresses.ts'
import { PresenceKeeper, type PresenceKeeperParts } from './clients/keep-presence.ts'
import { feedsOf } from './clients/sources/feeds-of.ts'
import { PortalSignIns } from './clients/sources/portal-sign-ins.ts'
import { DeviceTable } from './bandwidth/device-table.ts'
import { openUsage } from './bandwidth/open-usage.ts'
import type { UsageKeeper } from './bandwidth/usage-keeper.ts'
import type { Config } from './config.ts'
import { parseUpstream } from './dns/upstream-address.ts'
import { openPostureWatch, type KeptPostures } from './clients/open-posture-watch.ts'
import { Fleet, type FleetParts } from './fleet.ts'
import { visitOf } from './pages/recorded-visit.ts'
import type { Bundle } from './policy/bundle.ts'
import { makeBundle } from './policy/make-bundle.ts'
import { DeviceMemory } from './policy/device-memory.ts'
import { PolicyMemory } from './policy/policy-memory.ts'
import { ListMemory } from './policy/list-memory.ts'
import { probeBundle } from './policy/probe-bundle.ts'
import { recordsDirectoryOf } from './policy/school-files.ts'
import { RevisionStatus } from './policy/revision-status.ts'
import type { BoundEndpoints, ThreadStart } from './thread-messages.ts'
import type { GateOptions } from './gate-options.ts'
import { importSchool, joinSite, logImport } from './import-school.ts'
import { parentProblem } from './trust/parent-signature.ts'
import { openSanctions } from './sanctions/open-sanctions.ts'
import type { SanctionKeeper } from './sanctions/sanction-keeper.ts'
import { SealedKeeper } from './sealed/sealed-keeper.ts'
import { openPromiseWatch } from './self-test/open-promise-watch.ts'
import type { PromiseWatch } from './self-test/promise-watch.ts'
import { KeptDoh } from './keep-doh.ts'
import { listening } from './listening.ts'
import { SharedTimes } from './shared-times.ts'

/** Tunnels and downloads get this long to end by themselves; the whole stop must take less than 5 s. */
const DRAIN_MS = 2_000

/** How many refusals `/why` shows a device. */
const RECENT = 10

const entry = new URL('./thread.ts', import.meta.url)

/** Everything of a gate that runs, opened in the order in which each needs the one before. */
export interface GateParts {
  /** The site's ledger over Redis; null for a school with one gate. */
  readonly spine: LedgerSpine | null
  readonly ledger: Ledger
  /** Where this gate's changes go. */
  readonly writer: LedgerWriter
  readonly view: RegisterView
  readonly status: RevisionStatus
  readonly records: RecordsHandle
  readonly watch: GateWatch
  readonly fleet: Fleet
  readonly sealed: SealedKeeper
  /** The lists in force, as the next revision finds them. */
  readonly obtain: ListMemory['obtain']
  /** The devices, likewise. */
  readonly devicesOf: DeviceMemory['listOf']
  readonly policyOf: PolicyMemory['policyOf']
  readonly clients: Clients
  readonly doh: KeptDoh
  readonly promises: PromiseWatch
  readonly postures: KeptPostures
  readonly usage: UsageKeeper
  readonly sanctions: SanctionKeeper
  readonly bound: BoundEndpoints
}

/** Rejects with `GateRefused` for what a person can mend; what was opened before is in `open` and its owner closes it. */
export async function openGateParts(
  options: GateOptions,
  open: AsyncDisposableStack,
): Promise<GateParts> {
  const { config, directory, log, clockOffsetMs } = options
  const records = recordsDirectoryOf(config, directory)
  refuseUpstreams(config.dns)
  makeRecordsDirectory(records)
  const lists = new ListMemory()
  const { ledger, view, spine, writer, report } = await openSchool(options, open, lists)
  const register = view.current()
  if (register.policy === null)
    throw new GateRefused(report?.problems.map(describeProblem).join('\n') ?? 'no policy')
  const sealed = new SealedKeeper({ config, directory, records, keeps: true })
  const memory = keptOver(lists)
  const at = Date.now() + clockOffsetMs
  const images = { imageDirectory: records, ...memory }
  const order = { register, config, directory, ...images, at }
  const made = await makeBundle({ ...order, sealed: sealed.read() })
  const foreign = parentProblem(register.policy.text, config, directory)
  const problems = !made.ok
    ? made.problems
    : [...(foreign === null ? [] : [foreign]), ...probeBundle(made.bundle)]
  if (!made.ok || problems.length > 0) throw new GateRefused(problems.join('\n'))
  const status = new RevisionStatus(made)
  if (report !== null) status.imported(report)
  for (const alarm of [...made.alarms, ...sealed.notices()]) log.warn({}, alarm)

  const blockRefKey = readOrCreateKey(records, 'block-ref')
  const kept = { register, policy: made.bundle.policy, blockRefKey }
  const { handle, watch } = await openJournal(options, kept, open)
  watch.saw({ sealedMissing: status.sealedMissing })
  watch.sawLists('sealed', sealed.troubles(Date.now()))
  keepWhole(options, { ledger, view, watch }, open)
  const imposes = openSanctions(options, { handle, writer, view, status }, open)
  const { keeper: sanctions, onLookups } = imposes
  const rings = Array.from({ length: threadsOf(config) }, () => handle.makeRing())
  const clients = openClients(options, { bundle: made.bundle, ledger, register, handle }, open)
  const doh = new KeptDoh(options, { register, people: new People(ledger.db) })
  const shared = { bindings: clients.memory, ...doh.start }
  const start = startOf(config, { clockOffsetMs, blockRefKey, directory: records, shared })
  const { usage, onMetered } = openUsage(options, { start, bundle: made.bundle, handle }, open)
  const onRuleHits = openRuleHits(options, open)
  const hears = { onMetered, onLookups, onRuleHits, ...hearsOf(status, handle, clients) }
  const ofFleet = { entry, start, rings, log, ...hears }
  const fleet = new Fleet(ofFleet, made.bundle)
  usage.onClosed = fleet.recheck.bind(fleet)
  const postures = openPostureWatch({ records, view, status, fleet, ...options }, open)
  open.defer(() => fleet.stop(DRAIN_MS))
  const bound = await listening(config.dns.udp, () => fleet.open())
  await clients.start()
  const promises = openPromiseWatch(options, { status, fleet, watch, bound }, open)
  const parts = { spine, ledger, writer, view, status, records: handle, watch, fleet, sealed }
  return { ...parts, ...memory, clients, doh, promises, postures, usage, sanctions, bound }
}

/** What one revision takes over from the one before. */
function keptOver({ obtain }: ListMemory) {
  return { obtain, devicesOf: new DeviceMemory().listOf, policyOf: new PolicyMemory().policyOf }
}

/** Signs what the ledger has come to, and remembers it apart from the records. */
function keepWhole(
  options: GateOptions,
  { ledger, view, watch }: Pick<GateParts, 'ledger' | 'view' | 'watch'>,
  open: AsyncDisposableStack,
): void {
  const { config, directory, clockOffsetMs, log } = options
  const keeper = keepLedger({
    ...{ ledger, view, log, directory: recordsDirectoryOf(config, directory) },
    clock: () => Date.now() + clockOffsetMs,
    onBroken: (message) => {
      watch.saw({ chainBreak: message })
    },
  })
  open.defer(() => {
    keeper.stop()
  })
  const mark = keepMark(options, { ledger, watch })
  open.defer(() => {
    mark.stop()
  })
  // Not awaited: a folder of backups on a share that hangs must not hold up the filtering.
  void mark.look()
}

/** Keeps how often rules decided; a disk that refuses costs the counts of a minute. */
function openRuleHits(
  { config, directory, clockOffsetMs, log }: GateOptions,
  open: AsyncDisposableStack,
): (hits: RuleHits) => void {
  const now = (): number => Date.now() + clockOffsetMs
  const kept = open.use(RuleHitLog.open(recordsDirectoryOf(config, directory), now()))
  return (hits) => {
    try {
      kept.add(hits, now())
    } catch (error) {
      log.error({ err: error }, 'how often rules decided could not be kept')
    }
  }
}

/** Who is at which address, with the sources of `clients.sources`, not yet started. */
function openClients(
  options: GateOptions,
  {
    bundle,
    ledger,
    register,
    handle,
  }: {
    readonly bundle: Bundle
    readonly ledger: Ledger
    readonly register: Pick<Register, 'erased'>
    readonly handle: Pick<RecordsHandle, 'tellEvent'>
  },
  open: AsyncDisposableStack,
): Clients {
  const { config, directory, log, clockOffsetMs } = options
  const clock = () => Date.now() + clockOffsetMs
  const records = recordsDirectoryOf(config, directory)
  const portal =
    config.portal.listen === null ? [] : [new PortalSignIns({ directory: records, clock })]
  const feeds = [
    ...feedsOf(config.clients.sources, { directory, clock, clockOffsetMs, log }),
    ...portal,
  ]
  const { maxAddresses } = config.clients
  const local = LocalPresence.open(records)
  open.defer(() => {
    local[Symbol.dispose]()
  })
  const siteOf = siteOfConfig(options)
  const presence = new PresenceKeeper({ local, gate: config.gate, clock, log, ...siteOf })
  const onShared = (news: SharedNews): void => {
    handle.tellEvent('shared_address', { ...news, ip: news.address })
  }
  const parts = { feeds, maxAddresses, presence, clock, log, onShared }
  const erased = new Set(register.erased.keys())
  const clients = new Clients(parts, bundle, new People(ledger.db).accounts(), erased)
  open.defer(() => clients.stop())
  return clients
}

/** Who is where is told to the site's other gates where there is a Redis between them. */
function siteOfConfig({
  config,
  clockOffsetMs,
  log,
}: GateOptions): Pick<PresenceKeeperParts, 'siteOf'> {
  const address = config.records.redis === null ? null : readRedisAddress(config.records.redis)
  if (address === null || typeof address === 'string') return {}
  const { site, gate } = config
  const clock = () => Date.now() + clockOffsetMs
  return {
    siteOf: (listener) => new SitePresence({ address, site, gate, clock, log, ...listener }),
  }
}

/** What becomes of a dead thread's counts and of what threads see, and what `/why` shows a device that asks. */
function hearsOf(
  { totals }: RevisionStatus,
  handle: RecordsHandle,
  clients: Clients,
): Pick<FleetParts, 'onGone' | 'recent' | 'onSeenByToken'> {
  return {
    onSeenByToken: clients.sawToken.bind(clients),
    onGone: totals.retire.bind(totals),
    recent: async (who) => (await handle.recentOf(who, RECENT)).map(visitOf),
  }
}

/** The ledger, with the school's files imported where they are new. */
async function openSchool(
  options: GateOptions,
  open: AsyncDisposableStack,
  { obtain }: ListMemory,
) {
  const { config, directory, log } = options
  const ledger = openLedger(recordsDirectoryOf(config, directory), { site: config.site })
  open.defer(() => {
    ledger.close()
  })
  const isNew = ledger.head().seq === 0
  const spine = await followSite({ options, ledger, open })
  if (isNew && ledger.head().seq > 0) joinSite(options)
  const view = new RegisterView(ledger)
  const writer = spine ?? localWriter(ledger)
  const report = await importSchool(options, { ledger, view, writer, obtain })
  if (report !== null) logImport(report, log)
  return { ledger, view, spine, writer, report }
}

/**
 * With Redis the site has one ledger: this gate's copy is brought up to it before any file is imported, so
 * that a second gate follows the school and does not found another. Redis down delays nothing.
 */
async function followSite({
  options,
  ledger,
  open,
}: {
  readonly options: GateOptions
  readonly ledger: Ledger
  readonly open: AsyncDisposableStack
}): Promise<LedgerSpine | null> {
  const { config, log, clockOffsetMs } = options
  const records = recordsDirectoryOf(config, options.directory)
  if (config.records.redis === null) {
    rememberRedis(records, null)
    return null
  }
  const address = readRedisAddress(config.records.redis)
  if (typeof address === 'string') throw new GateRefused(`records.redis: ${address}`)
  rememberRedis(records, { gate: config.gate, address })
  const spine = new LedgerSpine({
    address,
    site: config.site,
    gate: config.gate,
    ledger,
    clock: () => Date.now() + clockOffsetMs,
    onAlarm: (sentence) => {
      log.error({}, sentence)
    },
  })
  open.defer(() => spine.stop())
  // New heads are seen in this node's own copy (`#follow`), whoever appended them.
  await spine.follow(() => undefined)
  return spine
}

function startOf(
  config: Config,
  {
    clockOffsetMs,
    blockRefKey,
    directory,
    shared,
  }: {
    readonly clockOffsetMs: number
    readonly blockRefKey: Uint8Array
    readonly directory: string
    readonly shared: Pick<ThreadStart, 'bindings' | 'tokens' | 'identity'>
  },
) {
  const { dns, http, blockPage, metrics } = config
  const portal = config.portal.listen
  const listeners = [
    dns.udp,
    dns.tcp,
    dns.doh,
    http.listen,
    blockPage.listen,
    metrics.listen,
    portal,
  ]
  return {
    site: config.site,
    clockOffsetMs,
    blockRefKey,
    warnKey: readOrCreateKey(directory, 'warn-pass'),
    portalKey: readOrCreateKey(directory, RELAY_KEY),
    warnPasses: SharedTimes.memory(),
    ...shared,
    // A key of this start: what is in the memory is nobody's name.
    devices: { memory: DeviceTable.memory(), key: randomBytes(32) },
    // Of this start only: a device's bit must not be followed from one week to the next.
    tallySalt: { low: randomBytes(4).readInt32LE(), high: randomBytes(4).readInt32LE() },
    dns,
    http: { ...http, ownEndpoints: listeners.filter((endpoint) => endpoint !== null), portal },
    blockPage,
  }
}

/** Told here, once and in words, and not by every data thread as a fault. */
function refuseUpstreams({ upstreams, chain }: Config['dns']): void {
  const problems = [
    ...upstreams.map((text) => ['dns.upstreams', text] as const),
    ...(chain?.upstreams ?? []).map((text) => ['dns.chain.upstreams', text] as const),
  ].flatMap(([key, text]) => {
    const parsed = parseUpstream(text)
    return parsed.kind === 'problem' ? [`${key}: ${parsed.message}`] : []
  })
  if (problems.length > 0) throw new GateRefused(problems.join('\n'))
}

function makeRecordsDirectory(path: string): void {
  try {
    // Recursive only where it must be: under /proc a recursive mkdir of Node 24 never comes back.
    mkdirSync(path, { recursive: !existsSync(dirname(path)), mode: 0o700 })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new GateRefused(`cannot make the folder of \`records.directory\`: ${why}`, { cause })
  }
}

function threadsOf({ threads }: Config): number {
  return threads > 0 ? threads : Math.max(1, availableParallelism() - 1)
}
