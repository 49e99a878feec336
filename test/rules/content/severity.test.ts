import { expect, test } from 'vitest'
import { severityOf } from '../../../rules/content/severity.ts'
import type { Severity } from '../../../rules/verdict.ts'

const SEVERITIES: readonly [says: string, category: string | null, alert: boolean, is: Severity][] =
  [
    ['what is sealed is high', 'illegal.csam', false, 'high'],
    ['self-harm is high', 'harm.self_harm', false, 'high'],
    ['talking to strangers is high', 'comms.stranger_chat', false, 'high'],
    ['another locked category is medium', 'bypass.vpn', false, 'medium'],
    ['an alert of the access stage is medium without a category', null, true, 'medium'],
    ['an alert lifts a floor category to medium', 'media.games', true, 'medium'],
    ['a floor category is low', 'media.games', false, 'low'],
    ['an open category is info', 'media.sports', false, 'info'],
    ['a category that nobody knows is info', 'media.chess', false, 'info'],
    ['no category is info', null, false, 'info'],
  ]

test.each(SEVERITIES)('%s', (_says, category, alert, is) => {
  expect(severityOf(category, alert)).toBe(is)
})
