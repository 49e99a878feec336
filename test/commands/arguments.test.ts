import { expect, test } from 'vitest'
import {
  EXIT,
  readArguments,
  textOf,
  textsOf,
  usage,
  type Parsed,
} from '../../commands/arguments.ts'
import { captured } from '../support/captured-output.ts'

const OPTIONS = {
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const

function read(...args: string[]): Parsed {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') throw new Error(parsed)
  return parsed
}

test('the exit codes are those of the contract', () => {
  expect(EXIT).toEqual({ done: 0, no: 1, usage: 2, internal: 3 })
})

test('options and words are told apart, an option may come after a word', () => {
  const parsed = read(
    'a.yaml',
    '--config',
    'gate.yaml',
    '--set=a=1',
    '--set',
    'b=2',
    '--',
    '--json',
  )
  expect(parsed.positionals).toEqual(['a.yaml', '--json'])
  expect(textOf(parsed, 'config')).toBe('gate.yaml')
  expect(textsOf(parsed, 'set')).toEqual(['a=1', 'b=2'])
  expect(parsed.values['json']).toBeUndefined()
})

test('what was not given is nothing', () => {
  const parsed = read()
  expect([textOf(parsed, 'config'), textsOf(parsed, 'set')]).toEqual([undefined, []])
})

test('what is of another kind is nothing', () => {
  const parsed = read('--json', '--set', 'a=1')
  expect([textOf(parsed, 'json'), textOf(parsed, 'set'), textsOf(parsed, 'json')]).toEqual([
    undefined,
    undefined,
    [],
  ])
})

const WRONG: readonly [says: string, args: readonly string[], said: string][] = [
  ['an option that nobody knows', ['--confg', 'x'], "Unknown option '--confg'"],
  ['an option without its value', ['--config'], "'--config <value>' argument missing"],
  ['an option that would take the next one for its value', ['--config', '--json'], "'--config'"],
  ['a switch with a value', ['--json=yes'], "'--json' does not take an argument"],
  ['an option of every object', ['--__proto__'], "Unknown option '--__proto__'"],
]

test.each(WRONG)('%s is said', (_says, args, said) => {
  expect(readArguments(args, OPTIONS)).toContain(said)
})

test('usage goes to standard error, after the problem', async () => {
  expect(await captured(() => usage('usage: x', 'no file'))).toEqual({
    code: 2,
    out: '',
    err: 'schoolgate: no file\nusage: x\n',
  })
  expect(await captured(() => usage('usage: x'))).toMatchObject({ err: 'usage: x\n' })
})
