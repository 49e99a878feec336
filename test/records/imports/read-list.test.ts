import { expect, test } from 'vitest'
import { readList } from '../../../records/imports/read-list.ts'
import type { ClassFacts } from '../../../records/governance/permission-facts.ts'
import { AT, MINUTE } from '../governance/sample-desk.ts'
import { rosterDesk } from './roster-desk.ts'

const CLASSES = 'class,teacher,pupils,day,period,room\n9b/Sc1,p-staff,p-pupil,tue,3,S1\n'

async function withClass() {
  const scene = rosterDesk()
  expect(await scene.bring('classes', CLASSES)).toMatchObject({ state: 'applied', added: 1 })
  const known = (): ClassFacts | undefined => scene.view.current().classes.get('9b/Sc1')
  return { ...scene, known }
}

test('a list of classes is the timetable: who teaches whom, when and where', async () => {
  const { known } = await withClass()
  expect(known()).toEqual({
    teachers: ['p-staff'],
    pupils: ['p-pupil'],
    meetings: [{ day: 'tue', period: '3', room: 'S1', teacher: 'p-staff' }],
  })
})

test('a class of nobody in the register is refused with its place', async () => {
  const { bring } = rosterDesk()
  const done = await bring('classes', CLASSES.replace('p-pupil', 'p-gone'))
  expect(done.problems).toEqual(['classes.csv:2:16: pupils: `p-gone` is not in people.csv'])
})

const COVER = 'class,date,period,teacher\n9b/Sc1,2026-11-24,3,teacher\n'

test('who covers a lesson may open it on that day, and on no other', async () => {
  const { bring, submit, known } = await withClass()
  await bring('people', 'person_ref,name,role\nteacher,Tia Example,staff\n')
  expect(await bring('cover', COVER)).toMatchObject({ state: 'applied', changed: 1 })
  expect(known()?.cover).toEqual([{ date: '2026-11-24', period: '3', teacher: 'teacher' }])
  const lesson = (at: number) => ({
    kind: 'lesson.put' as const,
    objectId: `l-${at}`,
    after: {
      ...{ class: '9b/Sc1', teacher: 'teacher', pack: null, sites: [], focus: [] },
      from: new Date(at).toISOString(),
      to: new Date(at + MINUTE).toISOString(),
    },
  })
  const today = await submit([lesson(AT)], 'teacher')
  const tomorrow = await submit([lesson(AT + 1440 * MINUTE)], 'teacher', AT + 1440 * MINUTE)
  expect(tomorrow).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('`teacher` does not teach `9b/Sc1`') as string,
  })
  // What else may be wrong with it (the bell) is another test's: he is no stranger to the class.
  expect(JSON.stringify(today)).not.toContain('does not teach')
})

test('a list of classes leaves the cover, and cover that is over goes with the next list', async () => {
  const { bring, known } = await withClass()
  await bring('cover', COVER.replace('3,teacher', '3,p-staff'))
  expect(known()?.cover).toHaveLength(1)
  await bring('classes', CLASSES.replace('S1', 'S2'))
  expect(known()).toMatchObject({ cover: [{ teacher: 'p-staff' }], meetings: [{ room: 'S2' }] })
  const next = 'class,date,period,teacher\n9b/Sc1,2026-11-27,2,p-staff\n'
  await bring('cover', next, { at: AT + 2 * 1440 * MINUTE })
  expect(known()?.cover).toEqual([{ date: '2026-11-27', period: '2', teacher: 'p-staff' }])
})

test.each([
  [
    'a class that is not there',
    '9x,2026-11-24,3,p-staff',
    'cover.csv:2:1: class: there is no class `9x`',
  ],
  ['a pupil', '9b/Sc1,2026-11-24,3,p-pupil', 'cover.csv:2:21: teacher: `p-pupil` is a pupil'],
  [
    'no day',
    '9b/Sc1,24/11/2026,3,p-staff',
    'cover.csv:2:8: date: `24/11/2026` is no day as 2026-11-25',
  ],
])('cover by %s is refused', async (_, row, problem) => {
  const { bring } = await withClass()
  const done = await bring('cover', `class,date,period,teacher\n${row}\n`)
  expect(done.problems).toEqual([problem])
})

test('a file that is no text says so, and nothing of it counts', () => {
  const { view } = rosterDesk()
  const context = { register: view.current(), emails: [], whole: false, today: '2026-11-24' }
  const octets = Uint8Array.from([0x41, 0x81, 0x42, 0x43])
  const read = readList('people', { name: 'people.csv', octets }, context)
  expect(read.roster).toBeNull()
  expect(read.problems.kept).toMatchObject([{ file: 'people.csv', line: 1 }])
})
