import { expect, test } from 'vitest'
import { describeEntry } from '../../../../records/ledger/describe-entry.ts'
import type { Edit } from '../../../../records/governance/judge-edit.ts'
import { AT, REASON, sampleDesk } from '../../governance/sample-desk.ts'

const NOTHING = { gate: null, first: null, last: null, from: null, to: null }
const AFTER = { ...NOTHING, person: 'p-pupil', incident: null, until: null }
const put = (objectId: string, after: Edit['after'] = AFTER): Edit => ({
  ...{ kind: 'hold.put', objectId, after },
})
const release = (objectId: string): Edit => ({ kind: 'hold.release', objectId, after: null })
const at = new Date(AT).toISOString()

test('a hold is in force from the word of the lead until its release, which is kept', async () => {
  const { submit, view, ledger } = sampleDesk()
  expect(await submit([put('1')], 'dsl')).toMatchObject({ kind: 'applied' })
  const placed = { by: 'dsl', at, reason: REASON }
  expect(view.current().holds.get('1')).toEqual({ facts: AFTER, placed, released: null })
  await submit([release('1')], 'head')
  const released = { by: 'head', at, reason: REASON }
  expect(view.current().holds.get('1')).toEqual({ facts: AFTER, placed, released })
  const said = [...ledger.entries()].slice(-2).map(describeEntry)
  expect(said[0]).toContain('placed legal hold 1 on entries of the journal, person p-pupil')
  expect(said[1]).toContain('released legal hold 1')
})

const REFUSED: readonly [says: string, actor: string, edit: Edit, message: RegExp][] = [
  ['who has no such duty', 'nm', put('2'), /may not/],
  [
    'a number that was used',
    'dsl',
    put('1', { ...AFTER, person: null, first: 1, gate: 'g' }),
    /has been a hold 1/,
  ],
  ['a hold on nothing', 'dsl', put('2', { ...AFTER, person: null }), /say which entries/],
  ['numbers of nobody’s journal', 'dsl', put('2', { ...AFTER, first: 1 }), /one gate’s journal/],
  ['numbers and times', 'dsl', put('2', { ...AFTER, gate: 'g', first: 1, from: at }), /not both/],
  ['the release of what was never held', 'dsl', release('9'), /never held/],
  ['the release by somebody else', 'teacher', release('1'), /may not/],
]

test.each(REFUSED)('%s is refused', async (_says, actor, edit, message) => {
  const { submit, view } = sampleDesk()
  await submit([put('1')], 'dsl')
  const outcome = await submit([edit], actor)
  expect(outcome).toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(message) as string,
  })
  expect(view.current().holds.size).toBe(1)
})

test('nobody lets go what is kept of himself, whatever his duty', async () => {
  const { submit } = sampleDesk()
  await submit([put('1', { ...AFTER, person: 'dsl' })], 'head')
  expect(await submit([release('1')], 'dsl')).toMatchObject({ kind: 'refused' })
  expect(await submit([release('1')], 'deputy')).toMatchObject({ kind: 'applied' })
})
