import { expect, test } from 'vitest'
import { topicOf, topicsSince } from '../../../records/alerts/topics.ts'
import { aFinding, AT, HOUR } from './sample-alerts.ts'

const iso = (at: number): string => new Date(at).toISOString()
const TOPICS = new Map([
  [
    '10B now',
    {
      ...{ class: '10B', persons: ['p-1001', 'p-1002'], categories: ['harm.suicide'] },
      ...{ from: iso(AT), to: iso(AT + HOUR) },
    },
  ],
])

test.each<[string, object, boolean]>([
  ['a pupil of the class in the lesson', {}, true],
  ['the last moment before', { at: AT - 1 }, false],
  ['the bell that ends it', { at: AT + HOUR }, false],
  ['a pupil of another class', { personRef: 'p-1003' }, false],
  ['another category', { category: 'harm.extremism' }, false],
  ['a person who is not known', { personRef: null }, false],
])('%s: explained %s', (_says, facts, isCovered) => {
  expect(topicOf(TOPICS, aFinding(facts))).toBe(isCovered ? '10B now' : null)
})

test('lessons of a day ago are kept, for refusals that are judged late', () => {
  expect(topicsSince(TOPICS, AT + 24 * HOUR).size).toBe(1)
  expect(topicsSince(TOPICS, AT + 25 * HOUR).size).toBe(0)
})
