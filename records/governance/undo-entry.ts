import type { LedgerEntry } from '../ledger/entry.ts'
import { EDIT_KINDS, type EditKind } from './permissions.ts'
import type { Edit } from './judge-edit.ts'

/** What takes each thing away again, where its kind is not `.remove`. */
const ENDS: Readonly<Record<string, EditKind>> = {
  grant: 'grant.revoke',
  voucher: 'voucher.revoke',
  emergency: 'emergency.lift',
  site_emergency: 'site_emergency.end',
  topic: 'topic.end',
  lesson: 'lesson.end',
  occasion: 'occasion.end',
}

/** What people do once, for good: a hold is released, a name that is erased stays erased. */
const FOR_GOOD: ReadonlySet<string> = new Set([
  'person',
  'hold',
  'unmask',
  'agent',
  'list',
  'cover',
])

/**
 * The edit that would make of an entry what was before it; a text says why there is none. It is a change like any
 * other: judged by what it opens, and refused where the object has moved on meanwhile.
 */
export function undoOf({ kind, object_id: objectId, before }: UndoneEntry): Edit | string {
  const type = kind.slice(0, kind.indexOf('.'))
  if (FOR_GOOD.has(type)) return `\`${kind}\` can’t be taken back`
  if (before !== null) {
    const put = type === 'emergency' ? 'emergency.block' : editKind(`${type}.put`)
    return put === undefined ? NOT_A_CHANGE : { kind: put, objectId, after: before }
  }
  if (type === 'policy') return 'there was no policy before it'
  const end = ENDS[type] ?? editKind(`${type}.remove`)
  return end === undefined ? NOT_A_CHANGE : { kind: end, objectId, after: null }
}

type UndoneEntry = Pick<LedgerEntry, 'kind' | 'object_id' | 'before'>

const NOT_A_CHANGE = 'it changed nothing that could be taken back'

function editKind(kind: string): EditKind | undefined {
  return EDIT_KINDS.find((one) => one === kind)
}
