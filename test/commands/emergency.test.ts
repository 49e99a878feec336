import { expect, test } from 'vitest'
import { emergency } from '../../commands/emergency.ts'
import { AT, policyEdit, POLICY, sampleDesk } from '../records/governance/sample-desk.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { runCommand } from './run-command.ts'

const BECAUSE = ['--actor', 'reception', '--reason', 'fire drill of the autumn term']

function run(directory: string, args: readonly string[], now = AT) {
  return runCommand(emergency, [...args, '--records', directory], { now: () => now })
}

test('a drill is begun, extended, shown and ended, each in one command', async () => {
  const { directory } = sampleDesk()
  expect((await run(directory, ['show'])).code).toBe(1)
  const begun = await run(directory, ['begin', 'drill', '--minutes', '20', ...BECAUSE])
  expect([begun.code, begun.err]).toEqual([0, ''])
  await run(directory, ['extend', '--minutes', '10', ...BECAUSE])
  expect(await run(directory, ['show'])).toEqual({
    ...{ code: 0, err: '', out: 'drill, until 2026-11-24T10:30:00.000Z' },
  })
  expect((await run(directory, ['end', ...BECAUSE])).code).toBe(0)
  expect(await run(directory, ['show'])).toMatchObject({
    code: 1,
    err: 'there is no site emergency',
  })
})

test('it is over at its end, and can be neither extended nor ended then', async () => {
  const { directory } = sampleDesk()
  await run(directory, ['begin', 'lockdown', '--until', '2026-11-24T10:20Z', ...BECAUSE])
  const after = Date.parse('2026-11-24T10:20:00Z')
  for (const args of [['show'], ['end', ...BECAUSE], ['extend', '--minutes', '5', ...BECAUSE]])
    expect(await run(directory, args, after)).toMatchObject({ code: 1 })
  expect((await run(directory, ['begin', 'drill', '--minutes', '5', ...BECAUSE], after)).code).toBe(
    0,
  )
})

test('a policy without the profile is told, and the emergency is declared all the same', async () => {
  const { directory, desk, view } = sampleDesk()
  const text = POLICY.replace('  staff_emergency:', '  staff_other:')
  const change = { basedOn: view.current().headSeq, reason: 'for the test', documents: [text] }
  await desk.submit({ ...change, edits: [policyEdit(text)] }, 'nm', AT)
  const begun = await run(directory, ['begin', 'drill', '--minutes', '20', ...BECAUSE])
  expect([begun.code, begun.err]).toEqual([
    0,
    'the policy has no profile `staff_emergency`: no device gets anything by this',
  ])
  expect((await run(directory, ['show'])).code).toBe(0)
})

test('a teacher declares none', async () => {
  const { directory } = sampleDesk()
  const teacher = ['--actor', 'teacher', '--reason', 'there is smoke in the hall']
  const { code, err } = await run(directory, ['begin', 'drill', '--minutes', '20', ...teacher])
  expect([code, err]).toEqual([1, expect.stringContaining('may not do `site_emergency.put`')])
})

test.each([
  ['no verb', [], /usage: schoolgate emergency/],
  ['no kind', ['begin', '--minutes', '5', ...BECAUSE], /usage/],
  ['a kind that is none', ['begin', 'dril', '--minutes', '5', ...BECAUSE], /did you mean `drill`/],
  ['a kind where none belongs', ['end', 'drill', ...BECAUSE], /usage/],
  ['no end', ['begin', 'drill', ...BECAUSE], /say until when/],
  ['nobody who acts', ['begin', 'drill', '--minutes', '5'], /say who acts/],
])('%s is wrong usage, exit 2', async (_says, args, why) => {
  const answer = await run(tempDirectory(), args)
  expect(answer).toMatchObject({ code: 2, err: expect.stringMatching(why) as string })
})
