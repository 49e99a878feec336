import { expect, test } from 'vitest'
import { endHolds, holdEvidence } from '../../commands/incident-holds.ts'
import { holdsOf } from '../../records/journal/legal-holds.ts'
import { JournalFolder, aLookup } from '../support/journal-folder.ts'
import { AT, DIRECTION_OF, sampleDesk } from '../records/governance/sample-desk.ts'

const EVIDENCE = { incidentId: 'i-1', first: 1, last: 2, personRef: 'p-7' }

function scene() {
  const folder = new JournalFolder()
  folder.write(aLookup(), aLookup({ host: 'b.example' }))
  folder.index()
  const { ledger, directory } = sampleDesk(undefined, undefined, folder.directory)
  const err: string[] = []
  const deps = { directionOf: DIRECTION_OF, now: () => AT, err: (line: string) => err.push(line) }
  const kinds = () =>
    [...ledger.entries()]
      .filter(({ kind }) => kind.startsWith('hold.'))
      .map(({ kind, actor, object_id: hold }) => [kind, actor, hold])
  const inForce = () =>
    holdsOf(folder.db)
      .filter(({ releasedAt }) => releasedAt === null)
      .map(({ ledgerId, until }) => [ledgerId, until])
  return { call: (by: string) => ({ directory, by, deps }), kinds, inForce }
}

test('an incident’s entries are held in the ledger and, at once, in this journal', async () => {
  const { call, kinds, inForce } = scene()
  expect(await holdEvidence(call('teacher'), EVIDENCE)).toBeNull()
  expect(kinds()).toEqual([['hold.put', 'teacher', '1']])
  expect(inForce()).toEqual([['1', null]])
})

test('each hold of a closed incident gives way to one that ends in seven years, others stay', async () => {
  const { call, kinds, inForce } = scene()
  await holdEvidence(call('dsl'), EVIDENCE)
  await holdEvidence(call('dsl'), { ...EVIDENCE, first: 2 })
  await holdEvidence(call('dsl'), { ...EVIDENCE, incidentId: 'i-2' })
  expect(await endHolds(call('head'), 'i-1')).toBeNull()
  const until = '2033-11-24T10:00:00.000Z'
  expect(inForce()).toEqual([
    ['5', until],
    ['4', until],
    ['3', null],
  ])
  expect(kinds().slice(3)).toEqual([
    ['hold.put', 'head', '4'],
    ['hold.release', 'head', '1'],
    ['hold.put', 'head', '5'],
    ['hold.release', 'head', '2'],
  ])
  // Again: they have their end.
  expect(await endHolds(call('head'), 'i-1')).toBeNull()
  expect(kinds()).toHaveLength(7)
})

test('who may not let go leaves all as it is, and nobody who holds no office holds anything', async () => {
  const { call, kinds, inForce } = scene()
  expect(await holdEvidence(call('stranger'), EVIDENCE)).toMatch(/stranger/)
  await holdEvidence(call('dsl'), EVIDENCE)
  expect(await endHolds(call('nm'), 'i-1')).toMatch(/nm/)
  expect(kinds()).toHaveLength(1)
  expect(inForce()).toEqual([['1', null]])
})

test('an incident that stands on nothing has nothing to let go', async () => {
  const { call, kinds } = scene()
  expect(await endHolds(call('dsl'), 'i-1')).toBeNull()
  expect(kinds()).toEqual([])
})
