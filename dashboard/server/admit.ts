import type { FastifyReply, FastifyRequest } from 'fastify'
import { standingOf } from '../../records/governance/standing.ts'
import type { Register } from '../../records/register/register.ts'
import { isSameSecret } from './accounts/sessions.ts'
import { needsSecondFactor, scopeOf, type Scope } from './permissions.ts'
import { ProblemError } from './problem.ts'
import type { Actor, Client, Desk, Route } from './route.ts'

export interface Admitted {
  /** Null on public routes. */
  readonly actor: Actor | null
  readonly scope: Scope
  readonly client: Client
  readonly at: number
}

interface Door {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly desk: Desk
  readonly publicUrl: URL
}

const COOKIE = 'schoolgate_session'

/** Who asks, and that he may; throws `ProblemError` for everybody else. */
export function admit({ method, access }: Route, door: Door): Admitted {
  const { request, desk, publicUrl } = door
  if (method !== 'GET') checkOrigin(request, publicUrl)
  const client = clientOf(door)
  const at = desk.school.now()
  if (access === 'public') return { actor: null, scope: 'full', client, at }
  const actor = actorOf(client, { desk, at })
  if (method !== 'GET' && !isSameSecret(headerOf(request, 'x-csrf-token'), actor.session.csrf))
    throw new ProblemError('cross_site', 'the page is too old: load it again')
  // A page that asks by itself every few seconds must not keep a forgotten screen open.
  if (headerOf(request, 'x-background') === '') desk.sessions.touch(client.token, at)
  const scope = access === 'signed_in' ? 'full' : scopeOf(access, actor.duties)
  if (scope === null) throw new ProblemError('forbidden', 'your duties do not include this')
  return { actor, scope, client, at }
}

function actorOf(client: Client, { desk, at }: { desk: Desk; at: number }): Actor {
  const session = client.token === '' ? null : desk.sessions.find(client.token, at)
  if (session === 'idle') throw new ProblemError('idle', 'sign in again to go on')
  if (session === null) throw new ProblemError('unauthenticated', 'sign in first')
  if (session.stage !== 'full')
    throw new ProblemError('second_factor', 'finish signing in: a second factor is needed')
  const account = desk.accounts.find(session.login)
  if (account === null) throw new ProblemError('unauthenticated', 'the account is gone')
  const register = desk.school.register()
  if (isDisabled(register, account.personRef)) {
    desk.sessions.end(client.token)
    throw new ProblemError('unauthenticated', 'the account is disabled')
  }
  const { duties, wfm } = standingOf(register, account.personRef, at)
  // Appointed since he signed in: the new duty waits for the second factor.
  if (needsSecondFactor(duties) && !account.isEnrolled) {
    desk.sessions.end(client.token)
    throw new ProblemError('second_factor', 'your new duty needs a second factor: sign in again')
  }
  const name = desk.school.nameOf(account.personRef)
  return { login: account.login, personRef: account.personRef, name, duties, wfm, session }
}

/** By the ledger, where the head says so: the account can't be used. */
export function isDisabled({ holders }: Register, personRef: string): boolean {
  return holders.get(personRef)?.disabled === true
}

/**
 * A browser says where a form or script comes from (Fetch standard, `Origin`): it must be this dashboard. The
 * cookie is `SameSite=Strict` besides, and what changes anything carries a token.
 */
function checkOrigin(request: FastifyRequest, publicUrl: URL): void {
  const origin = headerOf(request, 'origin')
  if (origin === '' || origin === publicUrl.origin) return
  const own = `${request.protocol}://${request.host}`
  if (origin !== own) throw new ProblemError('cross_site', 'it comes from another site')
}

function clientOf({ request, reply, publicUrl }: Door): Client {
  const isSecure = publicUrl.protocol === 'https:'
  const shape = { path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure } as const
  return {
    address: request.ip,
    agent: headerOf(request, 'user-agent'),
    token: request.cookies[COOKIE] ?? '',
    setToken: (token) => {
      if (token === null) reply.clearCookie(COOKIE, shape)
      else reply.setCookie(COOKIE, token, shape)
    },
  }
}

function headerOf(request: FastifyRequest, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}
