import { expect, test } from 'vitest'
import { FeedKeeper } from '../../../../proxy/lists/feeds/feed-keeper.ts'
import { newFeedState, withCopy } from '../../../../proxy/lists/feeds/feed-state.ts'
import { FeedStore } from '../../../../proxy/lists/feeds/feed-store.ts'
import type { FeedOutcome } from '../../../../proxy/lists/feeds/update-feed.ts'
import { accepting, NO_CHOICE } from '../../../../records/governance/list-choice.ts'
import type { FetchedListPolicy } from '../../../../rules/policy/policy.ts'
import { examplePolicy } from '../../../support/example-policy.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'

const HOUR = 3_600_000
const NOON = Date.parse('2026-11-25T12:00:00Z')

function listOf(id: string, everyMs = 24 * HOUR): FetchedListPolicy {
  return {
    ...{ kind: 'url', id, url: `https://lists.example/${id}`, everyMs, format: 'text' },
    ...{ category: 'media.games', tsig: null, version: null },
  }
}

/** Why a copy waits for the canary. */
const NOT_AT_ALL: (digest: string) => string | null = () => null

const copyOf = (letter: string) => ({
  digest: letter.repeat(64),
  fetchedAt: 1,
  entries: { x: 1 },
  warns: [],
  waits: false,
})

/** A keeper with a clock that is set, and attempts that end as the test says. */
function scene(...lists: readonly FetchedListPolicy[]) {
  const records = tempDirectory()
  const store = new FeedStore(records)
  const choices = new Map([['none', NO_CHOICE]])
  const policy = { ...examplePolicy(), lists }
  const world = {
    now: NOON,
    random: 0.5,
    kind: 'same' as FeedOutcome['kind'],
    changes: 0,
    held: NOT_AT_ALL,
  }
  const tried: string[] = []
  const keeper = new FeedKeeper({
    ...{ records, now: () => world.now, random: () => world.random },
    current: () => ({ policy, choices }),
    update: ({ id }) => {
      tried.push(id)
      return Promise.resolve({ kind: world.kind, message: 'x' })
    },
    onOutcome: () => undefined,
    whyWaits: (_list, digest) => world.held(digest),
    onChange: () => {
      world.changes += 1
    },
  })
  /** The lists tried when the clock stands so many hours after noon. */
  const at = async (hours: number): Promise<readonly string[]> => {
    world.now = NOON + hours * HOUR
    tried.length = 0
    await keeper.tick()
    return [...tried]
  }
  return { store, keeper, world, at, choices }
}

test('a list is asked for at once, then once an interval; one that failed sooner', async () => {
  const { at, world } = scene(listOf('a'), listOf('b', 2 * HOUR))
  expect(await at(0)).toEqual(['a', 'b'])
  expect(await at(1.9)).toEqual([])
  expect(await at(2)).toEqual(['b'])
  world.kind = 'refused'
  expect(await at(24)).toEqual(['a', 'b'])
  expect(await at(24.1)).toEqual([])
  expect(await at(24.21)).toEqual(['b'])
  expect(await at(26.4)).toEqual(['a', 'b'])
})

test.each<[random: number, hours: number]>([
  [0, 21.6],
  [0.5, 24],
  [0.999, 26.4],
])('no two schools ask at the same time: %d of the jitter is %d hours', async (random, hours) => {
  const { at, world } = scene(listOf('a'))
  world.random = random
  await at(0)
  expect(await at(hours - 0.05)).toEqual([])
  expect(await at(hours + 0.05)).toEqual(['a'])
})

test('after a start a list waits for its time, unless the last attempt failed', async () => {
  const { at, store } = scene(listOf('a'), listOf('b'))
  const failure = { at: NOON, message: 'the server answered 503' }
  store.write('a', { ...newFeedState(listOf('a')), checkedAt: NOON - 23 * HOUR })
  store.write('b', { ...newFeedState(listOf('b')), checkedAt: NOON - 23 * HOUR, failure })
  expect(await at(0)).toEqual(['b'])
  expect(await at(1)).toEqual(['a'])
})

test('what is wrong is told with what holds meanwhile: a failure, a copy that waits, an age', () => {
  const [a, b] = [listOf('a'), listOf('b')]
  const { store, keeper, choices } = scene(a, b)
  expect(keeper.troubles()).toEqual([])
  const failure = { at: NOON, message: 'the server answered 503' }
  store.write('a', { ...newFeedState(a), checkedAt: NOON - 80 * HOUR, failure })
  const held = { ...copyOf('c'), closes: [], total: 3, shrinks: null }
  store.write('b', { ...withCopy(newFeedState(b), copyOf('b')), held })
  expect(keeper.troubles().map(({ kind, list, message }) => `${kind} ${list}: ${message}`)).toEqual(
    [
      'list_refused a: the server answered 503; nothing of it is in force',
      'feed_age a: nobody could fetch it for 80 hours',
      'list_refused b: a newer copy waits for a person (`schoolgate lists held`): it would close 3 hosts in use; the last good copy stays in force',
    ],
  )
  expect(keeper.figures().map(({ id, isHeld }) => [id, isHeld])).toEqual([
    ['a', false],
    ['b', true],
  ])
  choices.set('b', accepting(NO_CHOICE, held.digest, false))
  expect(keeper.troubles().map(({ list }) => list)).toEqual(['a', 'a'])
})

test('news is another copy in force, whoever brought it, and told once', () => {
  const a = listOf('a')
  const { store, keeper, choices, world } = scene(a)
  expect(keeper.hasNews()).toBe(false)
  const state = withCopy(newFeedState(a), copyOf('a'))
  store.write('a', state)
  expect([keeper.hasNews(), keeper.hasNews()]).toEqual([true, false])
  store.write('a', { ...state, checkedAt: NOON })
  // Nothing else is in force, but somebody may have been told something.
  expect([keeper.hasNews(), world.changes]).toEqual([false, 2])
  store.write('a', withCopy(state, copyOf('b')))
  expect(keeper.hasNews()).toBe(true)
  choices.set('a', { ...NO_CHOICE, rejected: [copyOf('b').digest] })
  expect([keeper.hasNews(), keeper.hasNews()]).toEqual([true, false])
})

test('attempts are counted by what became of them', async () => {
  const { at, keeper, world } = scene(listOf('a'))
  await at(0)
  world.kind = 'refused'
  await at(24)
  await keeper.idle()
  expect([...(keeper.figures()[0]?.outcomes ?? [])]).toEqual([
    ['same', 1],
    ['refused', 1],
  ])
})

test('a copy waits until the canary has had it; those before it are no longer waited for', async () => {
  const a = listOf('a')
  const { store, keeper, world } = scene(a)
  world.held = () => 'the canary has another one'
  const first = withCopy(newFeedState(a), copyOf('a'))
  const waiting = ['b', 'c', 'd'].map((letter) => ({ ...copyOf(letter), waits: true }))
  store.write('a', waiting.reduce(withCopy, first))
  const inForce = () => keeper.copies().get('a')?.inForce?.slice(0, 1)
  await keeper.release()
  expect([inForce(), keeper.notices()]).toEqual([
    'a',
    ['list `a`: a newer copy waits: the canary has another one'],
  ])
  world.held = (digest) => (digest === copyOf('c').digest ? null : 'the canary has another one')
  await keeper.release()
  expect(inForce()).toBe('c')
  expect(store.read(a).copies.map(({ digest, waits }) => [digest.slice(0, 1), waits])).toEqual([
    ['d', true],
    ['c', false],
    ['a', false],
  ])
  await store.locked('a', async () => {
    world.held = () => null
    await keeper.release()
  })
  expect(inForce()).toBe('c')
  await keeper.release()
  expect([inForce(), keeper.notices()]).toEqual(['d', []])
})

test('of a list that changes each hour the oldest copies go on waiting, and the newest is known', () => {
  const many = Array.from({ length: 12 }, (_, i) => ({ ...copyOf(i.toString(16)), waits: true }))
  const state = many.reduce(withCopy, withCopy(newFeedState(listOf('a')), copyOf('f')))
  expect(state.copies.map(({ digest }) => digest.slice(0, 1)).join('')).toBe('b6543210f')
})
