import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  defaultDirectory,
  readState,
  writeState,
  type AgentState,
} from '../../agent/agent-state.ts'
import { tempDirectory } from '../support/temp-directory.ts'

const STATE: AgentState = {
  server: 'https://schoolgate.example',
  deviceId: 'laptop',
  ownership: 'personal',
  reportEverySeconds: 900,
  schoolProxy: null,
  schoolCa: null,
  caFile: null,
}

test('what was written is read, and only its owner may read it', () => {
  const directory = join(tempDirectory(), 'state')
  writeState(directory, STATE)
  expect(readState(directory)).toEqual(STATE)
  expect(statSync(join(directory, 'agent.json')).mode & 0o777).toBe(0o600)
})

test.each([
  ['nothing', null, 'not enrolled'],
  ['a torn file', '{"server":', 'damaged'],
  ['another file', '{}', 'damaged'],
  ['a schedule that is none', JSON.stringify({ ...STATE, reportEverySeconds: 0 }), 'damaged'],
])('%s is said in words', (_says, text, problem) => {
  const directory = tempDirectory()
  if (text !== null) writeFileSync(join(directory, 'agent.json'), text)
  expect(readState(directory)).toContain(problem)
})

test('on Linux it is where a user’s programs keep their state', () => {
  expect(defaultDirectory({ XDG_STATE_HOME: '/s' })).toBe('/s/schoolgate-agent')
})
