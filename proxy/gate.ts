import { existsSync, mkdirSync, watch, type FSWatcher } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, dirname } from 'node:path'
import { randomBytes } from 'node:crypto'
import { readOrCreateKey } from '../records/key-file.ts'
import { LedgerBroken, openLedger, type Ledger } from '../records/ledger/ledger.ts'
import type { GateWatch } from './gate-watch.ts'
import { GateRefused } from './gate-refused.ts'
import { dutyTableOf, openJournal } from './open-journal.ts'
import { keepLedger } from './keep-ledger.ts'
import { readRedisAddress } from '../records/redis/connect.ts'
import { LedgerSpine } from '../records/redis/ledger-spine.ts'
import type { RecordsHandle } from '../records/open-records.ts'
import {
  importThroughDesk,
  type DeskImportReport,
} from '../records/governance/import-through-desk.ts'
import { RegisterView } from '../records/register/register-view.ts'
import { directionOfDevice } from '../rules/direction/direction-of-device.ts'
import { directionOfPolicy } from '../rules/direction/direction-of-policy.ts'
import { describeProblem } from '../rules/policy/yaml-source.ts'
import type { Config, Endpoint } from './config.ts'
import { parseUpstream } from './dns/upstream-address.ts'
import { Fleet, type FleetLog } from './fleet.ts'
import { gaugesOf } from './gate-gauges.ts'
import { openMetricsServer, type MetricsServer } from './metrics/metrics-server.ts'
import { visitOf } from './pages/recorded-visit.ts'
import { ImportedFiles } from './policy/imported-files.ts'
import { makeBundle } from './policy/make-bundle.ts'
import { probeBundle } from './policy/probe-bundle.ts'
import { policyProblems, recordsDirectoryOf, schoolFilesOf } from './policy/school-files.ts'
import { RevisionStatus } from './policy/revision-status.ts'
import type { BoundEndpoints } from './thread-messages.ts'

/** A save is several events, and editors write a temporary file first: one import after they settle. */
const SETTLE_MS = 200

/** Tunnels and downloads get this long to end by themselves; the whole stop must take less than 5 s. */
const DRAIN_MS = 2_000

/** A change made elsewhere is in force within a second (issue 3): one indexed read this often. */
const FOLLOW_MS = 400

/** How many refusals `/why` shows a device. */
const RECENT = 10

/** What a gate is started with; everything outside `proxy/` comes in here. */
export interface GateOptions {
  readonly config: Config
  /** The folder that paths in the configuration are relative to. */
  readonly directory: string
  /** Added to the system's clock: `start --clock`. */
  readonly clockOffsetMs: number
  readonly version: string
  readonly log: FleetLog & { info(details: object, message: string): void }
}

/**
 * A running gate: the control thread's composition root. Opens the ledger, imports the school's files,
 * compiles, starts records and data threads, and from then on follows files and signals.
 */
export class Gate {
  readonly #options: GateOptions
  readonly #ledger: Ledger
  readonly #view: RegisterView
  readonly #status: RevisionStatus
  readonly #records: RecordsHandle
  readonly #fleet: Fleet
  readonly #watch: GateWatch
  readonly #spine: LedgerSpine | null
  readonly #bound: BoundEndpoints
  #open = new AsyncDisposableStack()
  #metrics: MetricsServer | null = null
  #watchers: readonly FSWatcher[] = []
  #settling: NodeJS.Timeout | null = null
  /** The ledger's head at the last reload: a rejected revision is not tried again until somebody appends. */
  #seenHash: string
  /** Reloads are one at a time; a change during one is seen by the next. */
  #reloading: Promise<void> = Promise.resolve()

  private constructor(options: GateOptions, parts: GateParts) {
    this.#options = options
    this.#ledger = parts.ledger
    this.#view = parts.view
    this.#status = parts.status
    this.#records = parts.records
    this.#fleet = parts.fleet
    this.#watch = parts.watch
    this.#spine = parts.spine
    this.#bound = parts.bound
    this.#seenHash = parts.view.current().headHash
  }

  /** Rejects with `GateRefused` for what a person can mend: a broken policy, a port in use. */
  static async open(options: GateOptions): Promise<Gate> {
    await using open = new AsyncDisposableStack()
    const gate = new Gate(options, await openParts(options, open))
    await gate.#openMetrics(open)
    gate.#watchFiles()
    gate.#follow(open)
    // From here on the gate closes it; a start that fails half-way closes what it had opened.
    gate.#open = open.move()
    return gate
  }

  /** The ready line's facts (design.md section 6). */
  endpoints(): Readonly<Record<string, string | null>> {
    const { dnsUdp, dnsTcp, http, blockPage } = this.#bound
    return {
      dns: text(dnsUdp ?? dnsTcp),
      dns_tcp: text(dnsTcp),
      http: text(http),
      block_page: text(blockPage),
      metrics: text(this.#metrics),
    }
  }

  /** Imports the files where they changed and puts what is new in force; what is broken leaves the old in force. */
  reload(): Promise<void> {
    this.#reloading = this.#reloading.then(() => this.#reload())
    return this.#reloading
  }

  /** Data threads first, so that every refusal is in a ring; then the records thread drains them. */
  async stop(): Promise<void> {
    for (const watcher of this.#watchers) watcher.close()
    if (this.#settling !== null) clearTimeout(this.#settling)
    await this.#reloading
    await this.#open.disposeAsync()
  }

  async #reload(): Promise<void> {
    const { config, directory, log } = this.#options
    this.#seenHash = this.#ledger.head().hash
    try {
      const report = importSchool(this.#options, this.#ledger, this.#view)
      if (report !== null) {
        this.#status.imported(report)
        logImport(report, log)
      }
      const register = this.#view.current()
      this.#seenHash = register.headHash
      this.#records.setDuties(dutyTableOf(register))
      const imageDirectory = recordsDirectoryOf(config, directory)
      const made = await makeBundle({ register, config, directory, imageDirectory })
      const problems = made.ok ? probeBundle(made.bundle) : made.problems
      if (!made.ok || problems.length > 0) {
        this.#status.rejected(problems)
        log.error({ problems }, 'the new revision is not usable; the old one stays in force')
        return
      }
      const results = await this.#fleet.swap(made.bundle)
      this.#status.swapped(made, results)
      this.#watch.saw({ sealedMissing: this.#status.sealedMissing })
      log.info({ revision: made.bundle.revision, results }, 'revision in force')
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause)
      this.#status.rejected([problem])
      if (cause instanceof LedgerBroken) this.#watch.saw({ chainBreak: problem })
      log.error({ problem }, 'reload failed; the old revision stays in force')
    }
  }

  async #openMetrics(open: AsyncDisposableStack): Promise<void> {
    const { listen } = this.#options.config.metrics
    if (listen === null) return
    const { log, version } = this.#options
    const metrics = await listening(listen, () =>
      openMetricsServer(listen, {
        collect: () => this.#fleet.report(),
        totals: this.#status.totals,
        gauges: () => this.#gauges(),
        readiness: () => this.#readiness(),
        version,
        log,
      }),
    )
    open.defer(() => metrics.close())
    this.#metrics = metrics
  }

  async #gauges() {
    const records = await this.#records.status()
    const { unreviewed } = this.#view.current()
    return gaugesOf({ records, unreviewed, status: this.#status, fleet: this.#fleet })
  }

  async #readiness() {
    const { alarm, alertAlarm, redis } = await this.#records.status()
    const degraded = [...this.#status.degraded(), ...this.#watch.degraded()]
    if (alarm !== null) degraded.push(`journal: ${alarm}`)
    if (alertAlarm !== null) degraded.push(alertAlarm)
    if (redis?.isUp === false) degraded.push(`redis: ${redis.error ?? 'not connected yet'}`)
    const { error = null, alarm: spineAlarm = null } = this.#spine?.state ?? {}
    if (error !== null) degraded.push(`ledger over redis: ${error}`)
    if (spineAlarm !== null) degraded.push(`ledger over redis: ${spineAlarm}`)
    return { ready: this.#fleet.size > 0, degraded }
  }

  /** Somebody else may append to this ledger, `schoolgate changes` for one: what they decided is put in force. */
  #follow(open: AsyncDisposableStack): void {
    const following = setInterval(() => {
      if (this.#ledger.head().hash !== this.#seenHash) void this.reload()
    }, FOLLOW_MS)
    open.defer(() => {
      clearInterval(following)
    })
  }

  /** Folders, not files: an editor replaces a file, and a watch on the old one would see nothing more. */
  #watchFiles(): void {
    const { config, directory, log } = this.#options
    const files = schoolFilesOf(config, directory)
    const paths = [files.policy, files.people, files.devices].filter((path) => path !== null)
    const names = new Set(paths.map((path) => basename(path)))
    this.#watchers = [...new Set(paths.map((path) => dirname(path)))].map((folder) => {
      const watcher = watch(folder, (_event, name) => {
        if (name === null || names.has(name)) this.#settle()
      })
      watcher.on('error', (error) => {
        log.error({ folder, error }, 'cannot watch the folder; SIGHUP still reloads')
      })
      return watcher
    })
  }

  #settle(): void {
    if (this.#settling !== null) clearTimeout(this.#settling)
    this.#settling = setTimeout(() => void this.reload(), SETTLE_MS)
  }
}

interface GateParts {
  /** The site's ledger over Redis; null for a school with one gate. */
  readonly spine: LedgerSpine | null
  readonly ledger: Ledger
  readonly view: RegisterView
  readonly status: RevisionStatus
  readonly records: RecordsHandle
  readonly watch: GateWatch
  readonly fleet: Fleet
  readonly bound: BoundEndpoints
}

async function openParts(options: GateOptions, open: AsyncDisposableStack): Promise<GateParts> {
  const { config, directory, log, clockOffsetMs } = options
  const records = recordsDirectoryOf(config, directory)
  refuseUpstreams(config.dns.upstreams)
  makeRecordsDirectory(records)
  const ledger = openLedger(records, { site: config.site })
  open.defer(() => {
    ledger.close()
  })
  const view = new RegisterView(ledger)
  const report = importSchool(options, ledger, view)
  if (report !== null) logImport(report, log)
  const spine = await followSite({ options, ledger, open })
  const register = view.current()
  if (register.policy === null)
    throw new GateRefused(report?.problems.map(describeProblem).join('\n') ?? 'no policy')
  const made = await makeBundle({ register, config, directory, imageDirectory: records })
  const problems = made.ok ? probeBundle(made.bundle) : made.problems
  if (!made.ok || problems.length > 0) throw new GateRefused(problems.join('\n'))
  const status = new RevisionStatus(made)
  if (report !== null) status.imported(report)
  for (const alarm of made.alarms) log.warn({}, alarm)

  const blockRefKey = readOrCreateKey(records, 'block-ref')
  const kept = { register, policy: made.bundle.policy, blockRefKey }
  const { handle, watch } = await openJournal(options, kept, open)
  watch.saw({ sealedMissing: status.sealedMissing })
  const keeper = keepLedger({
    ...{ ledger, view, log, directory: records },
    clock: () => Date.now() + clockOffsetMs,
    onBroken: (message) => {
      watch.saw({ chainBreak: message })
    },
  })
  open.defer(() => {
    keeper.stop()
  })
  const rings = Array.from({ length: threadsOf(config) }, () => handle.makeRing())
  const start = startOf(config, { clockOffsetMs, blockRefKey, directory: records })
  const onGone = status.totals.retire.bind(status.totals)
  const recent = async (who: string) => (await handle.recentOf(who, RECENT)).map(visitOf)
  const entry = new URL('./thread.ts', import.meta.url)
  const fleet = new Fleet({ entry, start, rings, log, onGone, recent }, made.bundle)
  open.defer(() => fleet.stop(DRAIN_MS))
  const bound = await listening(config.dns.udp, () => fleet.open())
  return { spine, ledger, view, status, records: handle, watch, fleet, bound }
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
  if (config.records.redis === null) return null
  const address = readRedisAddress(config.records.redis)
  if (typeof address === 'string') throw new GateRefused(`records.redis: ${address}`)
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
  }: {
    readonly clockOffsetMs: number
    readonly blockRefKey: Uint8Array
    readonly directory: string
  },
) {
  const { dns, http, blockPage, metrics } = config
  const listeners = [dns.udp, dns.tcp, http.listen, blockPage.listen, metrics.listen]
  return {
    site: config.site,
    clockOffsetMs,
    blockRefKey,
    warnKey: readOrCreateKey(directory, 'warn-pass'),
    // Of this start only: a device's bit must not be followed from one week to the next.
    tallySalt: { low: randomBytes(4).readInt32LE(), high: randomBytes(4).readInt32LE() },
    dns,
    http: { ...http, ownEndpoints: listeners.filter((endpoint) => endpoint !== null) },
    blockPage,
  }
}

/** Told here, once and in words, and not by every data thread as a fault. */
function refuseUpstreams(upstreams: readonly string[]): void {
  const problems = upstreams.flatMap((text) => {
    const parsed = parseUpstream(text)
    return parsed.kind === 'problem' ? [`dns.upstreams: ${parsed.message}`] : []
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

/** Null when no file has changed since this gate imported them last. */
function importSchool(
  options: GateOptions,
  ledger: Ledger,
  view: RegisterView,
): DeskImportReport | null {
  const { config, directory, clockOffsetMs } = options
  const directionOf = { policy: directionOfPolicy, device: directionOfDevice }
  const deps = { site: config.site, ledger, view, checkPolicy: policyProblems, directionOf }
  const files = schoolFilesOf(config, directory)
  const memory = new ImportedFiles(recordsDirectoryOf(config, directory))
  if (ledger.head().seq > 0 && !memory.areNew(files)) return null
  const report = importThroughDesk(files, Date.now() + clockOffsetMs, deps)
  memory.remember(files)
  return report
}

function logImport(report: DeskImportReport, log: GateOptions['log']): void {
  for (const problem of report.problems) log.error({}, describeProblem(problem))
  if (report.appended > 0)
    log.info({ changed: report.changed, head: report.head.seq }, 'files imported into the ledger')
  if (report.pending !== null)
    log.warn(report.pending, 'what the files loosen for pupils waits for a second person')
}

/** A port in use or an address that is not here is a person's to mend; everything else is a bug. */
async function listening<T>(endpoint: Endpoint | null, open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (!['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES'].includes(code)) throw cause
    const message = cause instanceof Error ? cause.message : ''
    throw new GateRefused(`cannot listen on \`${text(endpoint) ?? ''}\`: ${message}`, { cause })
  }
}

function text(endpoint: { readonly host: string; readonly port: number } | null): string | null {
  if (endpoint === null) return null
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host
  return `${host}:${endpoint.port}`
}
