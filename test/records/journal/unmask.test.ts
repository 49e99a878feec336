import { expect, test } from 'vitest'
import { AccessLog } from '../../../records/journal/access-log.ts'
import { JournalView } from '../../../records/journal/journal-view.ts'
import { unmask } from '../../../records/journal/unmask.ts'
import type { UnmaskCommand, UnmaskRequest } from '../../../records/journal/unmask.ts'
import { ViewerPseudonyms, termAt, viewerOf } from '../../../records/journal/viewer-pseudonyms.ts'
import { JournalFolder, aLookup } from '../../support/journal-folder.ts'
import { TEN_O_CLOCK } from '../../support/refusals.ts'

const pseudonyms = new ViewerPseudonyms(new Uint8Array(32))

const REQUEST: UnmaskRequest = {
  pseudonym: pseudonyms.of('P', 'p-7', viewerOf('network_manager'), termAt(TEN_O_CLOCK)),
  askedBy: 's-nm',
  role: 'network_manager',
  agreedBy: 's-dsl',
  agreedRole: 'dsl',
  reason: 'a phone that scans the network',
  seenAt: TEN_O_CLOCK,
  at: TEN_O_CLOCK,
}

async function ask(
  change: Partial<UnmaskRequest>,
  refusal: string | null = null,
): Promise<{ answer: unknown; commands: UnmaskCommand[]; looks: number }> {
  const journal = new JournalFolder()
  journal.write(aLookup())
  journal.index()
  using log = AccessLog.open(journal.directory)
  const nameOf = (): string => 'Mary Smith'
  const view = new JournalView({ db: journal.db, pseudonyms, log, nameOf })
  const commands: UnmaskCommand[] = []
  const append = (command: UnmaskCommand): string | null => {
    commands.push(command)
    return refusal
  }
  const answer = await unmask({ ...REQUEST, ...change }, { view, log, nameOf, append })
  return { answer, commands, looks: log.last(9).length }
}

test('a reason and a second person: the ledger has it, the log has it, and then it is told', async () => {
  const { answer, commands, looks } = await ask({})
  expect(answer).toEqual({ personRef: 'p-7', name: 'Mary Smith' })
  expect(looks).toBe(1)
  expect(commands).toEqual([
    {
      kind: 'unmask.put',
      objectId: REQUEST.pseudonym,
      before: null,
      after: { asked_by: 's-nm', viewer_class: 'network_manager', person_ref: 'p-7' },
      direction: 'neutral',
      affectedRoles: [],
      reason: REQUEST.reason,
      approval: { needed: true, by: 's-dsl', ts: '2026-11-24T10:00:00.000Z', comment: null },
    },
  ])
})

const REFUSED: readonly [why: RegExp, change: Partial<UnmaskRequest>][] = [
  [/10 letters/, { reason: 'curious' }],
  [/somebody else/, { agreedBy: 's-nm' }],
  [/does not see names/, { agreedRole: 'it' }],
  [/nobody is/, { pseudonym: 'P-0000-0000' }],
  [/nobody is/, { role: 'it' }],
  [/in that term/, { seenAt: TEN_O_CLOCK + 90 * 86_400_000 }],
]

test.each(REFUSED)('%s: %j', async (why, change) => {
  const { answer, commands, looks } = await ask(change)
  expect(answer).toMatch(why)
  expect([commands.length, looks]).toEqual([0, 0])
})

test('what the ledger does not take is not told', async () => {
  const { answer, looks } = await ask({}, 'somebody else appended first')
  expect(answer).toBe('somebody else appended first')
  expect(looks).toBe(0)
})
