import { afterAll, beforeAll, expect, test } from 'vitest'
import { exams } from '../../commands/exams.ts'
import { UnboundUpstream } from '../e2e/unbound-upstream.ts'
import { captured, type Ran } from '../support/captured-output.ts'
import { SCHOOL_FILES, schoolFolder } from '../support/school-folder.ts'

let upstream: UnboundUpstream

beforeAll(async () => {
  upstream = await UnboundUpstream.start({ 'cdn.cat.test': 'sealed.cat.test' })
})

afterAll(async () => {
  await upstream[Symbol.asyncDispose]()
})

const DEVICES = `id,octet,person_ref,role,phase,year,ownership,type,state,aup,posture,exam_candidate
phone,7,p-1,staff,,,personal,phone,approved,signed,ok,no
y11,21,p-2,pupil,secondary,11,school,laptop,approved,signed,ok,yes
y11b,22,p-2,pupil,secondary,11,school,laptop,lost,signed,ok,yes
y9,23,p-3,pupil,secondary,9,school,laptop,approved,signed,ok,no
`

const EXAM = `exams:
  - { date: 2026-11-24, start: '09:00', end: '12:00', zone: hall, paper: Biology, candidates_year: 11 }
  - { date: 2026-11-23, start: '09:00', end: '12:00', zone: hall, paper: Past, candidates_year: 11 }
`

/** The small school with a hall, exams and this allow-list. */
function check(only: string, devices = DEVICES, at = '2026-11-24T08:00:00Z'): Promise<Ran> {
  const policy = (SCHOOL_FILES['policy.yaml'] ?? '')
    .replace('  unknown:', '  hall: { pupil_area: true, exam: true }\n  unknown:')
    .replace('exam_allow_list: { only: {} }', `exam_allow_list: { only: ${only} }`)
  const school = schoolFolder({
    'policy.yaml': policy + EXAM,
    'devices.csv': devices,
    'lists/sealed/illegal.other.txt': 'sealed.example\nsealed.cat.test\n',
    'people.csv': 'person_ref,name,role\np-1,A,staff\np-2,B,pupil\np-3,C,pupil\n',
  })
  const set = `dns.upstreams=["${upstream.url}"]`
  const args = ['check', '--config', school.path('gate.yaml'), '--set', set, '--at', at]
  return captured(() => exams(args))
}

test('an allow-list whose hosts all resolve and pass is fit for the exam', async () => {
  const ran = await check('{ hosts: [a.example, =b.example, service: desmos] }')
  expect(ran).toEqual({
    code: 0,
    out: '3 hosts, 1 coming exams, 1 school devices: all pass\n',
    err: '',
  })
})

test('each host that does not resolve is a failure, and the exit code says so', async () => {
  const ran = await check('{ hosts: [a.gone.test, =b.nodata.test, c.broken.test, d.example] }')
  expect(ran.code).toBe(1)
  expect(ran.out.split('\n')).toEqual([
    'FAILED: a.gone.test: there is no such name',
    'FAILED: b.nodata.test: the name has no address',
    'FAILED: c.broken.test: the upstream answers rcode 5',
    '4 hosts, 1 coming exams, 1 school devices: 3 failures',
    '',
  ])
})

test('a domain whose own name has no address may stand for the names below it', async () => {
  const ran = await check('{ hosts: [b.nodata.test] }')
  expect(ran.code).toBe(0)
  expect(ran.out).toContain('note: b.nodata.test has no address itself')
})

test('a host that the decision refuses in the exam room is a failure', async () => {
  const ran = await check('{ hosts: [sealed.example] }')
  expect(ran.code).toBe(1)
  expect(ran.out).toContain(
    'FAILED: sealed.example: block (sealed) for `y11` in `hall` at 2026-11-24T09:00:00Z (Biology): ',
  )
})

test('so is one whose alias is refused', async () => {
  const ran = await check('{ hosts: [cdn.cat.test] }')
  expect(ran.code).toBe(1)
  expect(ran.out).toContain('FAILED: an alias of cdn.cat.test: block (sealed) for `y11` in `hall`')
})

test('a device that would be held back at its desk is one too', async () => {
  const unsigned = DEVICES.replace(
    'laptop,approved,signed,ok,yes',
    'laptop,approved,missing,ok,yes',
  )
  const ran = await check('{ hosts: [a.example] }', unsigned)
  expect(ran.code).toBe(1)
  expect(ran.out).toContain('FAILED: a.example: block (aup_missing) for `y11` in `hall`')
})

test('without a candidate any device of the school may sit the exam', async () => {
  const nobody = DEVICES.replaceAll(',yes\n', ',no\n')
  const ran = await check('{ hosts: [a.example] }', nobody)
  expect(ran.out).toBe('1 hosts, 1 coming exams, 2 school devices: all pass\n')
})

test('an exam that no device of the school may sit is a failure', async () => {
  const personal = DEVICES.replaceAll('school,laptop', 'personal,laptop')
  const ran = await check('{ hosts: [a.example] }', personal)
  expect(ran.code).toBe(1)
  expect(ran.out).toContain('FAILED: no school device may be used in `hall`')
})

test('a running exam is checked from now on, and an ended one no more', async () => {
  const during = await check('{ hosts: [] }', DEVICES, '2026-11-24T10:00:00Z')
  expect(during.out).toContain('0 hosts, 1 coming exams')
  const after = await check('{ hosts: [] }', DEVICES, '2026-11-24T12:00:00Z')
  expect([after.code, after.out]).toEqual([
    0,
    expect.stringContaining('note: no exam is to come\nnote: the allow-list'),
  ])
})

test.each([[[]], [['chekc']], [['check', 'x']], [['check', '--at', 'noon']]])(
  'wrong use: %j',
  async (args) => {
    const ran = await captured(() => exams(args))
    expect([ran.code, ran.out]).toEqual([2, ''])
    expect(ran.err).toContain('usage: schoolgate exams check')
  },
)
