import { expect, test } from 'vitest'
import { undoOf } from '../../../records/governance/undo-entry.ts'
import type { LedgerEntry } from '../../../records/ledger/entry.ts'

const WAS = { hosts: ['a.example'] }

test.each<[string, LedgerEntry['kind'], LedgerEntry['before'], unknown]>([
  ['a site that was opened is taken away', 'site.put', null, ['site.remove', null]],
  ['a site that was changed is what it was', 'site.put', WAS, ['site.put', WAS]],
  ['a site that was taken away is put again', 'site.remove', WAS, ['site.put', WAS]],
  ['a grant is revoked', 'grant.put', null, ['grant.revoke', null]],
  ['a block at once is lifted', 'emergency.block', null, ['emergency.lift', null]],
  ['and one that was lifted is put again', 'emergency.lift', WAS, ['emergency.block', WAS]],
  ['an occasion ends', 'occasion.put', null, ['occasion.end', null]],
  ['a policy is the one before', 'policy.put', WAS, ['policy.put', WAS]],
  ['the first policy stays', 'policy.put', null, 'there was no policy before it'],
  ['a name that is erased stays so', 'person.erase', WAS, '`person.erase` can’t be taken back'],
  ['a hold is released and not undone', 'hold.put', null, '`hold.put` can’t be taken back'],
  ['a review changed nothing', 'review.put', null, 'it changed nothing that could be taken back'],
])('%s', (_says, kind, before, wanted) => {
  const edit = undoOf({ kind, object_id: 'x', before })
  expect(typeof edit === 'string' ? edit : [edit.kind, edit.after]).toEqual(wanted)
})
