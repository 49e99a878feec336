import { expect, test } from 'vitest'
import { occasions } from '../../commands/occasions.ts'
import { AT, REASON, sampleDesk } from '../records/governance/sample-desk.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { runCommand } from './run-command.ts'

const because = (actor: string) => ['--actor', actor, '--reason', 'agreed with the exams officer']
const HALL = ['--kind', 'exam_rehearsal', '--zones', 'exam_hall', '--minutes', '30']

function run(directory: string, args: readonly string[], now = AT) {
  return runCommand(occasions, [...args, '--records', directory], { now: () => now })
}

test('a rehearsal is begun, extended, listed and ended, each in one command', async () => {
  const { directory } = sampleDesk()
  const begun = await run(directory, ['begin', 'hall', ...HALL, ...because('it')])
  expect([begun.code, begun.err]).toEqual([0, ''])
  expect(begun.out).toMatch(/^occasion `hall`: done, entries/)
  const longer = await run(directory, ['extend', 'hall', '--minutes', '15', ...because('it')])
  expect(longer.out).toMatch(/^occasion `hall` to 2026-11-24T10:45:00.000Z: done/)
  expect((await run(directory, ['list'])).out).toBe(
    'hall: exam rehearsal, in exam_hall, 2026-11-24T10:00:00.000Z to 2026-11-24T10:45:00.000Z',
  )
  const ended = await run(directory, ['end', 'hall', ...because('it')])
  expect([ended.code, ended.out]).toEqual([0, expect.stringContaining('done')])
  expect((await run(directory, ['list'])).out).toBe('')
})

test('what is over is listed no more, and its name is free', async () => {
  const { directory } = sampleDesk()
  await run(directory, ['begin', 'hall', ...HALL, ...because('it')])
  const twice = await run(directory, ['begin', 'hall', ...HALL, ...because('it')])
  expect(twice).toMatchObject({ code: 1, err: expect.stringContaining('already') as string })
  const later = AT + 30 * 60_000
  expect((await run(directory, ['list'], later)).out).toBe('')
  expect((await run(directory, ['begin', 'hall', ...HALL, ...because('it')], later)).code).toBe(0)
})

test('a transition day waits for the safeguarding lead', async () => {
  const { directory, desk, view } = sampleDesk()
  const day = ['--kind', 'transition_day', '--years', '6', '--profile', 'secondary_lesson']
  const times = ['--from', '2026-11-25T08:30Z', '--until', '2026-11-25T15:30Z']
  const asked = await run(directory, ['begin', 'year-6', ...day, ...times, ...because('head')])
  expect(asked.out).toMatch(/^occasion `year-6`: change \S+ waits for dsl/)
  expect((await run(directory, ['list'])).out).toBe('')
  const [proposal = ''] = view.current().proposals.keys()
  await desk.approve(proposal, 'dsl', REASON, AT)
  expect((await run(directory, ['list'])).out).toBe(
    'year-6: transition day, years 6, as secondary_lesson, 2026-11-25T08:30:00.000Z to 2026-11-25T15:30:00.000Z',
  )
})

test('extra time names whom it is for, and only the exams officers give it', async () => {
  const { directory } = sampleDesk()
  const extra = ['--kind', 'extra_time', '--zones', 'exam_hall', '--people', 'p-pupil']
  const time = ['--minutes', '25']
  const teacher = await run(directory, ['begin', 'x', ...extra, ...time, ...because('teacher')])
  expect(teacher).toMatchObject({ code: 1, err: expect.stringContaining('may not do') as string })
  const office = await run(directory, ['begin', 'x', ...extra, ...time, ...because('reception')])
  expect(office.code).toBe(0)
  expect((await run(directory, ['list'])).out).toContain('extra time, 1 people, 0 devices, in exam')
})

test.each([
  ['no verb', [], /usage: schoolgate occasions/],
  ['no name', ['begin', ...HALL, ...because('it')], /usage/],
  [
    'a kind that is none',
    ['begin', 'x', '--kind', 'exam_rehersal', ...because('it')],
    /did you mean `exam_rehearsal`/,
  ],
  ['no end', ['begin', 'x', '--kind', 'group', ...because('it')], /say until when/],
  [
    'two ends',
    ['begin', 'x', ...HALL, '--until', '2026-11-24T11:00Z', ...because('it')],
    /say until when/,
  ],
  [
    'minutes that are none',
    ['begin', 'x', '--kind', 'group', '--minutes', '9999', ...because('it')],
    /up to 1440/,
  ],
  [
    'an end that is none',
    ['begin', 'x', '--kind', 'group', '--until', 'noon', ...because('it')],
    /not a time/,
  ],
  [
    'a begin that is none',
    ['begin', 'x', ...HALL, '--from', 'noon', ...because('it')],
    /not a time/,
  ],
  [
    'a year that is none',
    ['begin', 'x', ...HALL, '--years', 'six', ...because('it')],
    /are numbers/,
  ],
  ['nobody who acts', ['begin', 'x', ...HALL], /say who acts/],
  ['nobody who ends', ['end', 'x'], /say who acts/],
  ['two places', ['list', '--config', 'gate.yaml'], /not both/],
])('%s is wrong usage, exit 2', async (_says, args, why) => {
  const answer = await run(tempDirectory(), args)
  expect(answer).toMatchObject({ code: 2, err: expect.stringMatching(why) as string })
})

test.each([
  ['extend', ['--minutes', '5']],
  ['end', []],
])('to %s what is not there is refused, exit 1', async (verb, more) => {
  const { directory } = sampleDesk()
  const answer = await run(directory, [verb, 'x', ...more, ...because('it')])
  expect(answer).toEqual({ code: 1, out: '', err: 'there is no occasion `x`' })
})

test('a folder without a ledger is answered', async () => {
  const { code, err } = await run(tempDirectory(), ['list'])
  expect([code, err]).toEqual([1, expect.stringContaining('does not exist')])
})
