import type { Voucher } from '../governance/permission-facts.ts'
import { hashOfCode } from '../posture/invitation-code.ts'
import type { Register } from '../register/register.ts'
import type { RegistrationInvitation } from './registration-facts.ts'

/** What a code that somebody typed at the portal stands for. */
export type KnownCode =
  | { readonly kind: 'voucher'; readonly id: string; readonly voucher: Voucher }
  | {
      readonly kind: 'invitation'
      readonly id: string
      readonly invitation: RegistrationInvitation
    }
  /** A device that came before and has got another hardware address or another lease. */
  | { readonly kind: 'rejoin'; readonly device: string }

export type CodeRefusal =
  /** No code of ours; the only one that counts as a guess. */
  | 'wrong_code'
  /** Right, and another device came with it. */
  | 'used'
  | 'not_yet'
  | 'over'
  | 'out_of_use'

export type CodeAnswer =
  | ({ readonly ok: true; readonly codeHash: string } & KnownCode)
  | { readonly ok: false; readonly reason: CodeRefusal; readonly at: string | null }

/** What the code is good for at `now` (epoch ms), or why for nothing. */
export function findCode(typed: string, register: Register, now: number): CodeAnswer {
  const codeHash = hashOfCode(typed)
  return codeHash === null ? no('wrong_code') : findHash(codeHash, register, now)
}

/** The same for a code that was found before. */
export function findHash(codeHash: string, register: Register, now: number): CodeAnswer {
  for (const [id, voucher] of register.vouchers)
    if (voucher.codeHash === codeHash)
      return faultOfVoucher(voucher, now) ?? { ok: true, codeHash, kind: 'voucher', id, voucher }
  for (const [id, invitation] of register.invitations)
    if (invitation.codeHash === codeHash)
      return now < Date.parse(invitation.until)
        ? { ok: true, codeHash, kind: 'invitation', id, invitation }
        : no('over', invitation.until)
  for (const [device, { rejoinHash }] of register.registrations)
    if (rejoinHash === codeHash) return rejoin(device, codeHash, register)
  return no('wrong_code')
}

function faultOfVoucher({ device, from, to }: Voucher, now: number): CodeAnswer | undefined {
  // Before its term: whoever tries a used one again is told just that.
  if (device !== null) return no('used')
  if (now >= Date.parse(to)) return no('over', to)
  // The agreement can be signed an hour before the door opens, and nothing is open until then.
  return now < Date.parse(from) - EARLY_MS ? no('not_yet', from) : undefined
}

const EARLY_MS = 3_600_000

function rejoin(device: string, codeHash: string, { devices }: Register): CodeAnswer {
  const state = devices.get(device)?.state
  const isInUse = state === 'approved' || state === 'pending' || state === 'quarantine'
  return isInUse ? { ok: true, codeHash, kind: 'rejoin', device } : no('out_of_use')
}

function no(reason: CodeRefusal, at: string | null = null): CodeAnswer {
  return { ok: false, reason, at }
}
