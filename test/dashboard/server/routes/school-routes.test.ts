import { describe, expect, it } from 'vitest'
import { SCHOOL_FILES } from '../../../support/school-folder.ts'
import { AT, dashboardScene } from '../dashboard-scene.ts'

const POLICY = SCHOOL_FILES['policy.yaml'] ?? ''

it('the overview says what waits, and that the gate does not answer where it does not', async () => {
  const { signedIn } = await dashboardScene()
  const { body } = await (await signedIn('dsl')).get('/api/overview')
  expect(body).toMatchObject({ revision: 1, devices: 1, gate: null, emergency: null, waiting: 0 })
})

describe('test as', () => {
  it('answers as the gate would, with the cause and the next change', async () => {
    const { signedIn } = await dashboardScene()
    const dsl = await signedIn('dsl')
    const at = '2026-11-24T10:00:00Z'
    const question = { device: 'phone', zone: 'unknown', url: 'https://games.example/', at }
    const { status, body } = await dsl.post('/api/test-as', question)
    expect(status).toBe(200)
    expect(body['verdict']).toMatchObject({ action: 'block', reason_code: 'reception_hours' })
    expect(body['next']).toMatchObject({ at: '2026-11-24T15:30:00.000Z' })
  })

  it.each([
    { url: 'x.example' },
    { device: 'nobody', url: 'x.example' },
    { ip: 'x', url: 'x.example' },
    { device: 'phone', zone: 'moon', url: 'x.example' },
  ])('says what it does not know: %o', async (question) => {
    const { signedIn } = await dashboardScene()
    const { status, body } = await (await signedIn('dsl')).post('/api/test-as', question)
    expect({ status, type: body['type'] }).toEqual({ status: 422, type: 'refused' })
  })
})

describe('a draft of the policy', () => {
  it('shows its problems by line and column', async () => {
    const { signedIn } = await dashboardScene()
    const text = POLICY.replace('profile: staff }', 'profile: stuff }')
    const { body } = await (await signedIn('nm')).post('/api/policy/try', { text })
    expect(body['problems']).toEqual([expect.stringMatching(/^policy\.yaml:\d+:\d+: .*stuff/)])
  })

  it('shows what it would open and close', async () => {
    const { signedIn } = await dashboardScene()
    const { body } = await (await signedIn('nm')).post('/api/policy/try', { text: POLICY })
    expect(body['problems']).toEqual([])
    expect((body['effects'] as string[])[0]).toContain('against policy revision 1')
  })
})

it('each list is there for whoever works with it', async () => {
  const { signedIn } = await dashboardScene()
  const [nm, head] = [await signedIn('nm'), await signedIn('head')]
  expect((await nm.get('/api/policy')).body).toMatchObject({
    revision: 1,
    policy: { text: POLICY },
  })
  expect((await nm.get('/api/devices?text=phone')).body).toMatchObject({
    total: 1,
    devices: [{ id: 'phone', personRef: 'p-1' }],
  })
  expect((await nm.get('/api/devices?text=nothing')).body).toMatchObject({ total: 0 })
  expect((await head.get('/api/people?role=pupil')).body['people']).toEqual([
    expect.objectContaining({ ref: 'p-pupil', name: 'Poppy Example', year: 9 }),
  ])
  for (const url of ['/api/permissions', '/api/lessons', '/api/sites', '/api/occasions'])
    expect((await head.get(url)).status, url).toBe(200)
})

/** Whose timetable is the class's. */
const LAPTOP = `id,octet,person_ref,role,phase,ownership,type,state,aup,posture
laptop,8,p-pupil,pupil,secondary,school,laptop,approved,signed,ok
`

/** The first lesson of a Tuesday. */
const MEETING = { day: 'tue', period: '1', room: null }

it('a teacher sees his own lessons only', async () => {
  const timetable = `timetable: { secondary: [[lesson, '09:30', '11:30']] }\nwindows:`
  const policy = POLICY.replace('windows:', timetable)
  const { signedIn, school } = await dashboardScene({
    'policy.yaml': policy,
    'devices.csv': LAPTOP,
  })
  const from = new Date(AT).toISOString()
  const to = new Date(AT + 3_600_000).toISOString()
  const group = (teacher: string) => ({
    teachers: [teacher],
    pupils: ['p-pupil'],
    meetings: [MEETING],
  })
  const edits = [
    { kind: 'class.put' as const, objectId: '9a', after: group('p-teacher') },
    { kind: 'class.put' as const, objectId: '9b', after: group('p-dsl') },
  ]
  const basedOn = school.register().headSeq
  await school.desk.submit({ basedOn, reason: 'this year’s classes', edits }, 'p-it', AT)
  const teacher = await signedIn('teacher')
  const { body } = await teacher.get('/api/lessons')
  expect(body['classes']).toEqual([expect.objectContaining({ id: '9a' })])
  const lesson = {
    class: '9a',
    teacher: 'p-teacher',
    pack: null,
    sites: ['games.example'],
    focus: null,
    from,
    to,
  }
  const change = {
    basedOn: body['headSeq'],
    reason: 'a game about fractions',
    edits: [{ kind: 'lesson.put', objectId: 'l-1', after: lesson }],
  }
  const answer = await teacher.post('/api/changes', change)
  expect(answer.body).toMatchObject({ kind: 'waiting' })
})

it('a policy that breaks a promise is refused when it is saved, in the promise’s words', async () => {
  const promised = `${POLICY}promises:
  - { id: no-bets, says: Nobody bets., url: bets.example, expect: block, source: 'a test' }
`
  const { signedIn } = await dashboardScene({ 'policy.yaml': promised })
  const nm = await signedIn('nm')
  const { body } = await nm.get('/api/policy')
  const { headSeq: basedOn } = body
  const opening = "sites: [{ id: bets, allow: [bets.example], because: 'A test.' }]\nlists:\n"
  const text = promised.replace('lists:\n', opening)
  const save = { basedOn, reason: 'the staff asked for it', text, name: 'policy.yaml' }
  const answer = await nm.post('/api/policy', save)
  expect(answer.status).toBe(422)
  expect(answer.body['detail']).toContain('Nobody bets')
  const other = promised.replace('name: Small School', 'name: Other School')
  expect((await nm.post('/api/policy', { ...save, text: other })).status).toBe(200)
})
