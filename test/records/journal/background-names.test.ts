import { expect, test } from 'vitest'
import { isBackgroundName } from '../../../records/journal/background-names.ts'

const CASES: readonly [says: string, host: string, isBackground: boolean][] = [
  ['an iPhone asks whether it is online', 'captive.apple.com', true],
  ['a telemetry host below a known one', 'eu-v20.events.data.microsoft.com', true],
  ['proxy discovery in whatever domain', 'wpad.school.example', true],
  ['the parent of a known name is a site', 'apple.com', false],
  ['a name that only ends alike is another', 'notsentry.io', false],
  ['a site somebody visits', 'www.tiktok.com', false],
  ['the root', '.', false],
]

test.each(CASES)('%s: %s', (_says, host, isBackground) => {
  expect(isBackgroundName(host)).toBe(isBackground)
})
