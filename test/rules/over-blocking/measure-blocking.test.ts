import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  blockedShare,
  isUnknown,
  MAX_BLOCKED_SHARE,
  measureBlocking,
  openProfiles,
  type BlockingShare,
} from '../../../rules/over-blocking/measure-blocking.ts'
import { buildExampleEngine, readExamplePolicy } from '../../examples/example-engine.ts'
import { scene, type Scene } from './over-blocking-scene.ts'
import { sharedPath, testWithShared } from '../../support/shared-data.ts'

const LISTS = [
  'games.example media.games',
  'forum.example comms.forums',
  'cook.example life.cooking',
]
const HOSTS = ['games.example', 'www.games.example', 'forum.example', 'cook.example', 'new.example']

function shareOf(school: Scene, profile: string, hosts: readonly string[] = HOSTS): BlockingShare {
  const share = measureBlocking(school, hosts).find((one) => one.profile === profile)
  if (share === undefined) throw new Error(`no share of ${profile}`)
  return share
}

test('what lists and rules close or warn of is counted with its cause, most hosts first', () => {
  expect(shareOf(scene(LISTS), 'secondary_lesson')).toEqual({
    profile: 'secondary_lesson',
    hosts: 5,
    blocked: 2,
    warned: 1,
    uncategorised: 1,
    causes: [
      {
        what: 'media.games',
        list: 'l1',
        hosts: 2,
        examples: ['games.example', 'www.games.example'],
      },
      { what: 'comms.forums', list: 'l2', hosts: 1, examples: ['forum.example'] },
    ],
  })
})

test('what no list knows is a share of its own: blocked for primary, open to staff', () => {
  const school = scene(LISTS)
  expect(shareOf(school, 'primary_lesson')).toMatchObject({
    blocked: 3,
    warned: 0,
    uncategorised: 1,
  })
  expect(shareOf(school, 'staff_work')).toMatchObject({ blocked: 2, uncategorised: 0 })
})

test('a site rule that closes a host in no list is a rule’s doing', () => {
  const [rule] = scene([]).policy.sites
  if (rule === undefined) throw new Error('no site rule')
  const hosts = [{ host: 'new.example', scope: 'subtree' }] as const
  const sites = [{ ...rule, id: 'no-new', action: 'block', hosts, profiles: null }] as const
  expect(shareOf(scene([], { sites }), 'secondary_lesson', ['new.example'])).toMatchObject({
    blocked: 1,
    uncategorised: 0,
    causes: [{ what: 'no-new', hosts: 1 }],
  })
})

test('timed sites are open in a social profile and closed in a lesson', () => {
  const school = scene(['shop.example life.shopping'])
  expect(shareOf(school, 'secondary_lesson', ['shop.example']).blocked).toBe(1)
  expect(shareOf(school, 'secondary_social', ['shop.example']).blocked).toBe(0)
})

test('closed profiles are not measured: they are meant to close', () => {
  const profiles = measureBlocking(scene([]), HOSTS).map(({ profile }) => profile)
  expect(profiles).not.toContain('exam_allow_list')
  expect(profiles).toContain('visitor')
})

test('safe modes are no blocking, and of no hosts no share is closed', () => {
  expect(shareOf(scene([]), 'primary_lesson', ['www.google.de'])).toMatchObject({ blocked: 0 })
  expect(blockedShare(shareOf(scene([]), 'visitor', []))).toBe(0)
})

test('a refusal for another reason than the category is known for what it is', () => {
  const unknown = { category: 'sec.uncategorised', reasonCode: 'site' }
  const { engine } = scene([])
  const stance = engine.stanceIn('primary_lesson', false)
  if (stance === null) throw new Error('no stance')
  const ruling = engine.decideHost(stance, 'new.example')
  expect(isUnknown(ruling)).toBe(true)
  expect(isUnknown({ ...ruling, ...unknown })).toBe(false)
})

const RANKED = 'data/allow-lists/alexa_top100k_2016.ranked.txt.gz'
const HARMLESS = 'data/merged/allowed_popular.txt.gz'
const HOSTS_MEASURED = 10_000

function linesOf(name: string): readonly string[] {
  return gunzipSync(readFileSync(sharedPath(name)))
    .toString('utf8')
    .trim()
    .split('\n')
}

testWithShared(RANKED, HARMLESS)(
  'the example school closes or warns of at most 2 % of the 10,000 most popular harmless sites, in every profile',
  () => {
    const harmless = new Set(linesOf(HARMLESS))
    const popular = linesOf(RANKED)
      .filter((host) => harmless.has(host))
      .slice(0, HOSTS_MEASURED)
    expect(popular).toHaveLength(HOSTS_MEASURED)
    const policy = readExamplePolicy()
    const shares = measureBlocking({ engine: buildExampleEngine(policy), policy }, popular)
    expect(shares).toHaveLength(openProfiles(policy).length)
    for (const share of shares)
      expect([share.profile, blockedShare(share) <= MAX_BLOCKED_SHARE]).toEqual([
        share.profile,
        true,
      ])
  },
)

const CONFLICTS = 'data/merged/conflicts_popular_but_labelled.tsv'

/** Popular sites that a published list calls adult, malware and the like, the most popular first. */
function contested(): readonly string[] {
  const [, ...rows] = readFileSync(sharedPath(CONFLICTS), 'utf8').trim().split('\n')
  return rows.map((row) => row.split('\t')[1] ?? '')
}

/** Most of them are popular because they are harmless; VPNs, proxies, trackers and pornography are among them. */
const MAX_CONTESTED_SHARE = 0.04

testWithShared(CONFLICTS)(
  'of popular sites that published lists call bad, the example school closes few, each by a list that it names, none as malware or phishing',
  () => {
    const hosts = contested()
    expect([hosts.length > 3_000, new Set(hosts).size]).toEqual([true, hosts.length])
    const policy = readExamplePolicy()
    const shares = measureBlocking({ engine: buildExampleEngine(policy), policy }, hosts)
    for (const share of shares) {
      const { profile, causes } = share
      const isFew = blockedShare(share) <= MAX_CONTESTED_SHARE
      // Engines without a safe mode are known to the gate itself.
      const unnamed = causes.filter(({ what, list }) => list === null && what !== 'edu.search')
      const unsafe = causes.filter(({ what }) => /^sec\.(?:malware|phishing)/.test(what))
      expect({ profile, isFew, unnamed, unsafe }).toEqual({
        ...{ profile, isFew: true, unnamed: [], unsafe: [] },
      })
    }
    // Else nothing was measured.
    expect(shares.some(({ blocked }) => blocked > 50)).toBe(true)
  },
)
