import { describe, expect, it } from 'vitest'
import { AT, dashboardScene, type DashboardScene } from '../dashboard-scene.ts'

const DAY_MS = 86_400_000
const at = (days: number): string => new Date(AT + days * DAY_MS).toISOString()

const GRANT = {
  ...{ type: 'personal_use', person: null, device: 'phone', class: null, zones: ['office'] },
  ...{ windows: [], from: at(0), to: at(5), profile: null, sites: ['a.example', 'b.example'] },
  ...{ categories: [], locked: false, purpose: null, assessment: null },
} as const

/** A grant that the teacher has asked for, and its proposal. */
async function asked(): Promise<DashboardScene & { readonly id: string }> {
  const scene = await dashboardScene()
  const { desk, register } = scene.school
  const edits = [
    {
      kind: 'grant.put' as const,
      objectId: 'g-1',
      after: { ...GRANT, sites: [...GRANT.sites], zones: ['office'], windows: [], categories: [] },
    },
  ]
  const change = { basedOn: register().headSeq, reason: 'for the visit this week', edits }
  const outcome = await desk.submit(change, 'p-teacher', AT)
  if (outcome.kind !== 'waiting') throw new Error(JSON.stringify(outcome))
  return { ...scene, id: outcome.proposal }
}

it('whoever may agree sees what is asked for; a teacher sees his own', async () => {
  const { signedIn, id } = await asked()
  const mine = { id, author: 'p-teacher', approvers: 'head', grant: { device: 'phone' } }
  for (const login of ['head', 'teacher'] as const)
    expect((await (await signedIn(login)).get('/api/permissions')).body).toMatchObject({
      grants: [],
      asked: [mine],
    })
})

describe('less than was asked for', () => {
  it.each([
    ['an earlier end', { to: at(1) }, { to: at(1) }],
    ['fewer sites', { sites: ['a.example'] }, { sites: ['a.example'] }],
  ])('%s is agreed to and in force', async (_says, less, granted) => {
    const { signedIn, id } = await asked()
    const head = await signedIn('head')
    const body = { ...less, reason: 'one day is enough' }
    const answer = await head.post(`/api/permissions/${id}/narrow`, body)
    expect(answer.body, JSON.stringify(answer.body)).toMatchObject({ kind: 'applied' })
    expect((await head.get('/api/permissions')).body).toMatchObject({
      grants: [{ id: 'g-1', ...granted }],
      asked: [],
    })
  })

  it.each([
    ['a later end', { to: at(6) }],
    ['another site', { sites: ['a.example', 'c.example'] }],
    ['no site, which would be the profile of its kind', { sites: [] }],
    ['every place', { zones: [] }],
  ])('is not %s: nothing is agreed to', async (_says, more) => {
    const { signedIn, id, school } = await asked()
    const head = await signedIn('head')
    const answer = await head.post(`/api/permissions/${id}/narrow`, {
      ...more,
      reason: 'as they like',
    })
    expect(answer.status).toBe(422)
    expect(school.register().grants.size).toBe(0)
    expect(school.register().proposals.get(id)?.state).toBe('waiting')
  })

  it('is nobody’s to agree to who may not agree', async () => {
    const { signedIn, id, school } = await asked()
    const body = { to: at(1), reason: 'one day is enough' }
    expect((await (await signedIn('dsl')).post(`/api/permissions/${id}/narrow`, body)).status).toBe(
      422,
    )
    expect(
      (await (await signedIn('office')).post(`/api/permissions/${id}/narrow`, body)).status,
    ).toBe(403)
    expect(
      (await (await signedIn('head')).post('/api/permissions/nothing/narrow', body)).status,
    ).toBe(404)
    expect(school.register().grants.size).toBe(0)
  })
})
