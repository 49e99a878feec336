import { expect, test } from 'vitest'
import { readArguments } from '../../commands/arguments.ts'
import { OCCASION_OPTIONS, readEnd, readSigned } from '../../commands/occasion-call.ts'

const FROM = Date.parse('2026-11-24T10:00:00Z')

function parsed(...args: string[]) {
  const answer = readArguments(args, OCCASION_OPTIONS)
  if (typeof answer === 'string') throw new Error(answer)
  return answer
}

test('an end is a time, or minutes after the begin', () => {
  expect(readEnd(parsed('--until', '2026-11-24T11:00Z'), FROM)).toEqual({
    end: '2026-11-24T11:00:00.000Z',
  })
  expect(readEnd(parsed('--minutes', '90'), FROM)).toEqual({ end: '2026-11-24T11:30:00.000Z' })
})

test.each(['0', '-5', '1.5', '1441', 'ten', ''])('`%s` minutes are none', (minutes) => {
  expect(readEnd(parsed(`--minutes=${minutes}`), FROM)).toContain('is not a number of minutes')
})

test('who acts says who and why', () => {
  expect(readSigned(parsed('--actor', 'p-1', '--reason', 'x'))).toEqual({
    actor: 'p-1',
    reason: 'x',
  })
  expect(readSigned(parsed('--actor', 'p-1'))).toContain('say who acts and why')
})
