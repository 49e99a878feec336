import { expect, test } from 'vitest'
import { icsBlocks, MAX_EVENTS } from '../../../rules/ics/ics-blocks.ts'
import { icsOf, SCHOOL_ZONE } from './ics-text.ts'

test('events and time zones are blocks of their own, reminders are in none', () => {
  const event = ['UID:1', 'BEGIN:VALARM', 'SUMMARY:not this', 'END:VALARM', 'SUMMARY:this']
  const text = icsOf(event).replace('VERSION:2.0', SCHOOL_ZONE.join('\n'))
  const { events, zones, problems } = icsBlocks(text)
  expect(events).toEqual([['BEGIN:VEVENT', 'UID:1', 'SUMMARY:this', 'END:VEVENT']])
  expect(zones).toEqual([SCHOOL_ZONE])
  expect(problems).toEqual([])
})

test('a folded line that looks like an end is none', () => {
  const { events } = icsBlocks(icsOf(['SUMMARY:a', ' END:VEVENT', 'UID:1']))
  expect(events[0]).toEqual(['BEGIN:VEVENT', 'SUMMARY:a', ' END:VEVENT', 'UID:1', 'END:VEVENT'])
})

test('what is too much is not read, and that is said', () => {
  const many = icsBlocks(icsOf(...Array.from({ length: MAX_EVENTS + 1 }, () => ['UID:1'])))
  expect(many.events).toHaveLength(MAX_EVENTS)
  expect(many.problems).toEqual([`only the first ${MAX_EVENTS} events are read`])
  const long = icsBlocks(icsOf(Array.from({ length: 10_000 }, () => 'COMMENT:0123456789')))
  expect(long.events[0]?.join('\n').length).toBeLessThan(70_000)
  expect(long.problems).toEqual(['of an event 65536 characters are read'])
  expect(icsBlocks('BEGIN:VEVENT\nUID:1').problems).toEqual([
    'the last event does not end: the file is cut short',
  ])
  const deep = icsBlocks('BEGIN:VEVENT\n'.repeat(200_000))
  expect(deep.events).toEqual([])
})
