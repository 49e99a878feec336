import { expect, test } from 'vitest'
import type { Edit } from '../../../../records/governance/judge-edit.ts'
import type { LedgerCommand } from '../../../../records/ledger/entry.ts'
import { AT, REASON, sampleDesk, SITE, waiting } from '../../governance/sample-desk.ts'

const SEEN = '2026-11-23T09:00:00Z'
const ASKED: Edit = {
  kind: 'unmask.put',
  objectId: 'P-0000-0001',
  after: { viewer_class: 'network_manager', seen_at: SEEN },
}

test('a leave to look behind a pseudonym is there with the yes, and says whose', async () => {
  const { desk, submit, view } = sampleDesk()
  const proposal = await waiting(submit([ASKED], 'nm'))
  expect(view.current().unmaskings.size).toBe(0)
  await desk.approve(proposal, 'dsl', REASON, AT)
  expect(view.current().unmaskings.get('P-0000-0001')).toEqual({
    ...{ askedBy: 'nm', viewerClass: 'network_manager', approvedBy: 'dsl', reason: REASON },
    ...{ seenAt: SEEN, approvedAt: '2026-11-24T10:00:00.000Z' },
  })
})

test('an entry of the first version, which named the person, still has a meaning', () => {
  const { ledger, view } = sampleDesk()
  const after = { asked_by: 'nm', viewer_class: 'network_manager', person_ref: 'p-pupil' }
  const old: LedgerCommand = {
    ...({ kind: 'unmask.put', objectId: 'P-0000-0002', before: null, after } as const),
    ...({ direction: 'neutral', affectedRoles: [], reason: REASON, approval: null } as const),
  }
  const basedOn = view.current().headSeq
  ledger.append([old], { site: SITE, actor: 'nm', actorRole: 'network_manager', at: AT, basedOn })
  expect(view.current().unmaskings.get('P-0000-0002')).toMatchObject({ approvedBy: null })
})
