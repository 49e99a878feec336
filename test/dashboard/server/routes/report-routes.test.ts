import { expect, it } from 'vitest'
import { AT, dashboardScene } from '../dashboard-scene.ts'

it('governors read sums: small numbers of children are `<5`, those of the school’s own work are not', async () => {
  const { signedIn, school } = await dashboardScene()
  const worry = { why: 'accessible', text: 'it opened on my laptop' }
  await (await signedIn('teacher')).post('/api/incidents/report', worry)
  const { body } = await (await signedIn('governor')).get('/api/reports/governors?days=30')
  expect(body).toMatchObject({
    filtering: 'unknown',
    byCategory: [],
    incidents: [{ class: 'filter_failure', isOpen: true, count: '<5' }],
    alerts: { opened: 0, unseen: 0 },
    changes: { waiting: 0, unreviewed: school.register().queue.size },
    to: new Date(AT).toISOString(),
  })
  expect(JSON.stringify(body)).not.toMatch(/p-pupil|Poppy|p-teacher/)
  expect((await (await signedIn('teacher')).get('/api/reports/governors')).status).toBe(403)
})

it('what opened anything is overdue after two school days', async () => {
  const { signedIn, school, pass } = await dashboardScene()
  const grant = {
    ...{ type: 'personal_use', person: null, device: 'phone', class: null, zones: [], windows: [] },
    ...{ from: new Date(AT).toISOString(), to: new Date(AT + 86_400_000).toISOString() },
    ...{ profile: null, sites: ['a.example'], categories: [], locked: false, purpose: null },
    assessment: null,
  }
  const { headSeq: basedOn } = school.register()
  const edits = [{ kind: 'grant.put' as const, objectId: 'g', after: grant }]
  const asked = await school.desk.submit(
    { basedOn, reason: 'for this week', edits },
    'p-teacher',
    AT,
  )
  if (asked.kind !== 'waiting') throw new Error(JSON.stringify(asked))
  await school.desk.approve(asked.proposal, 'p-head', 'fine this once', AT)
  const overdue = async (): Promise<unknown> => {
    const governor = await signedIn('governor')
    const { body } = await governor.get('/api/reports/governors')
    return (body['changes'] as { overdue: number }).overdue
  }
  const before = await overdue()
  pass(3 * 86_400_000)
  expect(Number(await overdue())).toBeGreaterThan(Number(before))
})
