import { expect, test } from 'vitest'
import { mostWanted, type WantedTraffic } from '../../../rules/over-blocking/most-wanted.ts'
import { scene } from './over-blocking-scene.ts'

const SCHOOL = scene(['cook.example life.cooking', 'games.example media.games'])

function asked(host: string, profile: string, devices = 1, requests = 1): WantedTraffic {
  return { host, profile, devices, requests }
}

/** The last two labels. */
const siteOf = (host: string): string | null => /[^.]+\.[^.]+$/.exec(host)?.[0] ?? null

test('sites in no category, most devices first, with what each profile gets', () => {
  const seen = [
    asked('www.maps.example', 'primary_lesson', 3, 20),
    asked('tiles.maps.example', 'primary_lesson', 5, 60),
    asked('www.maps.example', 'secondary_lesson', 2, 7),
    asked('poems.example', 'secondary_lesson', 9, 9),
  ]
  expect(mostWanted(seen, SCHOOL, siteOf)).toEqual([
    {
      site: 'poems.example',
      hosts: ['poems.example'],
      requests: 9,
      devices: 9,
      profiles: { secondary_lesson: 'warn' },
    },
    {
      site: 'maps.example',
      hosts: ['tiles.maps.example', 'www.maps.example'],
      requests: 87,
      devices: 5,
      profiles: { primary_lesson: 'block', secondary_lesson: 'warn' },
    },
  ])
})

test.each([
  ['a site with a category', asked('games.example', 'primary_lesson')],
  ['a site that the profile opens uncategorised', asked('poems.example', 'staff_work')],
  ['a request of nobody who was let in', asked('poems.example', '')],
  ['a profile that is gone', asked('poems.example', 'no_such_profile')],
  ['a closed profile, which knows its own list alone', asked('poems.example', 'exam_allow_list')],
  ['what has no name', asked('localhost', 'primary_lesson')],
])('%s is not in the queue', (_says, traffic) => {
  expect(mostWanted([traffic], SCHOOL, siteOf)).toEqual([])
})

test('a correction takes a site off the queue', () => {
  const host = { host: 'poems.example', scope: 'subtree' } as const
  const correction = { id: 'corrections.1', host, remove: null, add: 'edu.allow', because: 'poems' }
  const school = scene([], { corrections: [correction] })
  expect(mostWanted([asked('poems.example', 'primary_lesson')], school, siteOf)).toEqual([])
})

test('of equals the one that was asked for more often comes first, then the alphabet decides', () => {
  const seen = ['b.example', 'a.example'].map((host) => asked(host, 'primary_lesson'))
  const more = asked('c.example', 'primary_lesson', 1, 2)
  const sites = mostWanted([...seen, more], SCHOOL, siteOf).map(({ site }) => site)
  expect(sites).toEqual(['c.example', 'a.example', 'b.example'])
})
