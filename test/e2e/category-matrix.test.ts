import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { Agent, createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { decode, encode } from 'dns-packet'
import { expect, test } from 'vitest'
import { answerTo } from '../../commands/explain-question.ts'
import { readConfig } from '../../commands/read-config.ts'
import { SchoolHistory } from '../../commands/school-history.ts'
import type { ProfilePolicy } from '../../rules/policy/policy.ts'
import { CATEGORIES, type Category } from '../../rules/taxonomy/taxonomy.ts'
import type { Verdict } from '../../rules/verdict.ts'
import { readExamplePolicy } from '../examples/example-engine.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { ORIGIN, UnboundUpstream } from './unbound-upstream.ts'

/**
 * Every category of the taxonomy in every profile of the example school, over the DNS and the HTTP of a
 * running gate: each cell says what the taxonomy says, and what `explain` says, with the same reason.
 */

const ROOT = join(import.meta.dirname, '..', '..')
const POLICY = readExamplePolicy()
const TIMEOUT_MS = 60_000

/** Whoever is at an address, and the profile that this gives; null where access is denied. */
type Row = readonly [address: string, profile: string | null]

const MOMENTS: readonly (readonly [says: string, at: string, rows: readonly Row[]])[] = [
  [
    'in a lesson',
    '2026-11-24T10:00:00Z',
    [
      ['127.10.10.20', 'primary_lesson'],
      ['127.10.10.21', 'secondary_lesson'],
      ['127.10.10.24', 'sixth_lesson'],
      ['127.10.20.8', 'staff_byod'],
      ['127.10.10.10', 'staff_work'],
      ['127.10.30.31', 'visitor'],
      ['127.10.10.23', 'medical'],
      ['127.10.20.12', 'quarantine'],
      ['127.10.10.99', 'portal'],
      ['127.10.10.13', null],
      ['127.10.10.22', null],
    ],
  ],
  [
    'in clubs',
    '2026-11-24T16:00:00Z',
    [
      ['127.10.10.20', 'primary_social'],
      ['127.10.10.21', 'secondary_social'],
      ['127.10.10.24', 'sixth_social'],
      ['127.10.20.8', 'staff_byod'],
      ['127.10.10.10', 'staff_work'],
      ['127.10.30.31', 'visitor'],
    ],
  ],
  ['in an exam', '2027-01-12T09:30:00Z', [['127.10.14.26', 'exam_allow_list']]],
]

const EMERGENCY: readonly Row[] = [['127.10.13.7', 'staff_emergency']]

test('the rows below have every profile of the school', () => {
  const asked = [...MOMENTS.flatMap(([, , rows]) => rows), ...EMERGENCY].flatMap(
    ([, profile]) => profile ?? [],
  )
  expect([...new Set(asked)].sort()).toEqual(POLICY.profiles.map(({ id }) => id).sort())
  expect(CATEGORIES.length).toBe(85)
})

test.each(MOMENTS)(
  'V04: %s every category in every profile is over DNS and HTTP what the taxonomy and explain say',
  { timeout: TIMEOUT_MS },
  async (_says, clock, rows) => {
    await using open = new AsyncDisposableStack()
    const school = await Matrix.open(open, clock)
    expect(await school.wrongCells(rows)).toEqual([])
  },
)

test(
  'V04: in a site emergency every category is so for staff as well',
  { timeout: TIMEOUT_MS },
  async () => {
    await using open = new AsyncDisposableStack()
    const school = await Matrix.open(open)
    await school.declareEmergency()
    expect(await school.wrongCells(EMERGENCY)).toEqual([])
  },
)

/** What a cell is: by the taxonomy, by explain, and by the two layers. */
interface Cell {
  readonly address: string
  readonly category: string
  readonly profile: string | null
  readonly explain: string
  readonly dns: string
  readonly http: string
}

class Matrix {
  readonly #gate: GateProcess
  readonly #port: number
  readonly #clockOffsetMs: number

  private constructor(gate: GateProcess, port: number, clockOffsetMs: number) {
    this.#gate = gate
    this.#port = port
    this.#clockOffsetMs = clockOffsetMs
  }

  static async open(open: AsyncDisposableStack, clock?: string): Promise<Matrix> {
    const upstream = open.use(await UnboundUpstream.start())
    const origin = createServer((_request, response) => response.end('the site'))
    origin.listen(0, ORIGIN)
    await once(origin, 'listening')
    open.defer(() => {
      origin.closeAllConnections()
      origin.close()
    })
    const { port } = origin.address() as AddressInfo
    const set = { 'dns.upstreams': [upstream.url], 'http.allowTargets': [`${ORIGIN}/32`] }
    const offset = clock === undefined ? 0 : Date.parse(clock) - Date.now()
    const gate = open.use(await GateProcess.start(clock === undefined ? { set } : { clock, set }))
    return new Matrix(gate, port, offset)
  }

  async declareEmergency(): Promise<void> {
    const records = ['--records', this.#gate.records]
    const commands = [
      ['changes', 'appoint', 'p-1', 'head', '--reason', 'first appointment of a head'],
      [
        'emergency',
        'begin',
        'drill',
        '--minutes',
        '20',
        '--actor',
        'p-1',
        '--reason',
        'fire drill',
      ],
    ]
    for (const command of commands) {
      const { code, err } = await run(join(ROOT, 'schoolgate'), [...command, ...records])
      expect([code, err]).toEqual([0, ''])
    }
    const name = 'comms-social.cat.test'
    using dns = await DnsClient.open(this.#gate, EMERGENCY[0]?.[0] ?? '')
    await until(
      () => dns.ask(name),
      (answer) => answer === 'open',
    )
  }

  /** Each cell that is not as it should be, with what every side says of it. */
  async wrongCells(rows: readonly Row[]): Promise<readonly Cell[]> {
    const loaded = readConfig(join(ROOT, 'examples', 'gate.yaml'), [
      `records.directory=${this.#gate.records}`,
    ])
    if (typeof loaded === 'string') throw new Error(loaded)
    using history = SchoolHistory.open(loaded)
    const at = Date.now() + this.#clockOffsetMs
    const school = await history.at(at)
    if (typeof school === 'string') throw new Error(school)
    const cells = await Promise.all(
      rows.map(([address, profile]) =>
        this.#cellsOf([address, profile], (url) => {
          const verdict = answerTo(school.revision, { address, url, at })
          if (typeof verdict === 'string') throw new Error(verdict)
          return verdict
        }),
      ),
    )
    expect(cells.flat().length).toBe(rows.length * CATEGORIES.length)
    return cells.flat().flatMap(({ cell, isRight }) => (isRight ? [] : [cell]))
  }

  async #cellsOf(
    [address, profileId]: Row,
    explain: (url: string) => Verdict,
  ): Promise<readonly { cell: Cell; isRight: boolean }[]> {
    using dns = await DnsClient.open(this.#gate, address)
    using http = new HttpClient(this.#gate, address)
    const cells = []
    for (const category of CATEGORIES) {
      const host = `${category.id.replaceAll(/[._]/g, '-')}.cat.test`
      const url = `http://${host}:${this.#port}/`
      const verdict = explain(url)
      const says = wordsOf(verdict)
      const cell: Cell = {
        ...{ address, category: category.id, profile: verdict.profile, explain: says },
        ...{ dns: await dns.ask(host), http: await http.ask(url) },
      }
      const isRight =
        verdict.profile === profileId &&
        verdict.action === actionOf(category, profileId, verdict.windows) &&
        cell.http === says &&
        cell.dns === (says === 'warn' ? 'open' : says)
      cells.push({ cell, isRight })
    }
    return cells
  }
}

/** A verdict as a client can see it: a safe mode of a site that has none is the site. */
function wordsOf({ action, reason_code: reason }: Verdict): string {
  if (action === 'block') return `block: ${String(reason)}`
  return action === 'warn' ? 'warn' : 'open'
}

/** The taxonomy's cell, with what the profile says differently; by the written rules and no engine. */
function actionOf(category: Category, profileId: string | null, windows: readonly string[]) {
  if (category.lock === 'SEALED') return 'block'
  if (category.id === 'support.wellbeing') return 'allow'
  const profile = POLICY.profiles.find(({ id }) => id === profileId)
  if (profile === undefined) return 'block'
  // A stranger registers first; all others have the school's own systems.
  if (category.id === 'support.systems' && profileId !== 'portal') return 'allow'
  if (profile.startFrom === null)
    return profile.closed?.categories.includes(category.id) === true ? 'allow' : 'block'
  const letter = profile.change[category.id] ?? category.defaults[profile.startFrom]
  if (letter === 'T') return isTimedOpen(profile, windows) ? 'allow' : 'block'
  return ({ A: 'allow', W: 'warn', R: 'restrict', B: 'block', G: 'block' } as const)[letter]
}

function isTimedOpen({ social, timedOutside }: ProfilePolicy, windows: readonly string[]): boolean {
  return social || (timedOutside !== null && !windows.includes(timedOutside))
}

/** One socket at a device's address; a question at a time. */
class DnsClient implements Disposable {
  readonly #socket: Socket
  readonly #gate: GateProcess
  #id = 0

  private constructor(socket: Socket, gate: GateProcess) {
    this.#socket = socket
    this.#gate = gate
  }

  static async open(gate: GateProcess, address: string): Promise<DnsClient> {
    const socket = createSocket('udp4')
    socket.bind(0, address)
    await once(socket, 'listening')
    return new DnsClient(socket, gate)
  }

  async ask(name: string): Promise<string> {
    this.#id += 1
    this.#socket.send(queryFor(this.#id, name), this.#gate.dns.port, this.#gate.dns.host)
    const [answer] = (await once(this.#socket, 'message')) as [Buffer]
    const packet = decode(answer)
    expect([packet.id, packet.questions?.[0]?.name]).toEqual([this.#id, name])
    const error = packet.additionals
      ?.flatMap((record) => (record.type === 'OPT' ? record.options : []))
      .find((option) => (option.code as number) === 15)
    if (error !== undefined && 'data' in error && Buffer.isBuffer(error.data))
      return `block: ${error.data.subarray(2).toString().split(': ')[0] ?? ''}`
    const isOrigin = packet.answers?.some((record) => 'data' in record && record.data === ORIGIN)
    return isOrigin === true ? 'open' : `no answer: ${JSON.stringify(packet.answers)}`
  }

  [Symbol.dispose](): void {
    this.#socket.close()
  }
}

function queryFor(id: number, name: string): Buffer {
  const options = { udpPayloadSize: 1232, extendedRcode: 0, ednsVersion: 0, flags: 0 }
  return encode({
    ...{ type: 'query', id, flags: 0x100, questions: [{ type: 'A', name }] },
    additionals: [{ type: 'OPT', name: '.', ...options, flag_do: false, options: [] }],
  })
}

/** One connection to the proxy from a device's address, kept for all its requests. */
class HttpClient implements Disposable {
  readonly #agent: Agent
  readonly #gate: GateProcess

  constructor(gate: GateProcess, localAddress: string) {
    this.#gate = gate
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress })
  }

  async ask(url: string): Promise<string> {
    const page = await this.#get(url, 'text/html')
    if (page.status === 200) return page.body === 'the site' ? 'open' : page.body
    if (page.body.includes('Think before you go on')) return 'warn'
    const { status, body } = await this.#get(url, 'application/json')
    if (status !== 403) return `${status}: ${body}`
    return `block: ${String((JSON.parse(body) as Partial<Verdict>).reason_code)}`
  }

  async #get(url: string, accept: string): Promise<{ status: number; body: string }> {
    const { host, port } = this.#gate.http
    const headers = { Host: new URL(url).host, Accept: accept }
    const sent = request({ host, port, path: url, headers, agent: this.#agent })
    sent.end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return { status: response.statusCode ?? 0, body: await text(response) }
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}
