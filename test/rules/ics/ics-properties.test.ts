import { expect, test } from 'vitest'
import { icsComponent, propertyOf, textOf } from '../../../rules/ics/ics-properties.ts'

const block = (...lines: string[]): string[] => ['BEGIN:VEVENT', ...lines, 'END:VEVENT']

test('values are unescaped and unfolded, parameters kept', () => {
  const component = icsComponent(
    block(
      'SUMMARY;LANGUAGE=en:INSET\\, all',
      '  day',
      'DTSTART;TZID=Europe/London:20261127T090000',
    ),
  )
  if ('problem' in component) throw new Error(component.problem)
  expect(textOf(component, 'summary')).toBe('INSET, all day')
  expect(propertyOf(component, 'dtstart')).toMatchObject({
    type: 'date-time',
    parameters: { tzid: 'Europe/London' },
    values: ['2026-11-27T09:00:00'],
  })
  expect(textOf(component, 'location')).toBeUndefined()
})

test.each([
  ['a line without a colon', block('nothing')],
  ['a frequency that there is none of', block('RRULE:FREQ=FOO')],
  ['a quote that does not end', block('DTSTART;TZID="Europe/London:2026')],
  ['no component', ['hello']],
  ['nothing at all', []],
])('%s is a problem in words, not an exception', (_says, lines) => {
  expect(icsComponent(lines)).toMatchObject({ problem: expect.any(String) as string })
})
