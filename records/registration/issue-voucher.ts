import type { VoucherKind } from '../../rules/vouchers/voucher-kinds.ts'
import type { Json } from '../canonical-json.ts'
import type { Change } from '../governance/plan-change.ts'
import type { Voucher } from '../governance/permission-facts.ts'
import { commitmentOf, saltDetails } from '../people/people.ts'
import { newShortCode } from '../posture/invitation-code.ts'
import type { Register } from '../register/register.ts'

export interface VoucherRequest {
  readonly type: VoucherKind
  /** Of whom the school knows nothing yet; null where `person` is somebody of the register. */
  readonly name: string | null
  readonly person: string | null
  /** The sponsor's reference. */
  readonly host: string
  readonly zones: readonly string[]
  /** RFC 3339, half-open. */
  readonly from: string
  readonly to: string
  readonly organisation: string | null
  readonly purpose: string | null
  readonly assessment: string | null
  readonly idChecked: boolean
}

export interface IssuedVoucher {
  readonly id: string
  /** Told once, to whoever hands it over: the ledger has its hash alone. */
  readonly code: string
  /** What the desk is asked for: the voucher and, for somebody new, the person with the name beside the ledger. */
  readonly change: Pick<Change, 'edits' | 'people'>
}

/** What may stand in the table of people: as in people.csv. */
export function isName(name: string): boolean {
  return name.trim() !== '' && name.length <= 200
}

/** To show: by the hash of a code somebody could look for the code. */
export function withoutCode(voucher: Voucher): Omit<Voucher, 'codeHash'> {
  const fields = Object.entries(voucher).filter(([field]) => field !== 'codeHash')
  return Object.fromEntries(fields) as Omit<Voucher, 'codeHash'>
}

/** A voucher as the desk takes it, with a fresh number and code; whether it may be is the desk's to say. */
export function issueVoucher(request: VoucherRequest, { headSeq }: Register): IssuedVoucher {
  const { type, host, zones, from, to, organisation, purpose, assessment, idChecked } = request
  // The entry that it will be, at the earliest, so nothing has it yet.
  const id = `v${headSeq + 1}`
  const { code, codeHash } = newShortCode()
  const visitor = request.person === null ? newVisitor(`visitor-${headSeq + 1}`, request) : null
  const after: Voucher = {
    ...{ type, person: request.person ?? visitor?.ref ?? '', device: null, host },
    ...{ codeHash, zones: [...zones], from, to },
    ...{ organisation, purpose, assessment, idChecked },
  }
  const put = { kind: 'voucher.put' as const, objectId: id, after: { ...after } as Json }
  if (visitor === null) return { id, code, change: { edits: [put] } }
  return { id, code, change: { edits: [visitor.edit, put], people: [[visitor.ref, visitor.row]] } }
}

function newVisitor(ref: string, { name }: VoucherRequest) {
  // The name goes through canonical JSON, which has no text for half a character.
  const row = saltDetails({ name: (name ?? '').trim().toWellFormed(), email: null })
  const after = { role: 'visitor', phase: null, year: null, details: commitmentOf(row) }
  return { ref, row, edit: { kind: 'person.put' as const, objectId: ref, after } }
}
