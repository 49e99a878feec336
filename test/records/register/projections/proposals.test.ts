import { expect, test } from 'vitest'
import type { LedgerCommand } from '../../../../records/ledger/entry.ts'
import {
  AT,
  REASON,
  sampleDesk,
  SITE,
  UNLOCK_PUPIL,
  waiting,
} from '../../governance/sample-desk.ts'

test('a proposal keeps who, when and why, and who ended the waiting', async () => {
  const { desk, view, submit } = sampleDesk()
  const id = await waiting(submit([UNLOCK_PUPIL], 'nm'))
  expect(view.current().proposals.get(id)).toMatchObject({
    ...{
      author: 'nm',
      authorRole: 'network_manager',
      reason: REASON,
      at: '2026-11-24T10:00:00.000Z',
    },
    ...{ state: 'waiting', closedBy: null, loosensPupils: true, approvers: 'dsl', edits: 1 },
  })
  await desk.refuse(id, 'dsl', REASON, AT)
  expect(view.current().proposals.get(id)).toMatchObject({ state: 'refused', closedBy: 'dsl' })
})

test('an entry that ends what does not wait stops the reading', () => {
  const { ledger, view } = sampleDesk()
  const command: LedgerCommand = {
    ...({ kind: 'proposal.approve', objectId: '99-abcd', before: null, after: null } as const),
    ...({ direction: 'neutral', affectedRoles: [], reason: REASON, approval: null } as const),
  }
  const basedOn = view.current().headSeq
  ledger.append([command], { site: SITE, actor: 'x', actorRole: 'dsl', at: AT, basedOn })
  expect(() => view.current()).toThrow('(proposal.approve `99-abcd`) ends no proposal that waits')
})
