import { describeEntry } from '../records/ledger/describe-entry.ts'
import type { LedgerEntry, LedgerKind } from '../records/ledger/entry.ts'
import { lastEntryOf } from '../records/ledger/last-entry-of.ts'
import type { Ledger } from '../records/ledger/ledger.ts'
import type { Register } from '../records/register/register.ts'

/** Who gave what a rule goes by, as `explain --json` says it beside the verdict. */
export interface GivenBy {
  /** `grant.G`, `lesson.L`, `occasion.O` or `site.S`, as the verdict names it; `pack.P` of a lesson's. */
  readonly rule: string
  /** The entry of the ledger, and when it was written. */
  readonly entry: number
  readonly at: string
  /** A reference and the duty he acted in. */
  readonly by: string
  readonly role: string
  /** The second person; null where nobody's yes was needed. */
  readonly approved_by: string | null
  /** The entry in words. */
  readonly words: string
}

const PUT_BY: Readonly<Record<string, LedgerKind>> = {
  grant: 'grant.put',
  lesson: 'lesson.put',
  pack: 'pack.put',
  occasion: 'occasion.put',
  site: 'site.put',
}

/**
 * Who gave what these rules go by, by the first `upTo` entries; a lesson's pack is one more. What the
 * policy's own rules say is the policy's entry, which is not told here.
 */
export function givenBy(
  ledger: Ledger,
  rules: readonly string[],
  { lessons, upTo }: Pick<Register, 'lessons'> & { readonly upTo: number },
): readonly GivenBy[] {
  const packed = rules.flatMap((rule) => {
    const pack = rule.startsWith('lesson.') ? lessons.get(rule.slice('lesson.'.length))?.pack : null
    return pack == null ? [rule] : [rule, `pack.${pack}`]
  })
  return [...new Set(packed)].flatMap((rule) => {
    const [, type = '', objectId = ''] = /^(\w+)\.(.+)$/s.exec(rule) ?? []
    const kind = Object.hasOwn(PUT_BY, type) ? PUT_BY[type] : undefined
    const entry = kind === undefined ? null : lastEntryOf(ledger, { kind, objectId }, upTo)
    return entry === null ? [] : [givenIn(rule, entry)]
  })
}

function givenIn(rule: string, entry: LedgerEntry): GivenBy {
  const { seq, ts, actor, actor_role: role, approval } = entry
  const words = describeEntry(entry)
  return { rule, entry: seq, at: ts, by: actor, role, approved_by: approval?.by ?? null, words }
}
