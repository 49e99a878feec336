import { expect, test } from 'vitest'
import { topics } from '../../commands/topics.ts'
import { describeEntry } from '../../records/ledger/describe-entry.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { AT, REASON, sampleDesk } from '../records/governance/sample-desk.ts'
import { runCommand } from './run-command.ts'

const BECAUSE = ['--actor', 'teacher', '--reason', 'PSHE lesson on mental health']
const LESSON = [
  ...['--categories', 'harm.suicide,harm.self_harm', '--pupils', 'p-pupil'],
  ...['--from', '2026-11-24T10:00Z', '--to', '2026-11-24T11:00Z'],
]

function run(directory: string, ...args: string[]) {
  return runCommand(topics, [...args, '--records', directory], {})
}

test('a topic is announced, agreed to, listed and ended, and the ledger says so in words', async () => {
  const { directory, desk, view, ledger } = sampleDesk()
  const announced = await run(directory, 'announce', '10B', ...LESSON, ...BECAUSE)
  expect(announced.err).toBe('')
  expect(announced.out).toMatch(/^topic `10B 2026-11-24T10:00:00.000Z`, announce: change .* dsl$/)
  expect((await run(directory, 'list')).out).toBe('')
  const [proposal = ''] = view.current().proposals.keys()
  await desk.approve(proposal, 'dsl', REASON, AT)
  const [entry] = ledger.entries(view.current().headSeq - 1)
  expect(entry && describeEntry(entry)).toContain(
    'announced that class 10B is taught ["harm.suicide"',
  )
  expect((await run(directory, 'list')).out).toBe(
    '10B 2026-11-24T10:00:00.000Z: class 10B, 1 pupils, harm.suicide, harm.self_harm, 2026-11-24T10:00:00.000Z to 2026-11-24T11:00:00.000Z',
  )
  const ended = await run(directory, 'end', '10B 2026-11-24T10:00:00.000Z', ...BECAUSE)
  expect([ended.code, ended.err]).toEqual([0, ''])
  expect((await run(directory, 'list')).out).toBe('')
})

test.each([
  ['of what is never suppressed', ['--categories', 'illegal.csam'], /never suppressed/],
  ['of nobody we know', ['--pupils', 'p-9'], /no pupil of this school/],
  ['for a day', ['--to', '2026-11-25T10:00Z'], /four hours at most/],
  ['by nobody in office', ['--actor', 'governor'], /may not do `topic.put`/],
])('a topic %s is refused, exit 1', async (_says, change, why) => {
  const { directory } = sampleDesk()
  const answer = await run(directory, 'announce', '10B', ...LESSON, ...BECAUSE, ...change)
  expect(answer).toMatchObject({ code: 1, err: expect.stringMatching(why) as string })
})

test.each([
  ['no verb', [], /usage: schoolgate topics/],
  ['no class', ['announce', ...LESSON, ...BECAUSE], /usage/],
  ['nobody who acts', ['announce', '10B', ...LESSON], /say who acts/],
  ['no times', ['announce', '10B', ...LESSON.slice(0, 4), ...BECAUSE], /from when to when/],
  ['a time that is none', ['announce', '10B', ...LESSON, ...BECAUSE, '--to', 'noon'], /not a time/],
  ['two places', ['list', '--config', 'gate.yaml'], /not both/],
])('%s is wrong usage, exit 2', async (_says, args, why) => {
  const answer = await run(tempDirectory(), ...args)
  expect(answer).toMatchObject({ code: 2, err: expect.stringMatching(why) as string })
})

test('a folder without a ledger is answered', async () => {
  expect(await run(tempDirectory(), 'list')).toMatchObject({
    code: 1,
    err: expect.stringContaining('does not exist') as string,
  })
})
