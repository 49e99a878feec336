import { expect, test } from 'vitest'
import { compareTraffic, type SeenTraffic } from '../../../rules/preview/compare-traffic.ts'
import { buildExampleEngine, readExamplePolicy } from '../../examples/example-engine.ts'
import { examplePolicy } from '../../support/example-policy.ts'

const NOW = readExamplePolicy()
const AT = Date.parse('2026-11-24T10:00:00Z')

function preview(seen: readonly SeenTraffic[], ...texts: readonly string[]) {
  const draft = examplePolicy(...texts)
  return compareTraffic(
    seen,
    { policy: NOW, engine: buildExampleEngine(NOW), at: AT },
    { policy: draft, engine: buildExampleEngine(draft), at: AT },
  )
}

function traffic(host: string, facts: Partial<SeenTraffic> = {}): SeenTraffic {
  return { host, profile: 'secondary_lesson', verdict: 'block', requests: 3, devices: 2, ...facts }
}

const OPEN_GAMES = [
  'sites:\n',
  'sites:\n  - { id: games, allow: [media-games.cat.test], profiles: [secondary_lesson], because: A lesson. }\n',
] as const

test('what the draft answers milder opens, stricter closes, the same is neither', () => {
  const shut = ['allow: [bbc.co.uk, gov.uk]', 'block: [bbc.co.uk]'] as const
  const seen = [
    traffic('media-games.cat.test'),
    traffic('bbc.co.uk', { verdict: 'allow' }),
    traffic('adult-pornography.cat.test'),
  ]
  expect(preview(seen, ...OPEN_GAMES, ...shut)).toEqual({
    opens: [
      {
        ...{
          host: 'media-games.cat.test',
          profile: 'secondary_lesson',
          from: 'block',
          to: 'allow',
        },
        ...{ reason: null, category: 'media.games', rule: 'games', requests: 3, devices: 2 },
      },
    ],
    closes: [
      expect.objectContaining({ host: 'bbc.co.uk', from: 'allow', to: 'block', reason: 'site' }),
    ],
    gone: [],
    refused: 0,
  })
})

test('an unchanged policy changes nothing, whatever was asked when', () => {
  const seen = [
    traffic('media-games.cat.test'),
    traffic('media-games.cat.test', { profile: 'sixth_social', verdict: 'allow' }),
    traffic('comms-social.cat.test', { profile: 'staff_byod', verdict: 'allow' }),
    traffic('comms-social.cat.test', { profile: 'staff_byod' }),
  ]
  expect(preview(seen)).toMatchObject({ opens: [], closes: [] })
})

test('most devices first, then most requests', () => {
  const open = [
    'sites:\n',
    'sites:\n  - { id: x, allow: [a.media-games.cat.test, b.media-games.cat.test, c.media-games.cat.test], because: A lesson. }\n',
  ] as const
  const seen = [
    traffic('a.media-games.cat.test', { devices: 1, requests: 99 }),
    traffic('b.media-games.cat.test', { devices: 9, requests: 1 }),
    traffic('c.media-games.cat.test', { devices: 9, requests: 2 }),
  ]
  expect(preview(seen, ...open).opens.map(({ host }) => host.slice(0, 1))).toEqual(['c', 'b', 'a'])
})

test('a category that is timed is compared for the time of day that explains the answer', () => {
  const always = [
    'label: staff on their own devices\n',
    'label: staff on their own devices\n    change: { media.games: block }\n',
  ] as const
  const open = traffic('media-games.cat.test', { profile: 'staff_byod', verdict: 'allow' })
  const shut = traffic('media-games.cat.test', { profile: 'staff_byod', verdict: 'block' })
  expect(preview([open, shut], ...always)).toMatchObject({
    opens: [],
    closes: [{ from: 'allow', to: 'block', requests: 3 }],
  })
})

test('what was opened by no rule of the policy in force is compared with what was answered', () => {
  const seen = [traffic('media-games.cat.test', { verdict: 'allow' })]
  expect(preview(seen).closes).toMatchObject([{ from: 'allow', to: 'block' }])
})

test('the same change at two times of day is one, with the devices of the busier', () => {
  const both = [traffic('media-games.cat.test'), traffic('media-games.cat.test', { devices: 7 })]
  expect(preview(both, ...OPEN_GAMES).opens).toMatchObject([{ requests: 6, devices: 7 }])
})

test('denied traffic is counted, and a profile that the draft does not have is named', () => {
  const gone = traffic('a.example', { profile: 'old_profile', requests: 5 })
  const denied = traffic('a.example', { profile: '', requests: 4 })
  expect(preview([gone, { ...gone, host: 'b.example' }, denied])).toMatchObject({
    gone: [{ profile: 'old_profile', hosts: 2, requests: 10 }],
    refused: 4,
  })
})

test('a rule that begins later is in the preview, and one that is over is not', () => {
  const until = (term: string) =>
    [
      'sites:\n',
      `sites:\n  - { id: g, allow: [media-games.cat.test], ${term}, because: A day out. }\n`,
    ] as const
  const opened = (term: string) =>
    preview([traffic('media-games.cat.test')], ...until(term)).opens.map(({ rule }) => rule)
  expect(opened("from: '2026-12-01'")).toEqual(['g'])
  expect(opened("until: '2026-11-24T10:00:01'")).toEqual(['g'])
  expect(opened("until: '2026-11-23'")).toEqual([])
})
