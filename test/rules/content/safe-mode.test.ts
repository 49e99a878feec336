import { expect, test } from 'vitest'
import { judgeContent, type ContentQuestion } from '../../../rules/content/judge-content.ts'
import {
  closedName,
  closedProfile,
  compiled,
  correctionName,
  engineName,
  question,
  siteName,
} from './content-scene.ts'

type Answer = readonly [action: string, reason: string | null, safeHost: string | null]

const GOOGLE = 'forcesafesearch.google.com'
const pupil = compiled()
const primary = compiled({ startFrom: 'primary', youtube: 'strict' })
const staff = compiled({ startFrom: 'staff', youtube: 'off', withoutSafeMode: 'allow' })
const free = compiled({ safeSearch: false, youtube: 'off' })

const ROWS: readonly [says: string, asked: ContentQuestion, answer: Answer][] = [
  ['a known engine needs no list', named('google', primary), ['restrict', null, GOOGLE]],
  ['staff search safely too', named('google', staff), ['restrict', null, GOOGLE]],
  ['unless the policy says no', named('google', free), ['allow', null, null]],
  [
    'pupils watch YouTube in its moderate mode',
    named('youtube', pupil),
    ['restrict', null, 'restrictmoderate.youtube.com'],
  ],
  [
    'the youngest in its strict one',
    named('youtube', primary),
    ['restrict', null, 'restrict.youtube.com'],
  ],
  ['staff as it is', named('youtube', staff), ['allow', null, null]],
  ['an engine without a safe mode is closed', named('ask', pupil), ['block', 'category', null]],
  ['staff may use it', named('ask', staff), ['restrict', null, null]],
  ['what is for children is open', named('child-search', primary), ['restrict', null, null]],
  [
    'a site rule opens an engine in its safe mode',
    named('google', pupil, { names: [siteName('allow', 'google.com'), engineName('google')] }),
    ['restrict', null, GOOGLE],
  ],
  [
    'a site rule opens one without a safe mode: somebody decided that',
    named('kagi', pupil, { names: [siteName('allow', 'kagi.com'), engineName('kagi')] }),
    ['allow', null, null],
  ],
  [
    'education does not lead round the safe mode',
    named('google', pupil, { found: question(['edu.allow', 'edu.search']).found }),
    ['restrict', null, GOOGLE],
  ],
  [
    'nor does a correction that takes the category away',
    named('google', compiled({ startFrom: 'staff' }), {
      names: [correctionName({ remove: 'edu.search' }), engineName('google')],
    }),
    ['restrict', null, GOOGLE],
  ],
  [
    'nor another action for search engines',
    named('google', compiled({ change: { 'edu.search': 'A' } })),
    ['restrict', null, GOOGLE],
  ],
  [
    'which does open those without a safe mode',
    named('ask', compiled({ change: { 'edu.search': 'A' } })),
    ['allow', null, null],
  ],
  [
    'a warning stays beside the safe mode',
    named('google', compiled({ change: { 'edu.search': 'W' } })),
    ['restrict', null, GOOGLE],
  ],
  [
    'a closed profile that lists an engine has it in its safe mode',
    named('google', closedProfile('medical', []), {
      names: [closedName('medical'), engineName('google')],
    }),
    ['restrict', null, GOOGLE],
  ],
  [
    'an engine that a profile closes stays closed',
    named('google', compiled({ change: { 'edu.search': 'B' } })),
    ['block', 'category', null],
  ],
  [
    'a sealed one is sealed',
    named('google', pupil, { found: question(['illegal.csam']).found }),
    ['block', 'sealed', null],
  ],
  [
    'a site that the table does not know is open as it is',
    question(['edu.search']),
    ['restrict', null, null],
  ],
]

function named(
  id: string,
  profile: NonNullable<ContentQuestion['profile']>,
  facts: Partial<ContentQuestion> = {},
): ContentQuestion {
  return question([], { profile, names: [engineName(id)], ...facts })
}

test.each(ROWS)('%s', (_says, asked, [action, reason, safeHost]) => {
  const outcome = judgeContent(asked)
  expect([outcome.action, outcome.reasonCode, outcome.safe?.host ?? null]).toEqual([
    action,
    reason,
    safeHost,
  ])
})

test('warn and safe mode hold together', () => {
  const asked = named('google', compiled({ change: { 'edu.search': 'W' } }))
  expect(judgeContent(asked)).toMatchObject({ action: 'restrict', warn: true })
})

test('the rule that closes an engine names it', () => {
  expect(judgeContent(named('ask', pupil))).toMatchObject({ ruleId: 'safe_mode.ask' })
})
