import type { LedgerWriter } from '../ledger/ledger-writer.ts'
import type { AgentFacts, Register } from '../register/register.ts'
import type { DeviceState } from '../../rules/subject.ts'
import type { GuessLimit } from './guess-limit.ts'
import { hashOfCode } from './invitation-code.ts'
import type { PostureStore } from './posture-store.ts'
import { keyOf } from './take-report.ts'

export type EnrolRefusal =
  /** Of nobody: mistyped, used before, or past its time; which of them is not said. */
  | 'wrong_code'
  | 'too_many_guesses'
  | 'bad_key'
  /** The device is lost, revoked or the like: a key would change nothing. */
  | 'out_of_use'
  /** The site's ledger can't be reached. */
  | 'unavailable'

export type Enrolled =
  | { readonly ok: true; readonly device: string; readonly ownership: 'personal' | 'school' }
  | { readonly ok: false; readonly reason: EnrolRefusal; readonly message: string }

export interface EnrolDeps {
  readonly site: string
  /** The newest register, read again after each try. */
  readonly register: () => Register
  readonly writer: LedgerWriter
  readonly store: PostureStore
  readonly guesses: GuessLimit
  /** Gate time, epoch ms. */
  readonly now: number
}

export interface EnrolRequest {
  readonly code: string
  /** Raw Ed25519 public key, base64url. */
  readonly publicKey: string
  /** The address it came from. */
  readonly source: string
}

const OUT_OF_USE: readonly DeviceState[] = [
  'lost',
  'revoked',
  'confiscated',
  'suspended',
  'disposed',
]

/** Between reading the register and appending lie milliseconds: losing so often is a writer gone mad. */
const MAX_ATTEMPTS = 20

/**
 * Trades a one-time code for a key of the device that the code was given out for. What a person decided was
 * the code (`agent.invite`, through the desk); that it was used is an entry of its own, so that two who have
 * the same code can't both come in.
 */
export async function enrolAgent(request: EnrolRequest, deps: EnrolDeps): Promise<Enrolled> {
  const enrolled = await tryEnrol(request, deps)
  if (enrolled.ok) {
    // What another agent of the device said last is not this one's word.
    deps.store.forget(enrolled.device)
    return enrolled
  }
  if (enrolled.reason === 'wrong_code') deps.guesses.count(request.source, deps.now)
  deps.store.countRefusal(enrolled.reason)
  return enrolled
}

async function tryEnrol(request: EnrolRequest, deps: EnrolDeps): Promise<Enrolled> {
  if (deps.guesses.isOver(request.source, deps.now))
    return refused('too_many_guesses', 'too many wrong codes; try again in a quarter of an hour')
  if (!isKey(request.publicKey)) return refused('bad_key', 'the public key is no Ed25519 key')
  const codeHash = hashOfCode(request.code)
  if (codeHash === null) return wrongCode()
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const register = deps.register()
    const device = invitedDevice(register, codeHash, deps.now)
    if (device === null) return wrongCode()
    const facts = register.devices.get(device)
    if (facts === undefined || OUT_OF_USE.includes(facts.state))
      return refused('out_of_use', 'this device is out of use; ask the school office')
    const appended = await append(device, request.publicKey, { ...deps, head: register })
    if (appended.kind === 'appended') return { ok: true, device, ownership: facts.ownership }
    if (appended.kind === 'unavailable') return refused('unavailable', appended.message)
  }
  return refused('unavailable', 'the ledger is too busy; try again')
}

function append(
  device: string,
  publicKey: string,
  { site, writer, now, head }: EnrolDeps & { readonly head: Register },
) {
  const before = head.agents.get(device) ?? null
  const command = {
    ...{ kind: 'agent.enrol' as const, objectId: device, after: { publicKey } },
    before: before === null ? null : { ...before },
    ...{ direction: 'neutral' as const, affectedRoles: [], approval: null },
    reason: 'enrolled with the code that was given out for it',
  }
  const who = { site, actor: 'agent', actorRole: 'agent', at: now, basedOn: head.headSeq }
  return writer.append([command], { ...who, documents: [] })
}

function invitedDevice({ agents }: Register, codeHash: string, now: number): string | null {
  for (const [device, { invitation }] of agents)
    if (invitation?.codeHash === codeHash) return isGood(invitation, now) ? device : null
  return null
}

function isGood({ until }: NonNullable<AgentFacts['invitation']>, now: number): boolean {
  return now < Date.parse(until)
}

function isKey(text: string): boolean {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) return false
  try {
    return keyOf(text).asymmetricKeyType === 'ed25519'
  } catch {
    return false
  }
}

function wrongCode(): Enrolled {
  return refused('wrong_code', 'there is no such code, or it was used, or its time is over')
}

function refused(reason: EnrolRefusal, message: string): Enrolled {
  return { ok: false, reason, message }
}
