import { z } from 'zod'
import { standingOf } from '../../../records/governance/standing.ts'
import { MAX_LETTERS, faultOfPassword, hashPassword, isPassword } from '../accounts/password.ts'
import { newTotpSecret, totpStep, totpUri } from '../accounts/one-time-password.ts'
import type { Account } from '../accounts/account-store.ts'
import type { Session, Stage } from '../accounts/sessions.ts'
import { isDisabled } from '../admit.ts'
import { needsSecondFactor } from '../permissions.ts'
import { ProblemError } from '../problem.ts'
import { route, type Actor, type Client, type Desk } from '../route.ts'
import { totpBox } from '../accounts/totp-box.ts'

const login = z.string().trim().toLowerCase().min(1).max(100)
const password = z.string().min(1).max(MAX_LETTERS)
const sixDigits = z.string().regex(/^\d{6}$/, 'six digits')

/** A guess a second from one address, before the account's own lock-out. */
const TRIES_PER_MINUTE = 30

export const SIGN_IN_ROUTES = [
  route({
    method: 'GET',
    url: '/api/session',
    access: 'public',
    summary: 'Who is signed in, and what is still to do',
    handle: ({ desk, client, at }) => describeSession(desk, client, at),
  }),
  route({
    method: 'POST',
    url: '/api/session',
    access: 'public',
    summary: 'Sign in with a password',
    body: z.strictObject({ login, password }),
    perMinute: TRIES_PER_MINUTE,
    handle: async ({ body, desk, client, at }) => {
      const account = desk.accounts.find(body.login)
      const note = (outcome: string): void => {
        desk.accounts.noteSignIn({ at, login: body.login, address: client.address, outcome })
      }
      if (account !== null && account.lockedUntil > at) {
        note('locked')
        throw new ProblemError('too_many', 'too many wrong passwords: wait a quarter of an hour')
      }
      if (!(await isPassword(body.password, account?.password ?? null)) || account === null) {
        desk.accounts.noteFailure(body.login, at)
        note('wrong password')
        throw new ProblemError('unauthenticated', 'the name or the password is wrong')
      }
      if (isDisabled(desk.school.register(), account.personRef)) {
        note('disabled')
        throw new ProblemError('unauthenticated', 'the account is disabled: ask the head')
      }
      if (client.token !== '') desk.sessions.end(client.token)
      const stage = stageAfterPassword(desk, account, at)
      const begun = desk.sessions.begin(account.login, stage, { ...client, at })
      client.setToken(begun.token)
      if (stage === 'full') desk.accounts.noteSuccess(account.login, at)
      note(stage === 'full' ? 'signed in' : 'password right')
      return describe(desk, { login: account.login, stage, csrf: begun.csrf }, at)
    },
  }),
  route({
    method: 'POST',
    url: '/api/session/totp',
    access: 'public',
    summary: 'The second factor: a code of the authenticator app',
    body: z.strictObject({ code: sixDigits }),
    perMinute: TRIES_PER_MINUTE,
    handle: ({ body, desk, client, at }) => {
      const { session, account } = halfway(desk, client, at, 'password')
      const step = stepOf(desk, account, body.code)
      if (step === null || !desk.accounts.useTotpStep(account.login, step))
        throw wrongCode(desk, { account, client, at })
      return finish(desk, { session, client, at })
    },
  }),
  route({
    method: 'POST',
    url: '/api/session/totp/enrol',
    access: 'public',
    summary: 'A new secret for an authenticator app, to be confirmed with a code',
    perMinute: TRIES_PER_MINUTE,
    handle: ({ desk, client, at }) => {
      const { account } = halfway(desk, client, at, 'enrol')
      const secret = newTotpSecret()
      desk.accounts.beginTotp(account.login, totpBox(desk.school.directory).seal(secret))
      const label = `${desk.school.site}:${account.login}`
      return { secret, uri: totpUri(secret, { issuer: 'Schoolgate', label }) }
    },
  }),
  route({
    method: 'POST',
    url: '/api/session/totp/confirm',
    access: 'public',
    summary: 'The first code of a new authenticator app',
    body: z.strictObject({ code: sixDigits }),
    perMinute: TRIES_PER_MINUTE,
    handle: ({ body, desk, client, at }) => {
      const { session, account } = halfway(desk, client, at, 'enrol')
      const step = stepOf(desk, account, body.code)
      if (step === null || !desk.accounts.useTotpStep(account.login, step))
        throw wrongCode(desk, { account, client, at })
      return finish(desk, { session, client, at })
    },
  }),
  route({
    method: 'DELETE',
    url: '/api/session',
    access: 'signed_in',
    summary: 'Sign out',
    handle: ({ desk, client }) => {
      desk.sessions.end(client.token)
      client.setToken(null)
    },
  }),
  route({
    method: 'GET',
    url: '/api/session/others',
    access: 'signed_in',
    summary: 'Where else this account is signed in',
    handle: ({ desk }, actor) => ({
      sessions: desk.sessions
        .of(actor.login)
        .map(({ id, createdAt, activeAt, address, agent }) => ({
          ...{ id, address, agent },
          createdAt: new Date(createdAt).toISOString(),
          activeAt: new Date(activeAt).toISOString(),
        })),
    }),
  }),
  route({
    method: 'DELETE',
    url: '/api/session/others/:id',
    access: 'signed_in',
    summary: 'End one of them',
    params: z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}$/) }),
    handle: ({ params, desk }, actor) => {
      if (!desk.sessions.revoke(actor.login, params.id))
        throw new ProblemError('not_found', 'it has ended already')
    },
  }),
  route({
    method: 'POST',
    url: '/api/session/password',
    access: 'signed_in',
    summary: 'Choose another password; all other sessions end',
    body: z.strictObject({ current: password, next: z.string().max(1_000) }),
    perMinute: TRIES_PER_MINUTE,
    handle: async ({ body, desk, client, at }, actor) => {
      const account = desk.accounts.find(actor.login)
      if (!(await isPassword(body.current, account?.password ?? null))) {
        desk.accounts.noteFailure(actor.login, at)
        throw new ProblemError('refused', 'the present password is wrong')
      }
      const fault = faultOfPassword(body.next, [actor.login, actor.name ?? '', desk.school.site])
      if (fault !== null) throw new ProblemError('refused', fault)
      desk.accounts.setPassword(actor.login, await hashPassword(body.next))
      desk.sessions.revokeAll(actor.login)
      const begun = desk.sessions.begin(actor.login, 'full', { ...client, at })
      client.setToken(begun.token)
      return { csrf: begun.csrf }
    },
  }),
]

function stageAfterPassword(desk: Desk, account: Account, at: number): Stage {
  if (account.isEnrolled) return 'password'
  const { duties } = standingOf(desk.school.register(), account.personRef, at)
  return needsSecondFactor(duties) ? 'enrol' : 'full'
}

function halfway(
  desk: Desk,
  { token }: Client,
  at: number,
  stage: Stage,
): { readonly session: Session; readonly account: Account } {
  const session = token === '' ? null : desk.sessions.find(token, at)
  if (session === null || session === 'idle' || session.stage !== stage)
    throw new ProblemError('unauthenticated', 'begin with the password')
  const account = desk.accounts.find(session.login)
  if (account === null || account.lockedUntil > at)
    throw new ProblemError('too_many', 'too many wrong codes: wait a quarter of an hour')
  return { session, account }
}

/** By the world's clock and not the gate's: the phone has no `--clock`. */
function stepOf(desk: Desk, { totp, totpLast }: Account, code: string): number | null {
  if (totp === null) return null
  const secret = totpBox(desk.school.directory).open(totp)
  return totpStep(code, { secret, now: Date.now(), lastStep: totpLast })
}

function wrongCode(
  desk: Desk,
  { account: { login: name }, client, at }: { account: Account; client: Client; at: number },
): ProblemError {
  desk.accounts.noteFailure(name, at)
  desk.accounts.noteSignIn({ at, login: name, address: client.address, outcome: 'wrong code' })
  return new ProblemError('refused', 'the code is wrong, or was used already')
}

function finish(
  desk: Desk,
  { session, client, at }: { session: Session; client: Client; at: number },
): unknown {
  const begun = desk.sessions.advance(client.token, 'full', at)
  if (begun === null) throw new ProblemError('unauthenticated', 'begin with the password')
  client.setToken(begun.token)
  desk.accounts.noteSuccess(session.login, at)
  const { login: name } = session
  desk.accounts.noteSignIn({ at, login: name, address: client.address, outcome: 'signed in' })
  return describe(desk, { login: name, stage: 'full', csrf: begun.csrf }, at)
}

function describeSession(desk: Desk, { token }: Client, at: number): unknown {
  const session = token === '' ? null : desk.sessions.find(token, at)
  if (session === null || session === 'idle')
    return { state: desk.accounts.isEmpty() ? 'setup' : 'signed_out', idle: session === 'idle' }
  return describe(desk, session, at)
}

function describe(
  desk: Desk,
  { login: name, stage, csrf }: Pick<Session, 'login' | 'stage' | 'csrf'>,
  at: number,
): unknown {
  if (stage !== 'full') return { state: stage === 'password' ? 'code' : 'enrol', login: name }
  const personRef = desk.accounts.find(name)?.personRef ?? ''
  const register = desk.school.register()
  const { duties, wfm } = standingOf(register, personRef, at)
  const me: Pick<Actor, 'personRef' | 'duties' | 'wfm'> = { personRef, duties, wfm }
  return {
    ...{ state: 'signed_in', login: name, csrf, ...me },
    name: desk.school.nameOf(personRef),
    site: desk.school.site,
    now: new Date(at).toISOString(),
  }
}
