import { expect, test } from 'vitest'
import { judgeEvent, type EventFacts, type EventKind } from '../../../records/alerts/judge-event.ts'

test.each<[EventKind, EventFacts, string, string]>([
  [
    'chain_break',
    { message: 'entry 5 was edited' },
    'high',
    'the change log does not verify: entry 5 was edited',
  ],
  [
    'sealed_feed_missing',
    { message: 'signature' },
    'high',
    'the sealed list is missing or not genuine: signature',
  ],
  ['feed_age', { list: 'ut1', hours: 30 }, 'medium', 'list `ut1` is 30 hours old'],
  ['journal_loss', { lost: 12 }, 'medium', '12 refusals could not be recorded'],
  ['unclean_stop', {}, 'low', 'the gate ended without a stop; records are whole up to unknown'],
  [
    'backup_failed',
    { message: 'no backup could be made: full' },
    'low',
    'no backup could be made: full',
  ],
])('%s is told at once, in words', (kind, facts, severity, detail) => {
  expect(judgeEvent(kind, facts, 5)).toMatchObject({ severity, urgency: 'now', detail, at: 5 })
})

test('two lists that are old are two alerts', () => {
  const keyOf = (list: string) => judgeEvent('feed_age', { list, hours: 30 }, 5).key
  expect(keyOf('ut1')).not.toBe(keyOf('iwf'))
})
