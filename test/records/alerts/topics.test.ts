import { expect, test } from 'vitest'
import { Topics, type Topic } from '../../../records/alerts/topics.ts'
import { aFinding, alertsDb, AT, HOUR } from './sample-alerts.ts'

const TOPIC: Topic = {
  classRef: '10B',
  people: ['p-1001', 'p-1002'],
  categories: ['harm.suicide'],
  from: AT,
  to: AT + HOUR,
  announcedBy: 'p-0001',
  reason: 'PSHE lesson on mental health',
}

test.each<[string, object, boolean]>([
  ['a pupil of the class in the lesson', {}, true],
  ['the last moment before', { at: AT - 1 }, false],
  ['the bell that ends it', { at: AT + HOUR }, false],
  ['a pupil of another class', { personRef: 'p-1003' }, false],
  ['another category', { category: 'harm.extremism' }, false],
  ['a person who is not known', { personRef: null }, false],
])('%s: explained %s', (_says, facts, isCovered) => {
  const topics = new Topics(alertsDb())
  const announced = topics.announce(TOPIC, AT)
  const id = 'id' in announced ? announced.id : 'none'
  expect(topics.covering(aFinding(facts))).toBe(isCovered ? id : null)
})

test.each<[Partial<Topic>, RegExp]>([
  [{ categories: ['illegal.csam'] }, /never suppressed/],
  [{ categories: ['harm.suicid'] }, /no category `harm.suicid`/],
  [{ categories: [] }, /names no category/],
  [{ people: [] }, /no pupils/],
  [{ to: AT }, /ends before it begins/],
  [{ to: AT + 5 * HOUR }, /four hours at most/],
  [{ reason: 'PSHE' }, /less than 10 letters/],
])('%j is no topic', (facts, problem) => {
  const topics = new Topics(alertsDb())
  expect(topics.announce({ ...TOPIC, ...facts }, AT)).toEqual({
    problem: expect.stringMatching(problem) as string,
  })
})
