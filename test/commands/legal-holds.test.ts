import { expect, test } from 'vitest'
import { journal } from '../../commands/journal.ts'
import { dutiesOf } from '../../commands/ledger-access.ts'
import { holdNumber } from '../../commands/legal-holds.ts'
import { holdsOf, placeHold } from '../../records/journal/legal-holds.ts'
import { JournalFolder, aLookup } from '../support/journal-folder.ts'
import { AT, sampleDesk, type SampleDesk } from '../records/governance/sample-desk.ts'
import { runCommand, type Ran } from './run-command.ts'

const BECAUSE = ['--reason', 'police asked for it']

function scene(): SampleDesk & {
  readonly folder: JournalFolder
  readonly as: (actor: string, ...args: readonly string[]) => Promise<Ran>
} {
  const folder = new JournalFolder()
  folder.write(aLookup(), aLookup({ host: 'b.example' }))
  folder.index()
  const made = sampleDesk(undefined, undefined, folder.directory)
  const as = (actor: string, ...args: readonly string[]): Promise<Ran> =>
    runCommand(journal, [...args, '--actor', actor, ...BECAUSE, '--records', folder.directory], {
      now: () => AT,
      dutiesOf,
    })
  return { ...made, folder, as }
}

test.each(['dsl', 'deputy', 'head'])(
  '%s places a hold and releases it: both are in the ledger',
  async (actor) => {
    const { as, ledger, folder } = scene()
    expect((await as(actor, 'hold', '--entries', '1-2')).out).toBe('hold 1 is in force')
    expect((await as(actor, 'hold', '--person', 'p-7', '--incident', 'i-1')).out).toContain(
      'hold 2',
    )
    expect(holdsOf(folder.db).map((one) => [holdNumber(one), one.releasedAt])).toEqual([
      ['2', null],
      ['1', null],
    ])
    expect((await as(actor, 'release', '1')).out).toBe('hold 1 is released')
    const kinds = [...ledger.entries()]
      .slice(-3)
      .map(({ kind, actor: by, after }) => [kind, by, after])
    const none = { from: null, to: null, until: null }
    expect(kinds).toEqual([
      [
        ...['hold.put', actor],
        { ...none, gate: 'gate-1', first: 1, last: 2, person: null, incident: null },
      ],
      [
        ...['hold.put', actor],
        { ...none, gate: null, first: null, last: null, person: 'p-7', incident: 'i-1' },
      ],
      ['hold.release', actor, null],
    ])
    expect(await as(actor, 'release', '1')).toMatchObject({ code: 1, err: 'hold 1 is released' })
  },
)

test('whoever may open an incident holds some entries for it, by number, and releases none', async () => {
  const { as, folder } = scene()
  expect((await as('teacher', 'hold', '--entries', '1-2')).code).toBe(1)
  expect((await as('teacher', 'hold', '--person', 'p-7', '--incident', 'i-1')).code).toBe(1)
  expect(await as('teacher', 'hold', '--entries', '1-2', '--incident', 'i-1')).toMatchObject({
    out: 'hold 1 is in force',
  })
  expect((await as('teacher', 'release', '1')).code).toBe(1)
  expect(holdsOf(folder.db)).toMatchObject([{ id: 1, releasedAt: null }])
})

test.each(['nm', 'slt', 'it', 'teacher', 'governor', 'stranger'])(
  '%s can neither place nor release one, and nothing changes',
  async (actor) => {
    const { as, ledger, folder } = scene()
    await as('dsl', 'hold', '--person', 'p-7')
    const { seq } = ledger.head()
    for (const call of [
      ['hold', '--person', 'p-7'],
      ['release', '1'],
    ])
      expect(await as(actor, ...call)).toMatchObject({ code: 1, out: '' })
    expect(ledger.head().seq).toBe(seq)
    expect(holdsOf(folder.db)).toMatchObject([{ id: 1, releasedAt: null }])
  },
)

test('a hold that an incident placed is written down when it is released', async () => {
  const { as, ledger, folder } = scene()
  placeHold(folder.db, {
    ...{ entries: { first: 1, last: 1 }, by: 'dsl', reason: 'an incident was opened', at: AT },
    incidentRef: 'i-1',
  })
  expect((await as('teacher', 'release', 'j1')).code).toBe(1)
  expect(holdsOf(folder.db)).toMatchObject([{ ledgerId: null, releasedAt: null }])
  expect((await as('dsl', 'release', 'j1')).out).toBe('hold j1 is released')
  expect(holdsOf(folder.db)).toMatchObject([
    { ledgerId: '1', releasedAt: new Date(AT).toISOString() },
  ])
  const entries = [...ledger.entries()].slice(-2)
  expect(entries.map(({ kind }) => kind)).toEqual(['hold.put', 'hold.release'])
  expect(entries[0]?.after).toMatchObject({ gate: 'gate-1', first: 1, last: 1, incident: 'i-1' })
})
