import { expect, test } from 'vitest'
import { OVER_BLOCKING, testOverBlocking } from '../../../proxy/self-test/test-over-blocking.ts'
import { promisingBundle } from './promising-bundle.ts'

const OPEN = Array.from({ length: 200 }, (_, index) => `s${index}.example`)
const asked =
  (hosts: readonly string[], isList = false) =>
  () => ({
    words: 'sites of the school',
    hosts,
    isList,
  })

test('2 % of popular sites may be closed, and not one more', async () => {
  const bundle = await promisingBundle('  []\n')
  const with4 = [
    ...OPEN.slice(4),
    'games.example',
    'bets.example',
    'www.games.example',
    'x.bets.example',
  ]
  expect(await testOverBlocking(bundle, asked(with4))).toMatchObject({
    ...{ id: OVER_BLOCKING, state: 'kept', asked: 200, detail: null },
  })
  const tested = await testOverBlocking(bundle, asked([...with4.slice(1), 'y.games.example']))
  expect(tested).toMatchObject({ state: 'broken', asked: 200 })
  expect(tested?.detail).toBe(
    'of 200 sites of the school, closed or warned of: 2.50 % for staff (most by media.games, starter)',
  )
})

test('of what a school has asked for so far too little says nothing; a list of any length is meant', async () => {
  const bundle = await promisingBundle('  []\n')
  expect(await testOverBlocking(bundle, asked(['games.example']))).toBeNull()
  expect(await testOverBlocking(bundle, asked([], true))).toBeNull()
  expect(await testOverBlocking(bundle, asked(['games.example'], true))).toMatchObject({
    state: 'broken',
  })
})

test('a list that can’t be read is no test, and is said', async () => {
  const bundle = await promisingBundle('  []\n')
  expect(await testOverBlocking(bundle, () => 'cannot read `p.txt`')).toMatchObject({
    ...{ state: 'unanswered', asked: 0, detail: 'cannot read `p.txt`' },
  })
})

test('a school that calls a promise of its own so has both', async () => {
  const own =
    '  - { id: over-blocking, says: Words., who: { device: phone }, zone: office, url: a.example, expect: allow }\n'
  const tested = await testOverBlocking(await promisingBundle(own), asked(OPEN))
  expect(tested?.id).toBe('over-blocking (of every school)')
})
