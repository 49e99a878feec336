import { registrationRules } from '../../rules/portal/registration-rules.ts'
import { asksPosture } from '../../rules/access/judge-access.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import type { DeviceFacts, Role } from '../../rules/subject.ts'
import { deviceTypeOf, voucherTerms } from '../../rules/vouchers/voucher-kinds.ts'
import type { MacAddress } from '../../rules/identity/mac-address.ts'
import { isRandomised } from '../../rules/identity/mac-address.ts'
import type { Json } from '../canonical-json.ts'
import { devicesOf } from '../governance/judge-registration.ts'
import { sha256 } from '../ledger/chain.ts'
import type { LedgerCommand } from '../ledger/entry.ts'
import type { LedgerWriter } from '../ledger/ledger-writer.ts'
import { newShortCode } from '../posture/invitation-code.ts'
import type { Register } from '../register/register.ts'
import { signatureKey } from './registration-facts.ts'
import { findHash, type CodeRefusal, type KnownCode } from './known-code.ts'

/** The text that somebody had before his eyes when he agreed. */
export interface ShownAgreement {
  /** Its id in the policy. */
  readonly id: string
  readonly version: string
  readonly text: string
}

export interface PortalDeps {
  readonly site: string
  /** The newest register, read again after each try. */
  readonly register: () => Register
  readonly writer: LedgerWriter
  /** Of the policy in force; null where none can be read. */
  readonly policy: () => Policy | null
  /** Gate time, epoch ms. */
  readonly now: () => number
}

export interface RegistrationRequest {
  readonly codeHash: string
  /** What the owner says it is: phone, tablet, laptop. */
  readonly type: string
  /** Of the address that it has now; null where no source tells. */
  readonly mac: MacAddress | null
  /** Null: the school asks for no agreement. */
  readonly agreement: ShownAgreement | null
}

export type Registered =
  | {
      readonly ok: true
      readonly device: string
      /** By it the device comes again with another hardware address; told once. */
      readonly rejoinCode: string
      /** A technician must say yes first. */
      readonly isPending: boolean
      /** When the visit ends, epoch ms; null for a device of the school's people. */
      readonly until: number | null
    }
  | {
      readonly ok: false
      readonly reason: CodeRefusal | 'too_many_devices' | 'unavailable'
      readonly message: string
    }

/** Between reading the register and appending lie milliseconds: losing so often is a writer gone mad. */
const MAX_ATTEMPTS = 20

/**
 * Trades a code and a signature for a device of the register. What a person decided was the code (through the
 * desk); that it was used is an entry of its own, so that of two who have the same code one comes in.
 */
export async function registerDevice(
  request: RegistrationRequest,
  deps: PortalDeps,
): Promise<Registered> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const register = deps.register()
    const found = findHash(request.codeHash, register, deps.now())
    if (!found.ok) return refused(found.reason, 'the code is good no more')
    if (found.kind === 'rejoin') return refused('used', 'the device is registered already')
    const owner = ownerOf(found, register, deps.policy())
    if (typeof owner === 'string') return refused('too_many_devices', owner)
    const id = `d${register.headSeq + 1}`
    const { code, codeHash: rejoinHash } = newShortCode()
    const device = deviceOf(id, request, owner, deps.policy())
    const commands = [
      registration(id, device, { found, rejoinHash }),
      ...signature(owner.person, request.agreement),
    ]
    const appended = await append(commands, request, { deps, register })
    if (appended.kind === 'appended')
      return {
        ...{ ok: true, device: id, rejoinCode: code, isPending: device.state === 'pending' },
        until: found.kind === 'voucher' ? Date.parse(found.voucher.to) : null,
      }
    if (appended.kind !== 'conflict') return refused('unavailable', appended.message)
  }
  return refused('unavailable', 'the ledger is too busy; try again')
}

/** Signs for somebody whose device is known: a new version, or a year has passed. */
export async function signAgain(
  person: string,
  agreement: ShownAgreement,
  deps: PortalDeps,
): Promise<{ readonly ok: boolean; readonly message: string }> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const register = deps.register()
    const appended = await append(signature(person, agreement), { agreement }, { deps, register })
    if (appended.kind === 'appended') return { ok: true, message: '' }
    if (appended.kind !== 'conflict') return { ok: false, message: appended.message }
  }
  return { ok: false, message: 'the ledger is too busy; try again' }
}

/** Whose the device will be, and how it is let in. */
interface Owner {
  readonly person: string
  readonly role: Role
  readonly phase: string | null
  readonly year: number | null
  readonly type: string | null
  readonly isPending: boolean
  readonly byVoucher: string | null
}

type Opening = Exclude<KnownCode, { readonly kind: 'rejoin' }>

/** A text says why not. */
function ownerOf(found: Opening, register: Register, policy: Policy | null): Owner | string {
  if (found.kind === 'voucher') {
    const { voucher, id } = found
    const { role } = voucherTerms(voucher.type, policy?.vouchers?.[voucher.type])
    const type = deviceTypeOf(voucher.type)
    return {
      ...{ person: voucher.person, role, phase: null, year: null, type, isPending: false },
      byVoucher: id,
    }
  }
  const { person } = found.invitation
  const facts = register.people.get(person)
  if (facts === undefined) return 'the person is not in the register any more'
  const { role, phase, year } = facts
  const { maxDevices, approval } = registrationRules(role, policy?.registration?.[role])
  if (devicesOf(person, register) >= maxDevices)
    return `${maxDevices} devices are registered already, which is the most`
  return { person, role, phase, year, type: null, isPending: approval, byVoucher: null }
}

function deviceOf(
  id: string,
  { type, mac }: RegistrationRequest,
  owner: Owner,
  policy: Policy | null,
): DeviceFacts {
  const { person, role, phase, year, isPending, byVoucher } = owner
  const facts: DeviceFacts = {
    ...{ id, personRef: person, role, phase, year },
    ...{ ownership: 'personal', type: owner.type ?? type },
    state: isPending ? 'pending' : 'approved',
    ...{ aup: 'signed', posture: 'not_applicable', grant: null, voucher: null },
    ...{ examCandidate: false, carriesCa: false, octet: null, addresses: [] },
    // A made-up hardware address would point to whoever makes up the same one.
    ...(mac === null || isRandomised(mac) ? {} : { macs: [mac] }),
    ...(byVoucher === null ? {} : { byVoucher }),
  }
  // No agent has reported yet: where the policy asks for reports, silence is never open.
  const asked = byVoucher === null && policy !== null && asksPosture(policy, facts)
  return asked ? { ...facts, posture: 'stale' } : facts
}

function registration(
  id: string,
  device: DeviceFacts,
  { found, rejoinHash }: { readonly found: Opening; readonly rejoinHash: string },
): LedgerCommand {
  const by = found.kind === 'voucher' ? 'a voucher' : 'a code of the office'
  return {
    ...{ kind: 'device.register', objectId: id, before: null },
    after: {
      device: { ...device } as unknown as Json,
      voucher: found.kind === 'voucher' ? found.id : null,
      invitation: found.kind === 'invitation' ? found.id : null,
      rejoinHash,
    },
    // What it opens somebody has decided with the code.
    ...{ direction: 'neutral', affectedRoles: [device.role], approval: null },
    reason: `came to the portal with ${by}`,
  }
}

function signature(person: string, agreement: ShownAgreement | null): LedgerCommand[] {
  if (agreement === null) return []
  const { id, version, text } = agreement
  const signed = { agreement: id, version, document: sha256(text) }
  const facts = { person, ...signed, method: 'portal', signedAt: null }
  return [
    {
      ...{ kind: 'agreement.sign', objectId: signatureKey(person, id), before: null, after: facts },
      ...{ direction: 'neutral', affectedRoles: [], approval: null },
      reason: 'read and accepted at the portal',
    },
  ]
}

function append(
  commands: readonly LedgerCommand[],
  { agreement }: Pick<RegistrationRequest, 'agreement'>,
  { deps, register }: { readonly deps: PortalDeps; readonly register: Register },
) {
  const { site, writer, now } = deps
  return writer.append(commands, {
    ...{ site, actor: 'portal', actorRole: 'portal', at: now(), basedOn: register.headSeq },
    // As it was shown: the school can prove for ever what was agreed to.
    documents: agreement === null ? [] : [agreement.text],
  })
}

function refused(reason: Exclude<Registered, { ok: true }>['reason'], message: string): Registered {
  return { ok: false, reason, message }
}
