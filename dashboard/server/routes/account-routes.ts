import { z } from 'zod'
import { DUTIES, type Duty, type Holder } from '../../../records/governance/governance-state.ts'
import { standingOf } from '../../../records/governance/standing.ts'
import { INVITATION_MS } from '../accounts/account-store.ts'
import { faultOfPassword, hashPassword } from '../accounts/password.ts'
import { removeSetupCode } from '../accounts/setup-code.ts'
import { ProblemError } from '../problem.ts'
import { route, type Actor, type Desk } from '../route.ts'

const login = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._@-]{1,63}$/, 'letters, digits, dots, dashes and @; two or more')
const code = z.string().min(4).max(40)
const password = z.string().max(1_000)
const personRef = z.string().min(1).max(100)

const TRIES_PER_MINUTE = 10

export const ACCOUNT_ROUTES = [
  route({
    method: 'POST',
    url: '/api/setup/people',
    access: 'public',
    summary: 'Whom the first account can be for: staff in the register',
    body: z.strictObject({ code }),
    perMinute: TRIES_PER_MINUTE,
    handle: ({ body, desk, at }) => {
      requireFirst(desk, body.code, at)
      const { people, holders } = desk.school.register()
      return {
        people: [...people]
          .filter(([, { role }]) => role === 'staff')
          .map(([ref]) => ({ ref, name: desk.school.nameOf(ref) })),
        needsHead: holders.size === 0,
      }
    },
  }),
  route({
    method: 'POST',
    url: '/api/setup',
    access: 'public',
    summary: 'The first account, with the code that the gate has printed',
    body: z.strictObject({ code, login, password, personRef, head: personRef.nullable() }),
    perMinute: TRIES_PER_MINUTE,
    handle: async ({ body, desk, at }) => {
      requireFirst(desk, body.code, at)
      const fault = faultOfPassword(body.password, [body.login, desk.school.site])
      if (fault !== null) throw new ProblemError('refused', fault)
      await appointFirst(desk, body, at)
      const hash = await hashPassword(body.password)
      if (!desk.accounts.useCode(body.code))
        throw new ProblemError('refused', 'the code was used in between')
      desk.accounts.add(body.login, body.personRef, at)
      desk.accounts.setPassword(body.login, hash)
      removeSetupCode(desk.school.directory)
      return { login: body.login }
    },
  }),
  route({
    method: 'POST',
    url: '/api/invitation',
    access: 'public',
    summary: 'Choose a password with an invitation',
    body: z.strictObject({ code, password }),
    perMinute: TRIES_PER_MINUTE,
    handle: async ({ body, desk, at }) => {
      const invited = desk.accounts.readCode(body.code, 'invitation', at)?.login ?? null
      if (invited === null)
        throw new ProblemError('refused', 'the code is wrong, used or too old: ask for another')
      const fault = faultOfPassword(body.password, [invited, desk.school.site])
      if (fault !== null) throw new ProblemError('refused', fault)
      const hash = await hashPassword(body.password)
      if (!desk.accounts.useCode(body.code))
        throw new ProblemError('refused', 'the code was used in between')
      desk.accounts.setPassword(invited, hash)
      return { login: invited }
    },
  }),
  route({
    method: 'GET',
    url: '/api/accounts',
    access: 'roles.read',
    summary: 'Who has an account, and which duties',
    handle: ({ desk, at }) => {
      const register = desk.school.register()
      const accounts = new Map(desk.accounts.all().map((one) => [one.personRef, one]))
      const refs = new Set([...register.holders.keys(), ...accounts.keys()])
      return {
        duties: DUTIES,
        accounts: [...refs].map((ref) => {
          const account = accounts.get(ref)
          const { duties, wfm, absent } = standingOf(register, ref, at)
          return {
            ...{ personRef: ref, name: desk.school.nameOf(ref), duties, wfm, absent },
            login: account?.login ?? null,
            secondFactor: account?.isEnrolled ?? false,
            invited: account?.password === null,
            signedInAt: timeText(account?.signedInAt ?? null),
            disabled: register.holders.get(ref)?.disabled ?? false,
          }
        }),
      }
    },
  }),
  route({
    method: 'POST',
    url: '/api/accounts',
    access: 'accounts.manage',
    summary: 'An account for a person; the answer holds the invitation, which is shown once',
    body: z.strictObject({ login, personRef }),
    handle: ({ body, desk, at }, actor) => {
      requireRightOver(body.personRef, { desk, actor, at })
      const { people } = desk.school.register()
      if (people.get(body.personRef)?.role === 'pupil')
        throw new ProblemError('refused', 'a pupil has no account here')
      if (!people.has(body.personRef))
        throw new ProblemError('not_found', `nobody is \`${body.personRef}\``)
      if (!desk.accounts.add(body.login, body.personRef, at))
        throw new ProblemError('conflict', `\`${body.login}\` is taken`)
      return { invitation: invite(desk, body.login, { at, by: actor }) }
    },
  }),
  route({
    method: 'POST',
    url: '/api/accounts/:login/reset',
    access: 'accounts.manage',
    summary: 'Take password and second factor away, and invite again',
    params: z.strictObject({ login }),
    handle: ({ params, desk, at }, actor) => {
      if (params.login === actor.login)
        throw new ProblemError('refused', 'somebody else must reset your account')
      const found = desk.accounts.find(params.login)
      if (found === null)
        throw new ProblemError('not_found', `there is no account \`${params.login}\``)
      requireRightOver(found.personRef, { desk, actor, at })
      desk.accounts.reset(params.login)
      return { invitation: invite(desk, params.login, { at, by: actor }) }
    },
  }),
  route({
    method: 'GET',
    url: '/api/accounts/sign-ins',
    access: 'roles.read',
    summary: 'The last attempts to sign in',
    handle: ({ desk }) => ({
      signIns: desk.accounts
        .signIns(200)
        .map(({ at, ...attempt }) => ({ ...attempt, at: new Date(at).toISOString() })),
    }),
  }),
]

function timeText(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/** Who holds one of these says yes and no to others: their accounts are the leaders' to give. */
const DECIDING: readonly Duty[] = ['dsl', 'deputy_dsl', 'head', 'slt']

/**
 * An invitation is as good as the password: a network manager with the safeguarding lead's could agree to his
 * own changes. Before the head has an account somebody else must begin, and the change log shows who did.
 */
function requireRightOver(
  whose: string,
  { desk, actor, at }: { desk: Desk; actor: Actor; at: number },
): void {
  const register = desk.school.register()
  const isLeader = (duties: readonly Duty[]) => duties.includes('head') || duties.includes('slt')
  // Those of other days count, too: an account that is taken over waits for its day.
  const roles = register.holders.get(whose)?.roles ?? []
  const target = [...roles.map(({ role }) => role), ...standingOf(register, whose, at).duties]
  if (!target.some((duty) => DECIDING.includes(duty)) || isLeader(actor.duties)) return
  const leaders = desk.accounts
    .all()
    .filter(({ password: hash }) => hash !== null)
    .filter(({ personRef: ref }) => isLeader(standingOf(register, ref, at).duties))
  if (leaders.length > 0)
    throw new ProblemError('forbidden', 'the head or a senior leader sees to that account')
}

function invite(
  desk: Desk,
  name: string,
  { at, by }: { readonly at: number; readonly by: Actor },
): string {
  const outcome = `invited by ${by.login}`
  desk.accounts.noteSignIn({ at, login: name, address: '', outcome })
  return desk.accounts.issueCode('invitation', name, at + INVITATION_MS)
}

function requireFirst(desk: Desk, given: string, at: number): void {
  if (!desk.accounts.isEmpty())
    throw new ProblemError('refused', 'there are accounts already: ask the head for an invitation')
  if (desk.accounts.readCode(given, 'first', at) === null)
    throw new ProblemError('refused', 'the code is wrong: the gate printed it when it started')
}

/**
 * Where nobody has a duty yet: who sets the gate up becomes its network manager, and the head is named, who
 * appoints the others. Where the ledger knows a head, nothing is appointed here.
 */
async function appointFirst(
  { school }: Desk,
  { personRef: me, head }: { personRef: string; head: string | null },
  at: number,
): Promise<void> {
  const { people, holders, headSeq } = school.register()
  if (!people.has(me)) throw new ProblemError('not_found', `nobody is \`${me}\``)
  if (holders.size > 0) return
  if (head === null || !people.has(head))
    throw new ProblemError('refused', 'name the head: nobody else can appoint anybody')
  const holder = (roles: Holder['roles'], wfm: boolean): Holder => {
    return { roles, wfm, disabled: false, absent: [] }
  }
  const duty = (role: Holder['roles'][number]['role']) => ({ role, from: null, to: null })
  const both = me === head
  const edits = [
    ...(both ? [] : [{ objectId: head, after: holder([duty('head')], false) }]),
    {
      objectId: me,
      after: holder([...(both ? [duty('head')] : []), duty('network_manager')], true),
    },
  ].map((edit) => ({ kind: 'role.put' as const, ...edit }))
  const reason = 'first appointments, when the gate was set up'
  const outcome = await school.desk.submit({ basedOn: headSeq, reason, edits }, 'console', at)
  if (outcome.kind !== 'applied')
    throw new ProblemError(
      'refused',
      'message' in outcome ? outcome.message : 'it waits for another',
    )
}
