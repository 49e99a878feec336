import { expect, test } from 'vitest'
import { readOneRoster } from '../../../../records/imports/oneroster/one-roster.ts'
import { People } from '../../../../records/people/people.ts'
import { rosterDesk } from '../roster-desk.ts'
import {
  BULK,
  bringRoster,
  fileOf,
  HEADERS,
  manifestOf,
  SCHOOL,
  seat,
  sourcesOf,
  user,
} from './roster-set.ts'

/** Who was there before is not in the files, so a bulk import takes two away: fewer than are asked about. */
async function imported() {
  const scene = rosterDesk()
  const done = await bringRoster(scene, SCHOOL)
  return { ...scene, done, classOf: (id: string) => scene.view.current().classes.get(id) }
}

test('a bulk export of 1.1 brings people, their years and phases, classes and the timetable', async () => {
  const { done, view, ledger, classOf } = await imported()
  expect(done).toMatchObject({ state: 'applied', problemCount: 0, removed: 2 })
  expect(done.notes).toContain('1 users are parents, or of another school, and not taken')
  const { people } = view.current()
  expect([...people].map(([ref, { role, phase, year }]) => [ref, role, phase, year])).toEqual([
    ['u-t', 'staff', null, null],
    ['u-1', 'pupil', 'secondary', 9],
    ['u-2', 'pupil', 'primary', 4],
  ])
  expect(new People(ledger.db).find('u-2')?.name).toBe('Zoë Example')
  expect(classOf('9b/Sc1')).toEqual({
    teachers: ['u-t'],
    pupils: ['u-1'],
    meetings: [
      { day: 'mon', period: '3', room: 'S1' },
      { day: 'thu', period: '2', room: 'S1' },
    ],
    sourcedId: 'c-1',
  })
  expect(classOf('8a/Ma1')).toBeUndefined()
})

test('the same export again is no change', async () => {
  const scene = await imported()
  expect(await bringRoster(scene, SCHOOL)).toMatchObject({ state: 'tried', lines: [] })
})

test('a delta changes who is named, and `tobedeleted` leaves', async () => {
  const scene = await imported()
  const DELTA = { ...BULK, orgs: 'absent', academicSessions: 'absent', classes: 'absent' }
  const done = await bringRoster(scene, {
    manifest: manifestOf('1.1', { ...DELTA, users: 'delta', enrollments: 'delta' }),
    users: fileOf(
      HEADERS.users,
      {
        ...user('u-1', 'student', 'Ada'),
        status: 'tobedeleted',
        dateLastModified: '2026-11-24T02:00:00.000Z',
      },
      { ...user('u-3', 'student', 'Cy'), status: 'active', grades: '9' },
    ),
    enrollments: fileOf(
      HEADERS.enrollments,
      { ...seat('e-2', 'c-1', 'u-1', 'student'), status: 'tobedeleted' },
      { ...seat('e-9', 'c-1', 'u-3', 'student'), status: 'active' },
    ),
  })
  expect(done).toMatchObject({ state: 'applied', problemCount: 0, removed: 1, added: 1 })
  expect([...scene.view.current().people.keys()]).toEqual(['u-t', 'u-2', 'u-3'])
  expect(scene.classOf('9b/Sc1')).toMatchObject({ teachers: ['u-t'], pupils: ['u-3'] })
  expect(scene.classOf('9b/Sc1')?.meetings).toHaveLength(2)
})

test('1.2 has roles in a file of their own: today’s primary one counts', async () => {
  const scene = rosterDesk()
  const role = (sourcedId: string, of: string, more: Record<string, string>) => ({
    ...{ sourcedId, userSourcedId: of, roleType: 'primary', orgSourcedId: 'o-1', ...more },
  })
  const one = (sourcedId: string, more: Record<string, string> = {}) => ({
    ...{ sourcedId, enabledUser: 'true', givenName: 'Kim', familyName: 'Example', ...more },
  })
  const done = await bringRoster(scene, {
    ...SCHOOL,
    manifest: manifestOf('1.2', {
      ...BULK,
      roles: 'bulk',
      enrollments: 'absent',
      classes: 'absent',
    }),
    users: fileOf(
      HEADERS.users12,
      one('u-1', { preferredGivenName: 'Kit', grades: '12' }),
      one('u-2'),
      one('u-3', { enabledUser: 'false' }),
      one('u-4'),
    ),
    roles: fileOf(
      HEADERS.roles,
      role('r-1', 'u-1', { role: 'student' }),
      role('r-2', 'u-2', { role: 'siteAdministrator', endDate: '2026-12-31' }),
      role('r-3', 'u-2', { role: 'guardian', roleType: 'secondary' }),
      role('r-4', 'u-3', { role: 'teacher' }),
      role('r-5', 'u-4', { role: 'teacher', endDate: '2026-07-31' }),
    ),
  })
  expect(done.problems).toEqual(['users.csv:5:1: sourcedid: `u-4` has no role in roles.csv today'])
  const { people } = scene.view.current()
  expect([...people].map(([ref, { role: as, phase }]) => [ref, as, phase])).toEqual([
    ['u-1', 'pupil', 'sixth'],
    ['u-2', 'staff', null],
  ])
  expect(new People(scene.ledger.db).find('u-1')?.name).toBe('Kit Example')
})

test('an export of two schools is refused until somebody says which', async () => {
  const scene = rosterDesk()
  const two = {
    ...SCHOOL,
    orgs: fileOf(
      HEADERS.orgs,
      { sourcedId: 'o-1', name: 'Example', type: 'school' },
      { sourcedId: 'o-2', name: 'Other', type: 'school' },
    ),
    users: `${SCHOOL.users}u-9,,,true,o-2,teacher,,,Olu,Other,,,,,,,,\n`,
  }
  expect((await bringRoster(scene, two)).problems).toEqual([
    'orgs.csv:1:1: the files hold 2 schools; say which one: o-1 (Example), o-2 (Other)',
  ])
  expect((await bringRoster(scene, two, { options: { org: 'o-3' } })).problems[0]).toContain(
    'there is no school `o-3`',
  )
  expect(await bringRoster(scene, two, { options: { org: 'o-1' } })).toMatchObject({
    state: 'applied',
  })
  expect(scene.view.current().people.has('u-9')).toBe(false)
})

test('bad rows are told with their file and place, and a class with one keeps who it had', async () => {
  const scene = await imported()
  const done = await bringRoster(scene, {
    ...SCHOOL,
    users: `${SCHOOL.users}u 7,,,true,o-1,student,,,Cy,Example,,,,,,,9,\nu-8,,,yes,o-1,student,,,Di,Example,,,,,,,9,\nu-9,,,true,o-1,dragon,,,Di,Example,,,,,,,9,\n`,
    enrollments: fileOf(HEADERS.enrollments, seat('e-1', 'c-1', 'u-none', 'student')),
  })
  expect(done.problems).toEqual([
    'users.csv:6:1: sourcedid: `u 7` is not made of letters, digits and ._:- and at most 64 of them',
    expect.stringMatching(/^users\.csv:7:7: enableduser: `yes` is not one of true, false/),
    'users.csv:8:16: role: `dragon` is no role of OneRoster',
    'enrollments.csv:2:15: usersourcedid: `u-none` is in no users.csv and not in the register',
  ])
  expect(scene.classOf('9b/Sc1')?.pupils).toEqual(['u-1'])
})

test('a bulk export without anybody is cut off, and takes nobody away', async () => {
  const scene = await imported()
  const done = await bringRoster(scene, {
    ...SCHOOL,
    users: `${HEADERS.users}\n`,
    enrollments: `${HEADERS.enrollments}\n`,
  })
  expect(done.lines.filter((line) => line.startsWith('- person'))).toEqual([])
  expect(scene.view.current().people.size).toBe(3)
})

test.each([
  [
    'no manifest',
    { users: SCHOOL.users },
    'manifest.csv:1:1: missing: OneRoster 1.1 and 1.2 have one',
  ],
  [
    'another version',
    { manifest: manifestOf('2.0', {}) },
    'manifest.csv:1:1: `oneroster.version` is `2.0`; 1.1 and 1.2 are read',
  ],
  [
    'a mode that is none',
    { manifest: manifestOf('1.1', { users: 'all' }) },
    'manifest.csv:1:1: `file.users` is `all`, which is none of bulk, delta, absent',
  ],
  [
    'a file that is promised and not there',
    { manifest: manifestOf('1.1', { users: 'bulk' }) },
    'manifest.csv:1:1: it promises `users.csv`, which is not there',
  ],
])('%s is refused whole', async (_, files: Record<string, string>, problem) => {
  const done = await bringRoster(rosterDesk(), files)
  expect(done).toMatchObject({ state: 'refused', problems: [problem] })
})

test('governors and visitors, whom no information system has, are left alone', async () => {
  const scene = rosterDesk()
  await scene.bring('people', 'person_ref,name,role\ng-1,Gus,governor\nv-1,Val,visitor\n')
  await bringRoster(scene, SCHOOL)
  expect([...scene.view.current().people.keys()]).toEqual(expect.arrayContaining(['g-1', 'v-1']))
  const context = { register: scene.view.current(), emails: [], whole: false, today: '2026-11-24' }
  const read = readOneRoster(sourcesOf(SCHOOL), { org: null, phases: null }, context)
  expect(read.rows).toBe(4)
})
