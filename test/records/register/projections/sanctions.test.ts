import { expect, test } from 'vitest'
import { describeChange } from '../../../../records/ledger/describe-entry.ts'
import { isUrgentTightening } from '../../../../records/redis/tightening.ts'
import { permissionsOf } from '../../../../records/register/permissions-of.ts'
import { policyOf } from '../../../../records/governance/judged-permission.ts'
import {
  AT,
  REASON,
  sampleDesk,
  SITE,
  waiting,
  type SampleDesk,
} from '../../governance/sample-desk.ts'

const AFTER = {
  ...{ kind: 'lockout', person: 'p-pupil', device: null, role: 'pupil', site: null },
  ...{ from: '2026-11-24T10:00:00.000Z', to: '2026-11-24T10:15:00.000Z', attempts: 5 },
} as const

/** As the gate itself appends it. */
function impose({ ledger }: SampleDesk, id: string, after: object): void {
  const command = {
    ...{ kind: 'sanction.put' as const, objectId: id, before: null, after: { ...after } as never },
    ...{ direction: 'tighten' as const, affectedRoles: ['pupil' as const], approval: null },
    reason: '5 attempts to get round the filter within 15 minutes',
  }
  const { seq } = ledger.head()
  ledger.append([command], { site: SITE, actor: 'gate', actorRole: 'gate', at: AT, basedOn: seq })
}

test('what the gate imposes is in the register, and in the engine that is made from it', () => {
  const school = sampleDesk()
  impose(school, 's1', AFTER)
  impose(school, 's2', {
    ...{ ...AFTER, kind: 'dns_tunnel', device: 'pupil-phone', site: 'tunnel.example' },
  })
  const register = school.view.current()
  const policy = policyOf(register)
  if (policy === null) throw new Error('no policy')
  const term = { from: AT, to: AT + 900_000 }
  expect(permissionsOf(register, policy, AT).sanctions).toEqual([
    { id: 's1', person: 'p-pupil', device: null, hosts: null, ...term },
    {
      ...{ id: 's2', person: null, device: 'pupil-phone', ...term },
      hosts: [{ host: 'tunnel.example', scope: 'subtree' }],
    },
  ])
  expect(permissionsOf(register, policy, AT + 2 * 86_400_000).sanctions).toEqual([])
})

test('the safeguarding lead or a deputy lifts it at once; a leader asks for their yes, others may not', async () => {
  const school = sampleDesk()
  const { submit, desk, view } = school
  const lift = [{ kind: 'sanction.lift' as const, objectId: 's1', after: null }]
  impose(school, 's1', AFTER)
  expect(await submit(lift, 'nm')).toMatchObject({ kind: 'refused' })
  const proposal = await waiting(submit(lift, 'head'))
  expect(view.current().sanctions.size).toBe(1)
  await desk.approve(proposal, 'dsl', REASON, AT)
  expect(view.current().sanctions.size).toBe(0)
  impose(school, 's1', AFTER)
  expect(await submit(lift, 'deputy')).toMatchObject({ kind: 'applied' })
  expect(await submit(lift, 'dsl')).toMatchObject({ kind: 'refused' })
})

test('nobody lifts his own', async () => {
  const school = sampleDesk()
  impose(school, 's1', { ...AFTER, person: 'dsl', role: 'staff' })
  const lift = [{ kind: 'sanction.lift' as const, objectId: 's1', after: null }]
  expect(await school.submit(lift, 'dsl')).toMatchObject({ kind: 'refused' })
  expect(await school.submit(lift, 'deputy')).toMatchObject({ kind: 'applied' })
})

test('it is told in words, and never waits for Redis', () => {
  const school = sampleDesk()
  impose(school, 's1', AFTER)
  const [entry] = school.ledger.entries(school.ledger.head().seq - 1, school.ledger.head().seq)
  expect(entry && describeChange(entry)).toBe(
    'imposed sanction s1 (lockout) until 2026-11-24T10:15:00.000Z after 5 attempts',
  )
  expect(isUrgentTightening({ kind: 'sanction.put', after: null, direction: 'tighten' })).toBe(true)
  expect(isUrgentTightening({ kind: 'sanction.lift', after: null, direction: 'loosen' })).toBe(
    false,
  )
})
