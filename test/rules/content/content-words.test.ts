import { expect, test } from 'vitest'
import { contentSentence } from '../../../rules/content/content-words.ts'
import { judgeContent, type ContentQuestion } from '../../../rules/content/judge-content.ts'
import type { PolicyName } from '../../../rules/content/policy-names.ts'
import {
  closedName,
  closedProfile,
  compiled,
  engineName,
  question,
  siteName,
} from './content-scene.ts'

const SENTENCES: readonly [asked: ContentQuestion, audience: string | null, sentence: string][] = [
  [question(['life.cooking']), 'pupils', 'Cooking: allowed for pupils.'],
  [question(['life.cooking']), null, 'Cooking: allowed.'],
  [question(['support.wellbeing']), 'pupils', 'Help and reporting services are always open.'],
  [question(['support.systems']), null, 'School and government systems are always open.'],
  [
    question(['media.video_audio']),
    'pupils',
    'Educational video and audio: allowed for pupils; the gate knows no safe mode of this site.',
  ],
  [
    question(['sec.shortener']),
    null,
    'URL shorteners: allowed; where a short link leads is judged by itself.',
  ],
  [
    question(['life.translation']),
    'pupils',
    'Translation: allowed for pupils; pages shown through a translator are judged as web proxies.',
  ],
  [
    question([], { names: [engineName('google')] }),
    'pupils',
    'Search engines: Google is allowed in its safe mode for pupils.',
  ],
  [
    question([], { names: [siteName('allow', 'a.example'), engineName('google')] }),
    'pupils',
    'allow a.example Google is open in its safe mode.',
  ],
  [
    question([], { names: [engineName('yahoo')] }),
    'pupils',
    'Search engines: Yahoo Search has no safe mode that a network can hold it to (only the parameter `vm=r` would do): not open for pupils.',
  ],
  [
    question([], { names: [engineName('baidu')] }),
    null,
    'Search engines: Baidu has no safe mode that a network can hold it to: not open.',
  ],
  [
    question([], { names: [engineName('baidu')], profile: compiled({ withoutSafeMode: 'allow' }) }),
    null,
    'Search engines: allowed; the gate knows no safe mode of this site.',
  ],
  [question(['comms.forums']), 'pupils', 'Forums: allowed after a warning for pupils.'],
  [question(['media.games']), 'pupils', 'Games: not open for pupils.'],
  [
    question(['illegal.csam']),
    'pupils',
    'Access to this page is denied because it is on a list of illegal content.',
  ],
  [
    question(['harm.suicide'], { profile: compiled({ startFrom: 'staff' }) }),
    'staff',
    'Suicide: closed unless a member of staff has been granted it for staff.',
  ],
  [
    question([], { profile: closedProfile('exam_allow_list', []) }),
    'an exam room',
    'Only a short list of sites is open here and now for an exam room.',
  ],
  [question([], { names: [siteName('block', 'a.example')] }), 'pupils', 'block a.example'],
  [question([]), null, 'Uncategorised: allowed after a warning.'],
]

const bySentence = SENTENCES.map(
  ([asked, audience, sentence]) => [sentence, audience, asked] as const,
)

test.each(bySentence)('%s', (sentence, audience, asked) => {
  expect(contentSentence(judgeContent(asked), audience)).toBe(sentence)
})

test('a host that the policy named by its service is said to be part of it', () => {
  const host = { host: 'ytimg.com', scope: 'subtree', service: 'youtube' } as const
  const named: PolicyName = { ...siteName('allow', 'ytimg.com'), host }
  const outcome = judgeContent(question(['media.video_audio'], { names: [named] }))
  expect(contentSentence(outcome, 'pupils')).toBe('allow ytimg.com (part of YouTube).')
})

test('a closed list that opened a host by its service says so', () => {
  const host = { host: 'desmos.com', scope: 'subtree', service: 'desmos' } as const
  const names = [{ ...closedName('exam_allow_list'), host }]
  const outcome = judgeContent(
    question(['edu.allow'], { profile: closedProfile('exam_allow_list', []), names }),
  )
  expect(contentSentence(outcome, 'an exam room')).toBe(
    'Education allow-list: allowed for an exam room (part of Desmos).',
  )
})

test('a refusal without a category speaks of the site', () => {
  const outcome = { ...judgeContent(question(['media.games'])), decided: null }
  expect(contentSentence(outcome, null)).toBe('This site: not open.')
})
