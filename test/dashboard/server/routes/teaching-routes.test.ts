import { describe, expect, it } from 'vitest'
import type { Edit } from '../../../../records/governance/judge-edit.ts'
import { SCHOOL_FILES } from '../../../support/school-folder.ts'
import { AT, dashboardScene, type DashboardScene } from '../dashboard-scene.ts'

const TIMETABLE = `timetable: { secondary: [[lesson, '09:30', '11:30'], [lesson, '11:30', '12:30']] }
windows:`
const LAPTOP = `id,octet,person_ref,role,phase,ownership,type,state,aup,posture
laptop,8,p-pupil,pupil,secondary,school,laptop,approved,signed,ok
`
const BELL = '2026-11-24T11:30:00.000Z'

const classOf = (teacher: string, period: string) => ({
  teachers: [teacher],
  pupils: ['p-pupil'],
  meetings: [{ day: 'tue', period, room: 'S1', teacher }],
})

/** `9a` is the teacher's now, `9b` another's, `9c` the teacher's in the next lesson. */
async function scene(): Promise<DashboardScene> {
  const made = await dashboardScene({
    'policy.yaml': (SCHOOL_FILES['policy.yaml'] ?? '').replace('windows:', TIMETABLE),
    'devices.csv': LAPTOP,
  })
  const edits: Edit[] = [
    { kind: 'class.put', objectId: '9a', after: classOf('p-teacher', '1') },
    { kind: 'class.put', objectId: '9b', after: classOf('p-dsl', '1') },
    { kind: 'class.put', objectId: '9c', after: classOf('p-teacher', '2') },
  ]
  const { desk, register } = made.school
  const change = { basedOn: register().headSeq, reason: 'this year’s classes', edits }
  expect(await desk.submit(change, 'p-it', AT)).toMatchObject({ kind: 'applied' })
  return made
}

const lesson = (group: string, more: object = {}) => ({
  class: group,
  teacher: 'p-teacher',
  pack: null,
  sites: [],
  focus: [],
  from: new Date(AT).toISOString(),
  to: BELL,
  ...more,
})

function submitted(school: DashboardScene['school'], after: object) {
  const basedOn = school.register().headSeq
  const edits = [{ kind: 'lesson.put', objectId: `l-${basedOn}`, after }]
  return { basedOn, reason: 'lesson of this morning', edits }
}

describe('the class of now', () => {
  it('is the teacher’s own, with what comes next', async () => {
    const { signedIn } = await scene()
    const { body } = await (await signedIn('teacher')).get('/api/my-class')
    expect(body['now']).toEqual([
      expect.objectContaining({
        ...{ class: '9a', period: '1', room: 'S1', until: BELL, lessons: [] },
        pupils: [{ ref: 'p-pupil', name: 'Poppy Example' }],
      }),
    ])
    expect(body['next']).toMatchObject({ class: '9c', from: BELL })
  })

  it('is every class for those who run lessons for others', async () => {
    const { signedIn } = await scene()
    const { body } = await (await signedIn('head')).get('/api/my-class')
    expect((body['now'] as { class: string }[]).map((group) => group.class)).toEqual(['9a', '9b'])
  })

  it('is none when the bell has rung', async () => {
    const { signedIn, pass } = await scene()
    const teacher = await signedIn('teacher')
    pass(9 * 60_000)
    expect((await teacher.get('/api/my-class')).body['now']).toHaveLength(1)
    for (let minutes = 9; minutes < 160; minutes += 9) {
      pass(9 * 60_000)
      await teacher.get('/api/my-class')
    }
    expect((await teacher.get('/api/my-class')).body).toMatchObject({ now: [], next: null })
  })
})

describe('what a teacher may do to it', () => {
  it.each([
    ['the own class now', '9a', 200],
    ['a class that is another’s', '9b', 422],
    ['the own class of another period', '9c', 422],
  ] as const)('%s: %s', async (_says, group, status) => {
    const { signedIn, school } = await scene()
    const teacher = await signedIn('teacher')
    const answer = await teacher.post('/api/changes', submitted(school, lesson(group)))
    expect(answer.status, JSON.stringify(answer.body)).toBe(status)
  })

  it('a site of a pack is open at once, and one below it; another waits', async () => {
    const { signedIn, school } = await scene()
    const pack = { label: 'Games', sites: ['games.example'] }
    const { headSeq: basedOn } = school.register()
    const edits = [{ kind: 'pack.put' as const, objectId: 'games', after: pack }]
    const asked = await school.desk.submit(
      { basedOn, reason: 'a pack of games', edits },
      'p-dsl',
      AT,
    )
    if (asked.kind !== 'waiting') throw new Error(JSON.stringify(asked))
    await school.desk.approve(asked.proposal, 'p-head', 'fine for lessons', AT)
    const teacher = await signedIn('teacher')
    for (const [site, kind] of [
      ['games.example', 'applied'],
      ['www.games.example', 'applied'],
      ['other.example', 'waiting'],
      ['notgames.example', 'waiting'],
    ] as const) {
      const after = lesson('9a', { focus: null, sites: [site] })
      const answer = await teacher.post('/api/changes', submitted(school, after))
      expect(answer.body['kind'], `${site}: ${JSON.stringify(answer.body)}`).toBe(kind)
    }
    const { requests } = (await teacher.get('/api/requests')).body as { requests: object[] }
    expect(requests).toHaveLength(2)
    expect(requests[0]).toMatchObject({ state: 'waiting', edits: [{ kind: 'lesson.put' }] })
    expect((await (await signedIn('office')).get('/api/requests')).body['requests']).toEqual([])
  })
})

describe('what the class was refused', () => {
  it('is for whoever teaches it now, and nobody else by this way', async () => {
    const { signedIn } = await scene()
    const [teacher, head] = [await signedIn('teacher'), await signedIn('head')]
    expect((await teacher.get('/api/my-class/attempts?class=9a')).body).toEqual({ rows: [] })
    for (const group of ['9b', '9c', 'nowhere'])
      expect((await teacher.get(`/api/my-class/attempts?class=${group}`)).status).toBe(404)
    expect((await head.get('/api/my-class/attempts?class=9a')).status).toBe(404)
  })
})
