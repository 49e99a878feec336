import { describe, expect, test } from 'vitest'
import { judgeContent, type ContentQuestion } from '../../../rules/content/judge-content.ts'
import {
  closedName,
  closedProfile,
  compiled,
  correctionName,
  question,
  siteName,
} from './content-scene.ts'

function answer(asked: ContentQuestion): string {
  const { action, warn, reasonCode, decided } = judgeContent(asked)
  const both = action === 'restrict' && warn ? '+warn' : ''
  return `${action}${both} ${reasonCode ?? '-'} ${decided?.category.id ?? '-'}`
}

const DENIED = { profile: null, accessReason: 'lost' }
const PORTAL = { profile: closedProfile('portal', []), accessReason: 'unregistered' }
const QUARANTINE = {
  profile: closedProfile('quarantine', ['files.updates']),
  accessReason: 'posture_stale',
}
const EXAM = { profile: closedProfile('exam_allow_list', []) }
const MISSING = { sealedMissing: true }
const STAFF = { profile: compiled({ id: 'staff', startFrom: 'staff' }) }

const ORDER: readonly [says: string, asked: ContentQuestion, expected: string][] = [
  [
    '1: a sealed name is blocked for a lost device as sealed',
    question(['illegal.csam'], DENIED),
    'block sealed illegal.csam',
  ],
  [
    '1: a help line that is sealed is blocked',
    question(['illegal.other', 'support.wellbeing']),
    'block sealed illegal.other',
  ],
  [
    '1: a correction does not take the seal off',
    question(['illegal.other'], { names: [correctionName({ remove: 'illegal.other' })] }),
    'block sealed illegal.other',
  ],
  [
    '1: a site rule does not open it',
    question(['illegal.other'], { names: [siteName('allow', 'a.example')] }),
    'block sealed illegal.other',
  ],
  [
    '2: help is open to a lost device',
    question(['support.wellbeing'], DENIED),
    'allow - support.wellbeing',
  ],
  ['2: and in the portal', question(['support.wellbeing'], PORTAL), 'allow - support.wellbeing'],
  [
    '2: and while no sealed list is loaded',
    question(['support.wellbeing'], { ...DENIED, ...MISSING }),
    'allow - support.wellbeing',
  ],
  [
    '2: and when a list calls it pornography',
    question(['adult.pornography', 'support.wellbeing']),
    'allow - support.wellbeing',
  ],
  [
    '2: and when a site rule blocks it',
    question(['support.wellbeing'], { names: [siteName('block', 'a.example')] }),
    'allow - support.wellbeing',
  ],
  [
    '2: and when a correction takes it out',
    question(['support.wellbeing'], { names: [correctionName({ remove: 'support.wellbeing' })] }),
    'allow - support.wellbeing',
  ],
  [
    'without a sealed list everything else is closed',
    question(['edu.allow'], MISSING),
    'block sealed -',
  ],
  [
    "without a sealed list the school's systems are open",
    question(['support.systems'], MISSING),
    'allow - support.systems',
  ],
  [
    'without a sealed list the portal works',
    question([], { ...PORTAL, ...MISSING, names: [closedName('portal')] }),
    'allow - -',
  ],
  [
    '3: a lost device is refused for being lost, the category is named',
    question(['edu.allow'], DENIED),
    'block lost edu.allow',
  ],
  [
    '3: it is refused the systems of the school too',
    question(['support.systems'], DENIED),
    'block lost support.systems',
  ],
  [
    '4: systems are open in an exam',
    question(['support.systems'], EXAM),
    'allow - support.systems',
  ],
  [
    '4: systems are open in quarantine',
    question(['support.systems'], QUARANTINE),
    'allow - support.systems',
  ],
  [
    '4: but not in the portal',
    question(['support.systems'], PORTAL),
    'block unregistered support.systems',
  ],
  [
    '4: a locked category does not close them',
    question(['bypass.vpn', 'support.systems']),
    'allow - support.systems',
  ],
  [
    '5: an exam opens its own hosts',
    question([], { ...EXAM, names: [closedName('exam_allow_list')] }),
    'allow - -',
  ],
  [
    '5: not those of another closed profile',
    question([], { ...EXAM, names: [closedName('medical')] }),
    'block closed_profile -',
  ],
  ['5: quarantine opens updates', question(['files.updates'], QUARANTINE), 'allow - files.updates'],
  [
    '5: and refuses for the reason why the device is there',
    question(['edu.allow'], QUARANTINE),
    'block posture_stale edu.allow',
  ],
  [
    '5: a site rule opens nothing in an exam',
    question(['edu.allow'], { ...EXAM, names: [siteName('allow', 'a.example')] }),
    'block closed_profile edu.allow',
  ],
  [
    '6: a correction takes a locked category away',
    question(['bypass.vpn', 'life.cooking'], { names: [correctionName({ remove: 'bypass.vpn' })] }),
    'allow - life.cooking',
  ],
  [
    '6: a correction that leaves nothing leaves the name uncategorised',
    question(['bypass.vpn'], { names: [correctionName({ remove: 'bypass.vpn' })] }),
    'warn - sec.uncategorised',
  ],
  [
    '6: a correction adds a locked category',
    question(['life.cooking'], { names: [correctionName({ add: 'bypass.vpn' })] }),
    'block category bypass.vpn',
  ],
  [
    '6: a correction can not seal',
    question(['life.cooking'], { names: [correctionName({ add: 'illegal.other' })] }),
    'allow - life.cooking',
  ],
  [
    '6: sex education is no pornography',
    question(['adult.pornography', 'adult.sex_education']),
    'allow - adult.sex_education',
  ],
  [
    '6: sex education that a correction adds is none either',
    question(['adult.pornography'], { names: [correctionName({ add: 'adult.sex_education' })] }),
    'allow - adult.sex_education',
  ],
  [
    '7: a locked category is not opened by a site rule',
    question(['bypass.vpn'], { names: [siteName('allow', 'a.example')] }),
    'block category bypass.vpn',
  ],
  ['7: nor by education', question(['bypass.vpn', 'edu.allow']), 'block category bypass.vpn'],
  [
    '7: staff may be granted some',
    question(['harm.suicide'], STAFF),
    'block grant_needed harm.suicide',
  ],
  [
    '8: a site block closes education',
    question(['edu.allow'], { names: [siteName('block', 'a.example')] }),
    'block site edu.allow',
  ],
  [
    '9: a site allow opens a floor category',
    question(['media.games'], { names: [siteName('allow', 'a.example')] }),
    'allow - media.games',
  ],
  [
    '9: the longer name wins, when it allows',
    question(['media.games'], {
      names: [siteName('block', 'a.example'), siteName('allow', 'www.a.example')],
    }),
    'allow - media.games',
  ],
  [
    '9: the longer name wins, when it blocks',
    question(['edu.allow'], {
      names: [siteName('block', 'www.a.example'), siteName('allow', 'a.example')],
    }),
    'block site edu.allow',
  ],
  [
    '9: of equal names block wins, whichever comes first',
    question([], { names: [siteName('block', 'a.example'), siteName('allow', 'a.example')] }),
    'block site -',
  ],
  [
    '9: of equal names block wins, whichever comes last',
    question([], { names: [siteName('allow', 'a.example'), siteName('block', 'a.example')] }),
    'block site -',
  ],
  [
    '9: a rule for others is passed over',
    question(['media.games'], { names: [siteName('allow', 'a.example', ['staff'])] }),
    'block category media.games',
  ],
  [
    '9: a rule for this profile is not',
    question(['media.games'], { names: [siteName('allow', 'a.example', ['staff', 'pupils'])] }),
    'allow - media.games',
  ],
  [
    '10: education cancels a floor category',
    question(['media.games', 'edu.allow']),
    'allow - edu.allow',
  ],
  [
    '10: but not where its own action is another',
    question(['media.games', 'edu.allow'], { profile: compiled({ change: { 'edu.allow': 'W' } }) }),
    'block category media.games',
  ],
  [
    '10: sex education needs a grant in primary',
    question(['adult.sex_education', 'life.cooking'], {
      profile: compiled({ startFrom: 'primary' }),
    }),
    'block grant_needed adult.sex_education',
  ],
  [
    '11: block beats restrict',
    question(['media.video_audio', 'media.games']),
    'block category media.games',
  ],
  [
    '11: restrict and warn do both',
    question(['media.video_audio', 'comms.forums']),
    'restrict+warn - media.video_audio',
  ],
  [
    '11: restrict alone does not warn',
    question(['media.video_audio', 'life.cooking']),
    'restrict - media.video_audio',
  ],
  ['11: warn beats allow', question(['comms.forums', 'life.cooking']), 'warn - comms.forums'],
  ['11: timed blocks in lessons', question(['media.sports']), 'block category media.sports'],
  [
    '11: timed allows in social time',
    question(['media.sports'], { timedOpen: true }),
    'allow - media.sports',
  ],
  [
    '11: of equals the first in the taxonomy is named',
    question(['media.games', 'money.gambling']),
    'block category money.gambling',
  ],
  [
    '11: a grant that nobody holds blocks',
    question(['ai.generative']),
    'block grant_needed ai.generative',
  ],
  [
    '11: but a plain block is the stricter of the two',
    question(['ai.generative', 'media.games']),
    'block category media.games',
  ],
  ['12: a name in no category is uncategorised', question([]), 'warn - sec.uncategorised'],
]

describe('the steps and their order', () => {
  test.each(ORDER)('%s', (_says, asked, expected) => {
    expect(answer(asked)).toBe(expected)
  })
})

const OPENED: readonly [says: string, asked: ContentQuestion, by: string][] = [
  ['help', question(['support.wellbeing']), 'wellbeing'],
  ['systems', question(['support.systems']), 'systems'],
  ['a site rule', question([], { names: [siteName('allow', 'a.example')] }), 'site'],
  [
    "a closed profile's own host",
    question([], { ...EXAM, names: [closedName('exam_allow_list')] }),
    'site',
  ],
  ['education', question(['edu.allow']), 'education'],
  ['sex education', question(['adult.sex_education']), 'education'],
  ['an ordinary category', question(['life.cooking']), 'nothing'],
  ['a warning', question(['comms.forums']), 'nothing'],
  ['a block', question(['media.games']), 'nothing'],
]

test.each(OPENED)('an alias is judged by what opened the name: %s', (_says, asked, by) => {
  expect(judgeContent(asked).openedBy).toBe(by)
})

test('a refusal of the access stage says so, and leaves its rule to that stage', () => {
  expect(judgeContent(question([], DENIED))).toMatchObject({ stage: 'access', ruleId: '' })
  expect(judgeContent(question([], PORTAL))).toMatchObject({
    stage: 'access',
    ruleId: 'profiles.portal.only',
  })
})

test('rules have ids that a person finds in the file or the taxonomy', () => {
  const rules = [
    question(['illegal.csam']),
    question(['edu.allow'], MISSING),
    question([], { names: [siteName('block', 'a.example')] }),
    question(['media.games']),
  ].map((asked) => judgeContent(asked).ruleId)
  expect(rules).toEqual([
    'content.sealed',
    'content.sealed_list_missing',
    'block-a.example',
    'category.media.games',
  ])
})

test('the list that decided is named; a correction is no list', () => {
  const listed = question(['life.cooking', 'media.games'])
  expect(judgeContent(listed).decided).toMatchObject({ list: 1 })
  const corrected = question([], { names: [correctionName({ add: 'media.games' })] })
  expect(judgeContent(corrected).decided).toMatchObject({ list: null })
})
