import { expect, test } from 'vitest'
import { judgeEvent, type EventFacts, type EventKind } from '../../../records/alerts/judge-event.ts'

test.each<[EventKind, EventFacts, string, string]>([
  [
    'chain_break',
    { message: 'entry 5 was edited' },
    'high',
    'the change log does not verify: entry 5 was edited',
  ],
  ['ledger_lost', { message: 'the ledger begins anew' }, 'high', 'the ledger begins anew'],
  [
    'sealed_feed_missing',
    { message: 'signature' },
    'high',
    'the sealed list is missing or not genuine: signature',
  ],
  [
    'feed_age',
    { list: 'iwf', message: 'is 30 hours old' },
    'medium',
    'list `iwf`: is 30 hours old',
  ],
  [
    'feed_refused',
    { list: 'iwf', message: 'its signature is wrong; the old one stays' },
    'high',
    'list `iwf`: its signature is wrong; the old one stays',
  ],
  [
    'list_refused',
    { list: 'ut1', message: 'it came empty; the old one stays' },
    'low',
    'list `ut1`: it came empty; the old one stays',
  ],
  [
    'promise_broken',
    { subject: 'help', message: 'promise `help` is broken' },
    'high',
    'promise `help` is broken',
  ],
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
  const keyOf = (list: string) =>
    judgeEvent('feed_age', { list, message: 'is 30 hours old' }, 5).key
  expect(keyOf('ut1')).not.toBe(keyOf('iwf'))
})
