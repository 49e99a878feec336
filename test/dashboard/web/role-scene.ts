import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { openSiteDesk } from '../../../commands/site-desk.ts'
import { STANDARD_DEPS } from '../../../commands/standard-deps.ts'
import { AccountStore } from '../../../dashboard/server/accounts/account-store.ts'
import { hashPassword } from '../../../dashboard/server/accounts/password.ts'
import type { Edit } from '../../../records/governance/judge-edit.ts'
import type { Duty } from '../../../records/governance/governance-state.ts'
import { GateProcess } from '../../e2e/gate-process.ts'
import { run } from '../../e2e/run-program.ts'
import { ORIGIN, UnboundUpstream } from '../../e2e/unbound-upstream.ts'
import { launchBrowser, PHONE, Screen, WIDE } from './pages.ts'

export const PASSWORD = 'three plain words'
export const REASON = 'agreed at this morning’s meeting'

/** In a classroom of the example school: Idris of Year 9 and class 9b/Sc1, and Saoirse of Year 11. */
export const IDRIS = '127.10.10.21'
export const SAOIRSE = '127.10.10.26'

/** Who works in the example school, by the names they sign in with. */
const STAFF: Readonly<Record<string, readonly [string, ...Duty[]]>> = {
  morag: ['p-0001', 'teacher'],
  tobias: ['p-0002', 'head'],
  anjali: ['p-0003', 'dsl'],
  gethin: ['p-0004', 'exams_officer'],
  priscilla: ['p-0005', 'reception'],
  samuel: ['p-0006', 'network_manager'],
  leonard: ['p-2001', 'governor'],
}
export type Login = 'morag' | 'tobias' | 'anjali' | 'gethin' | 'priscilla' | 'samuel' | 'leonard'

/** The example school on a day, staffed, with an origin behind it and a browser before it. */
export class RoleScene implements AsyncDisposable {
  readonly records = mkdtempSync(join(tmpdir(), 'schoolgate-roles-'))
  readonly browser: Browser
  gate: GateProcess
  /** Where every name of the upstream is served. */
  readonly port: number
  readonly #upstream: UnboundUpstream
  readonly #open: AsyncDisposableStack
  #began = { clock: 0, at: 0 }

  private constructor(parts: {
    browser: Browser
    upstream: UnboundUpstream
    port: number
    open: AsyncDisposableStack
  }) {
    this.browser = parts.browser
    this.#upstream = parts.upstream
    this.port = parts.port
    this.#open = parts.open
    this.gate = undefined as unknown as GateProcess
  }

  static async start(clock: string): Promise<RoleScene> {
    await using open = new AsyncDisposableStack()
    const origin = createServer((_request, response) => response.end('open')).listen(0, ORIGIN)
    open.defer(() => {
      origin.closeAllConnections()
      origin.close()
    })
    await once(origin, 'listening')
    const { port } = origin.address() as AddressInfo
    const upstream = open.use(await UnboundUpstream.start())
    const browser = await launchBrowser()
    open.defer(() => browser.close())
    const scene = new RoleScene({ browser, upstream, port, open: open.move() })
    await scene.restart(clock)
    await scene.#staff()
    return scene
  }

  /** The same school at another time: its gate is stopped and started at `clock`. */
  async restart(clock: string): Promise<void> {
    if (this.#began.clock !== 0) await this.gate.stop()
    this.gate = await GateProcess.start({
      clock,
      set: {
        'records.directory': this.records,
        'dns.upstreams': [this.#upstream.url],
        'http.allowTargets': [`${ORIGIN}/32`],
        'http.connectPorts': [this.port],
        'dashboard.enabled': true,
        'dashboard.listen': '127.0.0.1:0',
        'dashboard.publicUrl': null,
      },
    })
    this.#began = { clock: Date.parse(clock), at: performance.now() }
  }

  get base(): string {
    return `http://${String(this.gate.ready['dashboard'])}`
  }

  /** Gate time, epoch ms, at most the time of its start ahead. */
  now(): number {
    return this.#began.clock + Math.floor(performance.now() - this.#began.at)
  }

  async signedIn(login: Login, viewport = WIDE): Promise<Screen> {
    const screen = await Screen.open(this.browser, this.base, viewport)
    await screen.signIn(login, PASSWORD)
    return screen
  }

  /** As the desk of the dashboard would, without its pages: what a story finds when it begins. */
  async change(actor: string, edits: readonly Edit[], approver?: string): Promise<void> {
    await using site = await this.#desk()
    const { headSeq: basedOn } = site.view.current()
    const done = await site.desk.submit({ basedOn, reason: REASON, edits }, actor, this.now())
    if (done.kind === 'applied') return
    if (done.kind !== 'waiting' || approver === undefined) throw new Error(JSON.stringify(done))
    const agreed = await site.desk.approve(done.proposal, approver, REASON, this.now())
    if (agreed.kind !== 'applied') throw new Error(JSON.stringify(agreed))
  }

  /** `open`, or the page that a device gets instead. */
  async http(from: string, host: string): Promise<string> {
    const proxy = `http://127.0.0.1:${this.gate.http.port}`
    const to = `http://${host}:${this.port}/`
    return (await run('curl', ['-s', '-m', '10', '--interface', from, '-x', proxy, to])).out
  }

  /** A tunnel through the proxy to a host behind the upstream; resolves when the proxy has let it in. */
  async tunnel(from: string, host: string): Promise<Socket> {
    const { port, host: proxy } = this.gate.http
    const socket = connect({ port, host: proxy, localAddress: from })
    socket.on('error', () => undefined)
    const authority = `${host}:${this.port}`
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
    const [bytes] = (await once(socket, 'data')) as [Buffer]
    if (!bytes.toString('latin1').startsWith('HTTP/1.1 200 ')) throw new Error(bytes.toString())
    return socket
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gate[Symbol.asyncDispose]()
    await this.#open.disposeAsync()
    rmSync(this.records, { recursive: true, force: true })
  }

  async #desk() {
    const { directionOf } = STANDARD_DEPS
    const now = (): number => this.now()
    const site = await openSiteDesk(this.records, { directionOf, now, err: () => undefined })
    if (typeof site === 'string') throw new Error(site)
    return site
  }

  async #staff(): Promise<void> {
    const edits = Object.values(STAFF).map(([objectId, ...duties]) => ({
      ...{ kind: 'role.put' as const, objectId },
      after: {
        roles: duties.map((role) => ({ role, from: null, to: null })),
        ...{ wfm: duties.includes('network_manager'), disabled: false, absent: [] },
      },
    }))
    await this.change('console', edits)
    const hash = await hashPassword(PASSWORD)
    using accounts = new AccountStore(this.records)
    for (const [login, [person]] of Object.entries(STAFF)) {
      accounts.add(login, person, this.now())
      accounts.setPassword(login, hash)
    }
  }
}

/** What axe finds on a page at both widths, each barrier with its width. */
export async function barriersOf(screen: Screen): Promise<readonly string[]> {
  const found: string[] = []
  for (const [name, viewport] of [
    ['wide', WIDE],
    ['phone', PHONE],
  ] as const) {
    await screen.page.setViewportSize(viewport)
    found.push(...(await screen.barriers()).map((barrier) => `${name}: ${barrier}`))
  }
  await screen.page.setViewportSize(WIDE)
  return found
}
