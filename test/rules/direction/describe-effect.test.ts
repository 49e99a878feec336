import { expect, test } from 'vitest'
import { describeEffect } from '../../../rules/direction/describe-effect.ts'
import { reachOf, type Effect } from '../../../rules/direction/direction.ts'

const CHANGE: Effect = {
  what: 'category',
  who: { ...reachOf(['pupil', 'staff']), profile: 'shared' },
  subjects: ['media.games', 'comms.chat'],
  subjectCount: 5,
  from: 'block',
  to: 'allow',
}

const ROWS: readonly [sentence: string, effect: Partial<Effect>][] = [
  ['pupils, staff, as `shared`: `media.games`, `comms.chat` and 3 more: block becomes allow', {}],
  [
    'pupils (secondary), school devices, in `library`, during `lunch`: refused becomes `social`',
    {
      what: 'access',
      who: {
        roles: ['pupil'],
        ownership: 'school',
        phases: ['secondary'],
        zones: ['library'],
        windows: ['lunch'],
        profile: null,
      },
      subjects: [''],
      from: 'refused',
      to: '`social`',
    },
  ],
  [
    'everybody: `starter`: list becomes none',
    { who: reachOf([]), subjects: ['starter'], subjectCount: 1, from: 'list', to: 'none' },
  ],
]

test.each(ROWS)('%s', (sentence, effect) => {
  expect(describeEffect({ ...CHANGE, ...effect })).toBe(sentence)
})
