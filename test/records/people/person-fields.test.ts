import { expect, test } from 'vitest'
import type { LedgerEntry } from '../../../records/ledger/entry.ts'
import { concernsPerson } from '../../../records/people/person-fields.ts'
import { PHONE } from '../ledger/sample-ledger.ts'
import { chainOf } from '../register/sample-entry.ts'

const approval = { needed: true, by: 'p-1', ts: null, comment: null }
const phone = { ...PHONE, personRef: 'p-1' }

const ABOUT: readonly [says: string, change: Partial<LedgerEntry>, concerns: boolean][] = [
  ['what the person did', { actor: 'p-1' }, true],
  ['what the person agreed to', { approval }, true],
  ['the person', { kind: 'person.put', object_type: 'person', object_id: 'p-1' }, true],
  ['the duties of the person', { kind: 'role.put', object_type: 'role', object_id: 'p-1' }, true],
  ['a device that is the person’s', { after: phone }, true],
  ['a device that was the person’s', { before: phone }, true],
  [
    'a device that is called like the person',
    { object_id: 'p-1', after: { ...PHONE, id: 'p-1', personRef: 'p-2' } },
    false,
  ],
  ['a visit to the person', { after: { type: 'day', person: 'v-1', host: 'p-1' } }, true],
  ['a grant for the person', { after: { person: 'p-1', device: 'p-2' } }, true],
  ['a device of a grant', { after: { person: 'p-2', device: 'p-1' } }, false],
  ['names shown to the person', { after: { asked_by: 'p-1' } }, true],
  ['a list of people', { after: { persons: ['p-2', 'p-1'] } }, true],
  [
    'a class that the person is in or teaches',
    { after: { teachers: ['t'], pupils: ['p-1'] } },
    true,
  ],
  ['a lesson of the person', { after: { teacher: 'p-1' } }, true],
  ['another person whose reference begins alike', { actor: 'p-11' }, false],
  ['a reason that says the reference', { reason: 'p-1' }, false],
  ['a host that is called so', { after: { hosts: ['p-1'] } }, false],
  [
    'a proposal about the person',
    {
      kind: 'proposal.put',
      object_type: 'proposal',
      after: { document: 'edits', name: 'changes' },
    },
    true,
  ],
  ['a policy', { kind: 'policy.put', after: { document: 'edits', name: 'policy.yaml' } }, false],
  ['a proposal whose text is lost', { kind: 'proposal.put', after: { document: 'lost' } }, false],
]

const EDITS = JSON.stringify([{ kind: 'person.put', objectId: 'p-1', before: null, after: {} }])

test.each(ABOUT)('%s', (_, change, concerns) => {
  const [entry] = chainOf([{ after: { ...PHONE, personRef: null }, ...change }])
  if (entry === undefined) throw new Error('no entry')
  const textOf = (hash: string) => (hash === 'edits' ? EDITS : undefined)
  expect(concernsPerson(entry, 'p-1', textOf)).toBe(concerns)
})
