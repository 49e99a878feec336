import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../e2e/run-program.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'agent', 'main.ts')

test.each([
  ['nothing', [], 'one command is needed'],
  ['two commands', ['report', 'run'], 'one command is needed'],
  ['another command', ['fly', '--state', '/nowhere'], 'not enrolled'],
  ['a misspelt option', ['report', '--dry'], "Unknown option '--dry'"],
  ['an enrolment without a code', ['enrol', '--server', 'https://s.example'], 'are needed'],
])('the agent by itself: %s is answered', async (_says, args, problem) => {
  const { code, err } = await run(process.execPath, [MAIN, ...args])
  expect(code).not.toBe(0)
  expect(err).toContain(problem)
})
