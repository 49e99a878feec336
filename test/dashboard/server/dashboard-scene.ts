import { mkdirSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { TOTP, Secret } from 'otpauth'
import { onTestFinished } from 'vitest'
import { openSchool } from '../../../commands/open-school.ts'
import { AccountStore } from '../../../dashboard/server/accounts/account-store.ts'
import { hashPassword } from '../../../dashboard/server/accounts/password.ts'
import { Sessions } from '../../../dashboard/server/accounts/sessions.ts'
import { makeAdminApp } from '../../../dashboard/server/admin-app.ts'
import type { School } from '../../../dashboard/server/school.ts'
import { policyProblems, schoolFilesOf } from '../../../proxy/policy/school-files.ts'
import type { Duty, Holder } from '../../../records/governance/governance-state.ts'
import { openLedger } from '../../../records/ledger/ledger.ts'
import { importFiles } from '../../../records/register/import-files.ts'
import { RegisterView } from '../../../records/register/register-view.ts'
import { schoolFolder, type SchoolFolder } from '../../support/school-folder.ts'

/** A Tuesday at ten. */
export const AT = Date.parse('2026-11-24T10:00:00.000Z')
export const PASSWORD = 'three plain words'

const PEOPLE = ['nm', 'dsl', 'deputy', 'head', 'it', 'office', 'teacher', 'governor'] as const
export type Login = (typeof PEOPLE)[number]

const DUTIES: Readonly<Record<Login, readonly Duty[]>> = {
  nm: ['network_manager'],
  dsl: ['dsl'],
  deputy: ['deputy_dsl'],
  head: ['head'],
  it: ['it'],
  office: ['reception'],
  teacher: ['teacher'],
  governor: ['governor'],
}

const CSV = ['person_ref,name,role,phase,year']
  .concat(PEOPLE.map((login) => `p-${login},${login} Example,staff,,`))
  .concat('p-1,Ada Example,staff,,')
  .concat('p-pupil,Poppy Example,pupil,secondary,9')
  .join('\n')

export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly headers: Readonly<Record<string, unknown>>
}

export interface DashboardScene {
  readonly app: FastifyInstance
  readonly school: School
  readonly folder: SchoolFolder
  readonly accounts: AccountStore
  /** Moves the gate's clock. */
  readonly pass: (ms: number) => void
  readonly browser: () => Browser
  /** Somebody who has signed in, with a second factor where his duty needs one. */
  readonly signedIn: (login: Login) => Promise<Browser>
}

let machines = 1

/** A browser: keeps its cookie, sends the token of the page. */
export class Browser {
  readonly #app: FastifyInstance
  /** Each has a machine of its own: limits are by address. */
  readonly #address = `127.10.20.${(machines += 1)}`
  #cookie = ''
  #csrf = ''

  constructor(app: FastifyInstance) {
    this.#app = app
  }

  get cookie(): string {
    return this.#cookie
  }

  async ask(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await this.#app.inject({
      method,
      remoteAddress: this.#address,
      url,
      headers: { cookie: this.#cookie, 'x-csrf-token': this.#csrf, ...headers },
      ...(body && { payload: body }),
    })
    const [set] = response.cookies
    if (set !== undefined) this.#cookie = `${set.name}=${set.value}`
    const isJson = String(response.headers['content-type']).includes('json')
    const parsed: Record<string, unknown> = isJson ? response.json() : {}
    if (typeof parsed['csrf'] === 'string') this.#csrf = parsed['csrf']
    return { status: response.statusCode, body: parsed, headers: response.headers }
  }

  get(url: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.ask('GET', url, undefined, headers)
  }

  post(url: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.ask('POST', url, body, headers)
  }

  /** Password, then the second factor as far as the account has come. */
  async signIn(login: string, password = PASSWORD): Promise<Answer> {
    const first = await this.post('/api/session', { login, password })
    if (first.body['state'] !== 'enrol') return first
    const { body } = await this.post('/api/session/totp/enrol')
    const code = codeOf(String(body['secret']))
    return this.post('/api/session/totp/confirm', { code })
  }
}

/** The code that an authenticator app shows for a secret at a moment. */
export function codeOf(secret: string, at = Date.now()): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at })
}

/** A real school's records, founded and staffed, with the real app over them. */
export async function dashboardScene(
  changes: Readonly<Record<string, string>> = {},
): Promise<DashboardScene> {
  const folder = schoolFolder({ 'people.csv': CSV, ...changes })
  mkdirSync(folder.path('records'))
  found(folder)
  let now = AT
  const loaded = { config: folder.config(), directory: folder.directory }
  const opened = await openSchool(loaded, { now: () => now, err: () => undefined })
  if (typeof opened === 'string') throw new Error(opened)
  const { school } = opened
  await appoint(school)
  const accounts = new AccountStore(school.directory)
  const hash = await hashPassword(PASSWORD)
  for (const login of PEOPLE) {
    accounts.add(login, `p-${login}`, AT)
    accounts.setPassword(login, hash)
  }
  const desk = { school, accounts, sessions: new Sessions(accounts.db) }
  const publicUrl = new URL('http://localhost:8080')
  const log = pino({ level: 'silent' })
  const app = await makeAdminApp({ desk, publicUrl, pages: null, log })
  onTestFinished(async () => {
    await app.close()
    accounts[Symbol.dispose]()
    await opened[Symbol.asyncDispose]()
  })
  const browser = (): Browser => new Browser(app)
  return {
    ...{ app, school, folder, accounts, browser },
    pass: (ms) => {
      now += ms
    },
    signedIn: async (login) => {
      const one = browser()
      const { body } = await one.signIn(login)
      if (body['state'] !== 'signed_in') throw new Error(JSON.stringify(body))
      return one
    },
  }
}

function found(folder: SchoolFolder): void {
  const ledger = openLedger(folder.path('records'), { site: 'ex' })
  const files = schoolFilesOf(folder.config(), folder.directory)
  const view = new RegisterView(ledger)
  importFiles(files, AT - 3_600_000, { site: 'ex', ledger, view, checkPolicy: policyProblems })
  ledger.close()
}

async function appoint(school: School): Promise<void> {
  const edits = PEOPLE.map((login) => {
    const roles = DUTIES[login].map((role) => ({ role, from: null, to: null }))
    const after: Holder = { roles, wfm: login === 'nm', disabled: false, absent: [] }
    return { kind: 'role.put' as const, objectId: `p-${login}`, after }
  })
  const { headSeq: basedOn } = school.register()
  const change = { basedOn, reason: 'first appointments', edits }
  const outcome = await school.desk.submit(change, 'console', AT - 1_000)
  if (outcome.kind !== 'applied') throw new Error(JSON.stringify(outcome))
}
