import { expect, test } from 'vitest'
import type { UnmaskRequest, Unmasked } from '../../../records/journal/unmask.ts'
import { AccessLog } from '../../../records/journal/access-log.ts'
import { JournalView } from '../../../records/journal/journal-view.ts'
import { unmask } from '../../../records/journal/unmask.ts'
import { ViewerPseudonyms, termAt, viewerOf } from '../../../records/journal/viewer-pseudonyms.ts'
import { JournalFolder, aLookup } from '../../support/journal-folder.ts'
import { TEN_O_CLOCK } from '../../support/refusals.ts'
import { holder, ON_DUTY, REASON, sampleDesk, waiting } from '../governance/sample-desk.ts'

const pseudonyms = new ViewerPseudonyms(new Uint8Array(32))
const HOUR_MS = 3_600_000

const REQUEST: UnmaskRequest = {
  pseudonym: pseudonyms.of('P', 'p-7', viewerOf('network_manager'), termAt(TEN_O_CLOCK)),
  askedBy: 'nm',
  role: 'network_manager',
  reason: 'a phone that scans the network',
  seenAt: TEN_O_CLOCK,
  at: TEN_O_CLOCK,
}

/** A school with one refusal of pupil `p-7`, and its staff on duty. */
function scene() {
  const journal = new JournalFolder()
  journal.write(aLookup())
  journal.index()
  const school = sampleDesk({ ...ON_DUTY, other: holder(['network_manager']) })
  const nameOf = (): string => 'Mary Smith'
  const ask = async (change: Partial<UnmaskRequest> = {}): Promise<Unmasked> => {
    using log = AccessLog.open(journal.directory)
    const view = new JournalView({ db: journal.db, pseudonyms, log, nameOf })
    const parts = { view, log, nameOf, register: school.view, desk: school.desk }
    return await unmask({ ...REQUEST, ...change }, parts)
  }
  const looks = (): number => {
    using log = AccessLog.open(journal.directory)
    return log.last(9).length
  }
  return { ...school, ask, looks }
}

test('it waits for the lead, in the ledger with its reason and without the person', async () => {
  const { ask, ledger, looks, view } = scene()
  const answer = await ask()
  expect(answer).toMatchObject({ kind: 'waiting', approvers: ['dsl'] })
  expect(looks()).toBe(0)
  const { headSeq, proposals } = view.current()
  const [proposed] = [...ledger.entries(headSeq - 1)]
  const [proposal] = [...proposals.values()]
  expect(proposed).toMatchObject({ kind: 'proposal.put', actor: 'nm', reason: REQUEST.reason })
  const text = ledger.findDocument(proposal?.document ?? '')
  expect(text).toContain(REQUEST.pseudonym)
  expect(`${text ?? ''}${JSON.stringify(proposed)}`).not.toContain('p-7')
  // Asking again asks nobody twice.
  expect(await ask()).toMatchObject({ kind: 'waiting' })
  expect(view.current().headSeq).toBe(headSeq)
})

test('after the yes the asker is told for a day, and each look is noted', async () => {
  const { ask, desk, ledger, looks, view } = scene()
  const proposal = await waiting(ask() as never)
  expect(await desk.approve(proposal, 'nm', REASON, TEN_O_CLOCK)).toMatchObject({ kind: 'refused' })
  await desk.approve(proposal, 'dsl', REASON, TEN_O_CLOCK + HOUR_MS)
  expect([...ledger.entries(view.current().headSeq - 1)]).toMatchObject([
    {
      ...{ kind: 'unmask.put', actor: 'nm', object_id: REQUEST.pseudonym, reason: REQUEST.reason },
      approval: { needed: true, by: 'dsl' },
    },
  ])
  const told = { kind: 'told', personRef: 'p-7', name: 'Mary Smith' }
  expect(await ask({ at: TEN_O_CLOCK + 2 * HOUR_MS })).toEqual(told)
  expect(looks()).toBe(1)
  expect(await ask({ at: TEN_O_CLOCK + 25 * HOUR_MS - 1 })).toEqual(told)
  expect(await ask({ at: TEN_O_CLOCK + 25 * HOUR_MS })).toMatchObject({ kind: 'waiting' })
  expect(looks()).toBe(2)
})

test('somebody else’s leave is not his', async () => {
  const { ask, desk, looks } = scene()
  await desk.approve(await waiting(ask() as never), 'dsl', REASON, TEN_O_CLOCK)
  const at = TEN_O_CLOCK + HOUR_MS
  expect(await ask({ at, askedBy: 'other' })).toMatchObject({ kind: 'waiting' })
  expect(looks()).toBe(0)
})

test('a no is a no, and asking again is a new question', async () => {
  const { ask, desk, looks } = scene()
  await desk.refuse(await waiting(ask() as never), 'dsl', REASON, TEN_O_CLOCK)
  expect(await ask()).toMatchObject({ kind: 'waiting' })
  expect(looks()).toBe(0)
})

const REFUSED: readonly [why: RegExp, change: Partial<UnmaskRequest>][] = [
  [/10 letters/, { reason: 'curious' }],
  [/may not do `unmask.put`/, { askedBy: 'teacher' }],
  [/has no duty/, { askedBy: 'nobody' }],
  [/nobody is/, { pseudonym: 'P-0000-0000' }],
  [/nobody is/, { role: 'it' }],
  [/in that term/, { seenAt: TEN_O_CLOCK + 90 * 86_400_000 }],
]

test.each(REFUSED)('%s: %j', async (why, change) => {
  const { ask, looks, view } = scene()
  const { headSeq } = view.current()
  expect(await ask(change)).toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(why) as string,
  })
  expect([view.current().headSeq, looks()]).toEqual([headSeq, 0])
})
