import { describe, expect, it } from 'vitest'
import { dashboardScene } from '../dashboard-scene.ts'

const REPORT = {
  why: 'accessed',
  text: 'seen on a screen in the library',
  about: 'bullying_threat',
}

/** The incidents that somebody sees as his to handle. */
async function mineOf(browser: { get: (url: string) => Promise<{ body: object }> }) {
  const { body } = await browser.get('/api/incidents')
  return (body as { mine: { id: string; class: string }[] }).mine
}

describe('a report', () => {
  it.each([
    [{ ...REPORT, subjectKind: 'pupil' }, ['dsl']],
    [{ ...REPORT, subjectKind: 'staff', about: 'staff_conduct' }, ['head']],
    [{ ...REPORT, subjectKind: 'head', about: 'staff_conduct' }, ['chair_of_governors']],
    [{ why: 'accessible', text: 'it opened on my laptop' }, ['network_manager', 'dsl']],
    [{ why: 'misspelling', text: 'gamez instead of games' }, ['network_manager', 'dsl']],
    [
      { why: 'unreasonable_restriction', text: 'the exam board is blocked' },
      ['network_manager', 'dsl'],
    ],
  ])('%o goes to %o', async (report, goesTo) => {
    const { signedIn } = await dashboardScene()
    const { status, body } = await (await signedIn('teacher')).post('/api/incidents/report', report)
    expect({ status, goesTo: body['goesTo'] }).toEqual({ status: 200, goesTo })
  })

  it.each([
    [{ why: 'accessed', text: 'seen in the library' }, 422],
    [{ ...REPORT, text: 'short' }, 422],
    [{ ...REPORT, why: 'boredom' }, 400],
    [{ why: 'teaching_topic', text: 'we read about the war' }, 422],
    [{ ...REPORT, subject: 'p-teacher' }, 422],
  ])('%o is refused with %i', async (report, status) => {
    const { signedIn } = await dashboardScene()
    const answer = await (await signedIn('teacher')).post('/api/incidents/report', report)
    expect(answer.status).toBe(status)
  })

  it('about somebody is never for him to see (V28)', async () => {
    const { signedIn } = await dashboardScene()
    const teacher = await signedIn('teacher')
    const about = { ...REPORT, subject: 'p-dsl', subjectKind: 'staff', about: 'staff_conduct' }
    await teacher.post('/api/incidents/report', about)
    const head = await signedIn('head')
    expect(await mineOf(head)).toHaveLength(1)
    const dsl = await signedIn('dsl')
    expect(await mineOf(dsl)).toEqual([])
    const [incident] = await mineOf(head)
    expect((await dsl.get(`/api/incidents/${incident?.id ?? ''}`)).status).toBe(404)
  })

  it('is told its author as far as that it was seen, and governors as a number', async () => {
    const { signedIn } = await dashboardScene()
    const teacher = await signedIn('teacher')
    await teacher.post('/api/incidents/report', REPORT)
    const before = (await teacher.get('/api/incidents')).body
    expect(before).toMatchObject({ mine: [], counts: [], reported: [{ state: 'sent' }] })
    const dsl = await signedIn('dsl')
    const [incident] = await mineOf(dsl)
    await dsl.post(`/api/incidents/${incident?.id ?? ''}/steps`, { step: 'acknowledge' })
    expect((await teacher.get('/api/incidents')).body['reported']).toMatchObject([
      { state: 'seen' },
    ])
    expect((await (await signedIn('governor')).get('/api/incidents')).body).toMatchObject({
      mine: [],
      counts: [{ class: 'bullying_threat', isOpen: true, count: '<5' }],
    })
  })
})

it('an incident is seen, worked on, referred, handed over and closed, each step by name', async () => {
  const { signedIn } = await dashboardScene()
  await (await signedIn('teacher')).post('/api/incidents/report', REPORT)
  const dsl = await signedIn('dsl')
  const [incident] = await mineOf(dsl)
  const url = `/api/incidents/${incident?.id ?? ''}`
  const step = async (body: object): Promise<number> =>
    (await dsl.post(`${url}/steps`, body)).status
  expect(await step({ step: 'close', text: 'learnt a lesson', outcome: 'support' })).toBe(422)
  expect(await step({ step: 'acknowledge' })).toBe(204)
  expect(await step({ step: 'act', text: 'short' })).toBe(422)
  expect(await step({ step: 'act', text: 'spoke with both children' })).toBe(204)
  expect(await step({ step: 'refer', text: '' })).toBe(422)
  expect(await step({ step: 'refer', target: 'LA', text: 'LA-17' })).toBe(204)
  expect(await step({ step: 'parent', text: 'told on the phone today' })).toBe(204)
  const handed = await dsl.post(`${url}/hand-over`, { reference: 'CPOMS 4' })
  expect(handed.body['text']).toContain('bullying threat')
  expect(await step({ step: 'close', text: 'more adults at break', outcome: 'support' })).toBe(204)
  const { body } = await dsl.get(url)
  expect(body).toMatchObject({ outcome: 'support', acknowledgedName: 'dsl Example' })
  expect((body['events'] as { kind: string }[]).map(({ kind }) => kind)).toEqual([
    ...['opened', 'acknowledged', 'action', 'referred', 'parent_informed', 'handed_over', 'closed'],
  ])
  expect((await dsl.post(`${url}/hand-over`, { reference: '' })).status).toBe(200)
})

it('an alert that is none of yours opens nothing, and does not say whether there is one', async () => {
  const { signedIn } = await dashboardScene()
  const answer = await (
    await signedIn('dsl')
  ).post('/api/incidents', {
    alert: 'nowhere',
    reason: 'looked odd to me',
  })
  expect(answer.status).toBe(404)
})
