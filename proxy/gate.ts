import { watch, type FSWatcher } from 'node:fs'
import { basename, dirname } from 'node:path'
import { LedgerBroken, type Ledger } from '../records/ledger/ledger.ts'
import type { GateWatch } from './gate-watch.ts'
import { recordsRegisterOf } from './open-journal.ts'
import type { LedgerSpine } from '../records/redis/ledger-spine.ts'
import { People } from '../records/people/people.ts'
import type { RecordsHandle } from '../records/open-records.ts'
import type { RegisterView } from '../records/register/register-view.ts'
import type { KeptPostures } from './clients/open-posture-watch.ts'
import type { UsageKeeper } from './bandwidth/usage-keeper.ts'
import type { Endpoint } from './config.ts'
import type { Fleet } from './fleet.ts'
import { gaugesOf } from './gate-gauges.ts'
import { openMetricsServer, type MetricsServer } from './metrics/metrics-server.ts'
import { parentOfPolicy } from '../records/register/policy-file.ts'
import { makeBundle } from './policy/make-bundle.ts'
import { probeBundle } from './policy/probe-bundle.ts'
import { recordsDirectoryOf, schoolFilesOf } from './policy/school-files.ts'
import type { RevisionStatus } from './policy/revision-status.ts'
import type { BoundEndpoints } from './thread-messages.ts'
import { keepFeeds } from './keep-feeds.ts'
import type { FeedKeeper } from './lists/feeds/feed-keeper.ts'
import type { SealedKeeper } from './sealed/sealed-keeper.ts'
import { parentProblem } from './trust/parent-signature.ts'
import { TrustRing } from './trust/trust-ring.ts'
import type { GateOptions } from './gate-options.ts'
import { openGateParts, type GateParts } from './gate-parts.ts'
import { importSchool, logImport, type SchoolLedger } from './import-school.ts'
import type { Clients } from './clients/clients.ts'
import type { PromiseWatch } from './self-test/promise-watch.ts'
import { endpointText, listening } from './listening.ts'
import type { KeptDoh } from './keep-doh.ts'

/** A save is several events, and editors write a temporary file first: one import after they settle. */
const SETTLE_MS = 200

/** A change made elsewhere is in force within a second (issue 3): one indexed read this often. */
const FOLLOW_MS = 400

/** What the files change and Redis did not take is tried again, while Redis serves. */
const RETRY_MS = 5_000

/** A sealed feed that is a minute past its day is told soon enough, and a list may be asked for a minute late. */
const AGEING_MS = 60_000

/**
 * A running gate: the control thread's composition root. Opens the ledger, imports the school's files,
 * compiles, starts records and data threads, and from then on follows files and signals.
 */
export class Gate {
  readonly #options: GateOptions
  readonly #ledger: Ledger
  readonly #school: SchoolLedger
  /** What the next revision has of this one where nothing has changed. */
  readonly #kept: Pick<GateParts, 'obtain' | 'devicesOf' | 'policyOf'>
  readonly #view: RegisterView
  readonly #status: RevisionStatus
  readonly #records: RecordsHandle
  readonly #fleet: Fleet
  readonly #watch: GateWatch
  readonly #spine: LedgerSpine | null
  readonly #sealed: SealedKeeper
  readonly #trust: TrustRing
  readonly #clients: Clients
  readonly #doh: KeptDoh
  readonly #promises: PromiseWatch
  readonly #feeds: FeedKeeper
  /** Ends a download that is under way. */
  readonly #stopping = new AbortController()
  readonly #postures: KeptPostures
  readonly #usage: UsageKeeper
  readonly #sanctions: GateParts['sanctions']
  readonly #bound: BoundEndpoints
  #open = new AsyncDisposableStack()
  #metrics: MetricsServer | null = null
  #watchers: readonly FSWatcher[] = []
  #settling: NodeJS.Timeout | null = null
  /** The ledger's head at the last reload: a rejected revision is not tried again until somebody appends. */
  #seenHash: string
  /** `performance.now()` before which an import that waits is not tried again. */
  #retryAt = 0
  /** Reloads are one at a time; a change during one is seen by the next. */
  #reloading: Promise<void> = Promise.resolve()

  private constructor(options: GateOptions, parts: GateParts) {
    this.#options = options
    this.#ledger = parts.ledger
    this.#school = parts
    this.#kept = { obtain: parts.obtain, devicesOf: parts.devicesOf, policyOf: parts.policyOf }
    this.#view = parts.view
    this.#status = parts.status
    this.#records = parts.records
    this.#fleet = parts.fleet
    this.#watch = parts.watch
    this.#spine = parts.spine
    this.#sealed = parts.sealed
    this.#trust = new TrustRing({
      ...options,
      register: () => this.#view.current(),
      degraded: async () => (await this.#readiness()).degraded,
      reload: () => void this.reload(),
      lists: () => this.#feeds.copies(),
    })
    this.#clients = parts.clients
    this.#doh = parts.doh
    this.#promises = parts.promises
    this.#feeds = keepFeeds(options, {
      register: () => this.#view.current(),
      bundle: () => this.#status.bundle,
      onChange: () => {
        this.#lookAtLists()
      },
      signal: this.#stopping.signal,
    })
    this.#lookAtLists()
    this.#postures = parts.postures
    this.#usage = parts.usage
    this.#sanctions = parts.sanctions
    this.#bound = parts.bound
    this.#seenHash = parts.view.current().headHash
  }

  static async open(options: GateOptions): Promise<Gate> {
    await using open = new AsyncDisposableStack()
    const gate = new Gate(options, await openGateParts(options, open))
    await gate.#openMetrics(open)
    gate.#watchFiles()
    gate.#follow(open)
    void gate.#trust.tick()
    void gate.#feeds.tick()
    void gate.#feeds.release()
    // From here on the gate closes it; a start that fails half-way closes what it had opened.
    gate.#open = open.move()
    return gate
  }

  /** The ready line's facts (design.md section 6). */
  endpoints(): Readonly<Record<string, string | null>> {
    const { dnsUdp, dnsTcp, doh, http, blockPage } = this.#bound
    const radius = this.#clients.endpointOf('radius')
    return {
      dns: endpointText(dnsUdp ?? dnsTcp),
      dns_tcp: endpointText(dnsTcp),
      doh: endpointText(doh),
      http: endpointText(http),
      block_page: endpointText(blockPage),
      metrics: endpointText(this.#metrics),
      ...(radius === null ? {} : { radius: endpointText(radius) }),
    }
  }

  /** The portal of the dashboard beside it has come up there. */
  portalAt(endpoint: Endpoint): void {
    this.#fleet.portalAt(endpoint)
  }

  /** Imports the files where they changed and puts what is new in force; what is broken leaves the old in force. */
  reload(): Promise<void> {
    this.#reloading = this.#reloading.then(() => this.#reload())
    return this.#reloading
  }

  /** Data threads first, so that every refusal is in a ring; then the records thread drains them. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#feeds.idle()
    for (const watcher of this.#watchers) watcher.close()
    if (this.#settling !== null) clearTimeout(this.#settling)
    await this.#reloading
    await this.#open.disposeAsync()
  }

  async #reload(): Promise<void> {
    const { config, directory, log, clockOffsetMs } = this.#options
    this.#retryAt = performance.now() + RETRY_MS
    this.#seenHash = this.#ledger.head().hash
    try {
      const report = await importSchool(this.#options, this.#school)
      if (report !== null) {
        this.#status.imported(report)
        logImport(report, log)
      }
      const register = this.#view.current()
      this.#seenHash = register.headHash
      const people = new People(this.#ledger.db)
      this.#doh.follow({ register, people }, this.#fleet)
      const at = Date.now() + clockOffsetMs
      this.#records.setRegister(recordsRegisterOf(register, at))
      const imageDirectory = recordsDirectoryOf(config, directory)
      const sealed = this.#sealed.read()
      this.#lookAtSealed()
      // What comes in from here on is news again.
      this.#feeds.hasNews()
      const order = { register, config, directory, imageDirectory, sealed, at }
      const made = await makeBundle({ ...order, ...this.#kept })
      const foreign = parentProblem(register.policy?.text ?? '', config, directory)
      const problems = !made.ok
        ? made.problems
        : [...(foreign === null ? [] : [foreign]), ...probeBundle(made.bundle)]
      if (!made.ok || problems.length > 0) {
        this.#status.rejected(problems)
        log.error({ problems }, 'the new revision is not usable; the old one stays in force')
        return
      }
      const results = await this.#fleet.swap(made.bundle)
      this.#usage.follow(made.bundle.policy)
      this.#status.swapped(made, results)
      void this.#clients.follow(made.bundle, people.accounts(), new Set(register.erased.keys()))
      this.#promises.changed()
      this.#lookAtLists()
      this.#watch.saw({ sealedMissing: this.#status.sealedMissing })
      log.info({ revision: made.bundle.revision, results }, 'revision in force')
      await this.#trust.tick()
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
    return gaugesOf({
      records,
      unreviewed,
      status: this.#status,
      fleet: this.#fleet,
      feeds: this.#sealed.status(),
      fetched: this.#feeds.figures(),
      promises: this.#promises,
      clients: this.#clients,
      tokens: this.#doh,
      postures: this.#postures,
      sanctions: this.#sanctions,
    })
  }

  async #readiness() {
    const { alarm, alertAlarm, redis } = await this.#records.status()
    const degraded = [...this.#status.degraded(), ...this.#watch.degraded()]
    if (alarm !== null) degraded.push(`journal: ${alarm}`)
    if (alertAlarm !== null) degraded.push(alertAlarm)
    if (redis?.isUp === false) degraded.push(`redis: ${redis.error ?? 'not connected yet'}`)
    degraded.push(...this.#clients.problems(), ...this.#postures.problems())
    degraded.push(...this.#doh.problems())
    const { error = null, alarm: spineAlarm = null } = this.#spine?.state ?? {}
    if (error !== null) degraded.push(`ledger over redis: ${error}`)
    if (spineAlarm !== null) degraded.push(`ledger over redis: ${spineAlarm}`)
    const notices = [...this.#sealed.notices(), ...this.#trust.notices(), ...this.#feeds.notices()]
    return { ready: this.#fleet.size > 0, degraded, notices }
  }

  /** Somebody else may append to this ledger, `schoolgate changes` for one: what they decided is put in force. */
  #follow(open: AsyncDisposableStack): void {
    const following = setInterval(() => {
      const isChanged = this.#ledger.head().hash !== this.#seenHash || this.#feeds.hasNews()
      if (isChanged || this.#mayImport()) void this.reload()
    }, FOLLOW_MS)
    // A feed grows old by itself.
    const ageing = setInterval(() => {
      this.#lookAtSealed()
      this.#lookAtLists()
      this.#hearCanary()
      void this.#feeds.tick()
    }, AGEING_MS)
    open.defer(() => {
      clearInterval(following)
      clearInterval(ageing)
    })
  }

  /** The files say what Redis had not taken, and it serves again. */
  #mayImport(): boolean {
    if (this.#status.importWaits === null || this.#spine?.state.isUp !== true) return false
    return performance.now() >= this.#retryAt
  }

  #lookAtSealed(): void {
    this.#watch.sawLists('sealed', this.#sealed.troubles(Date.now()))
  }

  #hearCanary(): void {
    void this.#trust.tick()
    void this.#feeds.release()
  }

  #lookAtLists(): void {
    this.#watch.sawLists('lists', this.#feeds.troubles())
  }

  /** Folders, not files: an editor replaces a file, and a watch on the old one would see nothing more. */
  #watchFiles(): void {
    const { config, directory, log } = this.#options
    const files = schoolFilesOf(config, directory)
    const { policy, people, devices, classes } = files
    const school = [policy, people, devices, classes].filter((path) => path !== null)
    const parent = parentOfPolicy(policy)
    const kept = [...this.#sealed.files, ...this.#doh.paths]
    const own = [...school, ...(parent === null ? [] : [parent]), ...kept]
    const names = new Set(own.map((path) => basename(path)))
    const { file: report } = this.#trust
    const paths = report === null ? own : [...own, report]
    this.#watchers = [...new Set(paths.map((path) => dirname(path)))].map((folder) => {
      const watcher = watch(folder, (_event, name) => {
        if (name === null || names.has(name)) this.#settle()
        else if (report !== null && name === basename(report)) this.#hearCanary()
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
