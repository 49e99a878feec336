import { expect, it } from 'vitest'
import { SCHOOL_FILES } from '../../../support/school-folder.ts'
import { AT, dashboardScene } from '../dashboard-scene.ts'

const HALL = 'hall: { networks: [127.10.21.0/24], pupil_area: true, exam: true }'
const EXAMS = `exams:
  - { date: 2026-11-25, start: '13:30', end: '15:00', zone: hall, paper: Mathematics, candidates_year: 9 }
  - { date: 2026-11-25, start: '09:00', end: '12:00', zone: hall, paper: English, candidates_year: 9 }
  - { date: 2026-11-20, start: '09:00', end: '12:00', zone: hall, paper: Past, candidates_year: 9 }
profiles:`
const DEVICES = `id,octet,person_ref,role,phase,year,ownership,type,state,aup,posture
laptop,8,p-pupil,pupil,secondary,9,school,laptop,approved,signed,ok
phone,9,p-pupil,pupil,secondary,9,personal,phone,approved,signed,ok
`

it('the next day of exams is there with its candidates, in the order of the day', async () => {
  const policy = (SCHOOL_FILES['policy.yaml'] ?? '')
    .replace('zones:\n', `zones:\n  ${HALL}\n`)
    .replace('profiles:', EXAMS)
  const { signedIn } = await dashboardScene({ 'policy.yaml': policy, 'devices.csv': DEVICES })
  const { body } = await (await signedIn('office')).get('/api/exam-day')
  const who = { zone: 'hall', candidatesYear: 9, candidates: 1, devices: 2 }
  expect(body).toEqual({
    today: '2026-11-24',
    date: '2026-11-25',
    exams: [
      { paper: 'English', start: '09:00', end: '12:00', ...who },
      { paper: 'Mathematics', start: '13:30', end: '15:00', ...who },
    ],
  })
})

it('a school without exams has no day of exams', async () => {
  const { signedIn } = await dashboardScene()
  expect((await (await signedIn('office')).get('/api/exam-day')).body).toMatchObject({
    date: null,
    exams: [],
  })
})

it('an emergency that has ended by itself is none, and one can name what the policy has', async () => {
  const { signedIn, school, pass } = await dashboardScene()
  const office = await signedIn('office')
  const until = new Date(AT + 300_000).toISOString()
  const edit = { kind: 'site_emergency.put', objectId: 'site', after: { kind: 'drill', until } }
  const { headSeq: basedOn } = school.register()
  const change = { basedOn, reason: 'fire drill of this term', edits: [edit] }
  expect((await office.post('/api/changes', change)).body['kind']).toBe('applied')
  const during = (await office.get('/api/occasions')).body
  expect(during).toMatchObject({ emergency: { kind: 'drill' }, occasions: [] })
  expect(during['zones']).toContainEqual({ id: 'office', exam: false })
  pass(300_000)
  expect((await office.get('/api/occasions')).body['emergency']).toBeNull()
})

it('people are found by a part of the name', async () => {
  const { signedIn } = await dashboardScene()
  const office = await signedIn('office')
  expect((await office.get('/api/occasions/people?text=popp')).body['people']).toEqual([
    { ref: 'p-pupil', role: 'pupil', year: 9, name: 'Poppy Example' },
  ])
  expect((await office.get('/api/occasions/people?text=p')).status).toBe(400)
})
