import { expect, test } from 'vitest'
import { agent } from '../../agent/cli.ts'
import { tempDirectory } from '../support/temp-directory.ts'

test('exit codes are those of every command', async () => {
  expect(await agent([])).toBe(2)
  expect(await agent(['report', '--state', tempDirectory()])).toBe(1)
  expect(await agent(['enrol', '--server', 'http://far.example', '--code', 'x'])).toBe(1)
})
