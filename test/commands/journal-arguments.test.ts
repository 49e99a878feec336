import { expect, test } from 'vitest'
import { readArguments } from '../../commands/arguments.ts'
import type { Parsed } from '../../commands/arguments.ts'
import {
  JOURNAL_OPTIONS,
  readFilter,
  readHeldEntries,
  readMoment,
} from '../../commands/journal-arguments.ts'

function parsed(...args: string[]): Parsed {
  const read = readArguments(args, JOURNAL_OPTIONS)
  if (typeof read === 'string') throw new Error(read)
  return read
}

test('each option is the field of its filter', () => {
  const args = ['--reason-code', 'sealed', '--device', 'd-1', '--ref', 'AB', '--person', 'p-1']
  expect(readFilter(parsed(...args, '--from', '2026-11-24T10:00+01:00', '--text', 'x y'))).toEqual({
    reason_code: 'sealed',
    device_id: 'd-1',
    block_ref: 'AB',
    person_ref: ['p-1'],
    from: '2026-11-24T09:00:00.000Z',
    text: 'x y',
  })
  expect(readFilter(parsed())).toEqual({})
})

test('what can`t be read is told', () => {
  expect(readFilter(parsed('--to', 'noon'))).toEqual({
    problem: '`noon` is not a time such as 2026-11-24T10:00Z',
  })
  expect(readHeldEntries(parsed('--from', 'noon'))).toHaveProperty('problem')
  expect(readHeldEntries(parsed('--entries', '7'))).toEqual({ problem: '`7` is not FIRST-LAST' })
  expect(readMoment(parsed('--until', 'x'), 'until')).toHaveProperty('problem')
})

test('held entries are numbers, times or a person', () => {
  expect(readHeldEntries(parsed('--entries', '3-17', '--person', 'p-1'))).toEqual({
    first: 3,
    last: 17,
    personRef: 'p-1',
  })
  expect(readMoment(parsed('--until', '2026-11-24T10:00Z'), 'until')).toBe(
    Date.UTC(2026, 10, 24, 10),
  )
  expect(readMoment(parsed(), 'until')).toBeUndefined()
})
