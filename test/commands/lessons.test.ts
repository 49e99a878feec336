import { expect, test } from 'vitest'
import { lessons } from '../../commands/lessons.ts'
import { AT, REASON } from '../records/governance/sample-desk.ts'
import { deskScene } from './desk-scene.ts'

/** The third lesson of the secondary phase ends then. */
const BELL = '2026-11-24T10:55:00.000Z'

test('a teacher opens a pack that a leader has agreed to, until the bell, and ends it', async () => {
  const { run, as, desk, view } = await deskScene(lessons)
  const asked = await as(
    'teacher',
    'pack',
    'games',
    '--label',
    'Game design',
    '--site',
    'games.example',
  )
  expect(asked.out[0]).toMatch(/waits for head, slt$/)
  const [proposal = ''] = view.current().proposals.keys()
  expect((await as('teacher', 'open', '9b', '--pack', 'games')).err).toContain('no pack `games`')
  await desk.approve(proposal, 'slt', REASON, AT)
  expect((await run('packs')).out).toEqual(['games Game design: games.example'])
  expect((await as('teacher', 'open', '9b', '--pack', 'games')).out[0]).toMatch(/open: done/)
  const [id = ''] = view.current().lessons.keys()
  expect((await run('list')).out).toEqual([
    `${id} class 9b with teacher: opens pack games, until ${BELL}, in force`,
  ])
  expect((await run('list', '--clock', BELL)).out).toEqual([])
  expect((await as('teacher', 'end', id)).code).toBe(0)
  expect((await as('slt', 'unpack', 'games')).code).toBe(0)
  expect(view.current()).toMatchObject({ lessons: new Map(), packs: new Map() })
})

test('sites of the teacher’s own wait for the lead, a focus does not', async () => {
  const { run, as, view } = await deskScene(lessons)
  const own = await as('teacher', 'open', '9b', '--site', 'games.example')
  expect(own.out[0]).toMatch(/waits for dsl$/)
  const focus = await as(
    'teacher',
    'open',
    '9b',
    '--focus',
    'bbc.co.uk',
    '--focus',
    'maths.example',
  )
  expect(focus.out[0]).toMatch(/open: done/)
  const [id = ''] = view.current().lessons.keys()
  expect((await run('list')).out).toEqual([
    `${id} class 9b with teacher: opens nothing, and only that, bbc.co.uk, maths.example, until ${BELL}, in force`,
  ])
})

test.each([
  ['beyond the bell', ['open', '9b', '--only', '--until', '2026-11-24T11:30Z'], /the bell is at/],
  ['when there is none', ['open', '9b', '--only', '--clock', '2026-11-24T20:00Z'], /has no lesson/],
  ['of no class', ['open', '7a', '--only'], /no class `7a`/],
  ['with nothing', ['open', '9b'], /opens nothing/],
])('a lesson %s is refused, exit 1', async (_says, args, why) => {
  const { as } = await deskScene(lessons)
  expect(await as('teacher', ...args)).toMatchObject({
    code: 1,
    err: expect.stringMatching(why) as string,
  })
})

test('another teacher opens nothing for the class', async () => {
  const { as } = await deskScene(lessons)
  expect((await as('governor', 'open', '9b', '--only')).code).toBe(1)
  expect((await as('slt', 'open', '9b', '--only', '--teacher', 'teacher')).code).toBe(0)
})

test.each([
  ['no class', ['open'], /name the class/],
  ['a pack without sites', ['pack', 'x', '--label', 'y'], /say what it is/],
  ['a pack without a name', ['pack'], /name the pack/],
  ['a time that is none', ['open', '9b', '--until', 'soon'], /`soon` is not a time/],
])('%s is wrong usage', async (_says, args, why) => {
  const { as } = await deskScene(lessons)
  expect(await as('teacher', ...args)).toMatchObject({
    code: 2,
    err: expect.stringMatching(why) as string,
  })
})
