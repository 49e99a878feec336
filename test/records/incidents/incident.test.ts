import { expect, test } from 'vitest'
import {
  INCIDENT_CLASSES,
  OUTCOMES,
  REFERRAL_TARGETS,
} from '../../../records/incidents/incident.ts'

test.each([
  ['classes', INCIDENT_CLASSES, 19],
  ['referral targets', REFERRAL_TARGETS, 12],
  ['outcomes', OUTCOMES, 5],
])('the %s are those of requirements.md 6.6, each once', (_says, words, count) => {
  expect(new Set(words).size).toBe(count)
  expect(words).toHaveLength(count)
})
