import { expect, test } from 'vitest'
import { judgeContent, type ContentQuestion } from '../../../rules/content/judge-content.ts'
import {
  permitOfGrant,
  permitOfLesson,
  permitOfOverride,
  type Permit,
  type PermitUse,
} from '../../../rules/permissions/permits.ts'
import type { PolicyName } from '../../../rules/content/policy-names.ts'
import { grantOf, hostOf, lessonOf, overrideOf } from '../permissions/sample-permissions.ts'
import { closedProfile, compiled, question, siteName } from './content-scene.ts'

const STAFF = compiled({ id: 'staff', startFrom: 'staff' })
const HOST = 'a.example'

function named(permit: string, use: PermitUse, host = HOST): PolicyName {
  return { host: hostOf(host), kind: 'permit', permit, use }
}

const SITE_GRANT = permitOfGrant(grantOf({ hosts: [hostOf(HOST)] }))
const KEY = { ...SITE_GRANT, locked: true }
const PACK = permitOfLesson(lessonOf({ opens: [hostOf(HOST)] }))
const FOCUS = permitOfLesson(lessonOf({ focus: [hostOf(HOST)] }))
const granted = (...categories: string[]): Permit => permitOfGrant(grantOf({ categories }))
const grantName = named('grant.g1', 'opens')

function answer(categories: readonly string[], facts: Partial<ContentQuestion>): string {
  const { action, reasonCode, ruleId } = judgeContent(question(categories, facts))
  return `${action} ${reasonCode ?? ''} ${ruleId}`.replace('  ', ' ')
}

const ROWS: readonly [
  says: string,
  categories: readonly string[],
  facts: Partial<ContentQuestion>,
  expected: string,
][] = [
  [
    '1: no permission opens SEALED',
    ['illegal.csam'],
    { profile: STAFF, permits: [KEY, granted('illegal.csam')], names: [grantName] },
    'block sealed content.sealed',
  ],
  [
    '5: a closed profile takes the sites of the grant that gave it',
    [],
    {
      profile: closedProfile('medical', []),
      permits: [SITE_GRANT],
      names: [grantName],
      accessRule: 'grant.g1',
    },
    'allow grant.g1',
  ],
  [
    '5: and of no other',
    [],
    {
      profile: closedProfile('medical', []),
      permits: [SITE_GRANT],
      names: [grantName],
      accessRule: 'grant.g2',
    },
    'block closed_profile profiles.medical.only',
  ],
  [
    '7: a site grant of one office leaves LOCKED shut',
    ['harm.suicide'],
    { profile: STAFF, permits: [SITE_GRANT], names: [grantName] },
    'block grant_needed category.harm.suicide',
  ],
  [
    '7: of both it opens LOCKED that says G',
    ['harm.suicide'],
    { profile: STAFF, permits: [KEY], names: [grantName] },
    'allow grant.g1',
  ],
  [
    '7: and not what says B',
    ['adult.pornography', 'harm.suicide'],
    { profile: STAFF, permits: [KEY], names: [grantName] },
    'block category category.adult.pornography',
  ],
  [
    '7: a category grant of both, too, one category at a time',
    ['harm.suicide', 'harm.hate'],
    { profile: STAFF, permits: [{ ...granted('harm.suicide'), locked: true }] },
    'block grant_needed category.harm.hate',
  ],
  [
    '8: outside its focus a lesson closes what is open',
    ['edu.allow'],
    { permits: [FOCUS] },
    'block lesson_focus lesson.l1',
  ],
  [
    '8: inside its focus nothing opens that was closed',
    ['media.games'],
    { permits: [FOCUS], names: [named('lesson.l1', 'focus')] },
    'block category category.media.games',
  ],
  [
    '8: what a lesson opens is in its focus',
    ['media.games'],
    { permits: [{ ...PACK, focus: [] }], names: [named('lesson.l1', 'opens')] },
    'allow lesson.l1',
  ],
  [
    '8: a focus closes what a grant or the policy opens',
    ['media.games'],
    { permits: [SITE_GRANT, FOCUS], names: [grantName, siteName('allow', HOST)] },
    'block lesson_focus lesson.l1',
  ],
  [
    '9: a lesson pack opens what FLOOR closes',
    ['sec.hacking'],
    { permits: [PACK], names: [named('lesson.l1', 'opens')] },
    'allow lesson.l1',
  ],
  [
    '9: of equal names a block wins over a pack',
    [],
    { permits: [PACK], names: [named('lesson.l1', 'opens'), siteName('block', HOST)] },
    'block site block-a.example',
  ],
  [
    '9: a longer grant wins over a shorter block',
    [],
    { permits: [SITE_GRANT], names: [grantName, siteName('block', 'example')] },
    'allow grant.g1',
  ],
  [
    '9: an override closes what the policy opens',
    [],
    {
      permits: [permitOfOverride(overrideOf('block', HOST))],
      names: [siteName('allow', HOST), named('site.s1', 'rule')],
    },
    'block site site.s1',
  ],
  [
    '9: a permit that is not in force says nothing',
    [],
    { names: [grantName] },
    'warn category.sec.uncategorised',
  ],
  [
    '11: a category grant opens its category',
    ['sec.remote_control'],
    { profile: STAFF, permits: [granted('sec.remote_control')] },
    'allow grant.g1',
  ],
  [
    '11: and leaves the others to decide',
    ['sec.remote_control', 'sec.hacking'],
    { profile: STAFF, permits: [granted('sec.remote_control')] },
    'block grant_needed category.sec.hacking',
  ],
  [
    '11: what is open anyway is nobody’s grant',
    ['media.press'],
    { profile: STAFF, permits: [granted('media.press')] },
    'allow category.media.press',
  ],
]

test.each(ROWS)('%s', (_says, categories, facts, expected) => {
  expect(answer(categories, facts)).toBe(expected)
})
