import { expect, test } from 'vitest'
import { freshId, runAtDesk, stateOf, type DeskCommand } from '../../commands/desk-command.ts'
import { EMPTY_REGISTER } from '../../records/register/register.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { runCommand } from './run-command.ts'

const COMMAND: DeskCommand = {
  noun: 'thing',
  usage: 'usage: things list',
  options: {},
  verbs: { list: { reads: true, lines: () => ['one'] } },
}

const run = (...args: readonly string[]) =>
  runCommand((given, deps) => runAtDesk(COMMAND, given, deps), args, {})

test('a folder without a ledger stays one, and that is said', async () => {
  expect(await run('list', '--records', tempDirectory())).toMatchObject({ code: 1, out: '' })
})

test.each([
  ['a verb that is none', ['constructor', '--records', 'x'], 'usage: things list'],
  ['no place', ['list'], 'give `--records DIR` or `--config FILE`\nusage: things list'],
  ['a configuration that is none', ['list', '--config', 'x'], 'no file\nusage: things list'],
])('%s is wrong usage', async (_says, args, err) => {
  expect(await run(...args)).toEqual({ code: 2, out: '', err })
})

test('a state is told by its half-open term, and an id by the entry that it will be', () => {
  const term = { from: '1970-01-01T00:00:10Z', to: '1970-01-01T00:00:20Z' }
  expect([9, 10, 20].map((at) => stateOf(term, at * 1000))).toEqual(['coming', 'in force', 'over'])
  expect(freshId('g', { ...EMPTY_REGISTER, headSeq: 41 })).toBe('g42')
})
