import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newFeedState } from '../../../../proxy/lists/feeds/feed-state.ts'
import { FeedStore } from '../../../../proxy/lists/feeds/feed-store.ts'
import type { FetchedListPolicy } from '../../../../rules/policy/policy.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'

const LIST: FetchedListPolicy = {
  ...{ kind: 'url', id: 'games', url: 'https://lists.example/', everyMs: 1, format: 'text' },
  ...{ category: 'media.games', tsig: null, version: null },
}

function scene() {
  const records = tempDirectory()
  const folder = join(records, 'lists', 'games')
  mkdirSync(folder, { recursive: true })
  return { store: new FeedStore(records), folder, lock: join(folder, 'lock') }
}

test.each(['', '{', '[]', '{"copies":[]}'])('a state that says `%s` is none', (written) => {
  const { store, folder } = scene()
  writeFileSync(join(folder, 'state.json'), written)
  expect(store.read(LIST)).toEqual(newFeedState(LIST))
})

test('one attempt at a time; what one that was killed left behind is swept away', async () => {
  const { store, folder } = scene()
  const left = join(folder, 'x.part.d')
  mkdirSync(left)
  const inner = await store.locked('games', () => store.locked('games', () => Promise.resolve(1)))
  expect(inner).toBeNull()
  expect(existsSync(left)).toBe(false)
  expect(await store.locked('games', () => Promise.resolve(2))).toBe(2)
  await expect(store.locked('games', () => Promise.reject(new Error('x')))).rejects.toThrow('x')
  expect(await store.locked('games', () => Promise.resolve(3))).toBe(3)
})

/** More than Linux gives out. */
const NOBODY = '99999999'

test.each<[whose: string, pid: string, isOld: boolean, opens: boolean]>([
  ['of a process that is gone', NOBODY, false, true],
  ['of a process before this one, with its number', String(process.pid), false, true],
  ['of a process that lives', '1', false, false],
  ['that is half an hour old', '1', true, true],
  ['that is being written', '', false, false],
])('a lock %s', async (_whose, pid, isOld, opens) => {
  const { store, lock } = scene()
  writeFileSync(lock, pid)
  const then = Date.now() / 1000 - 31 * 60
  if (isOld) utimesSync(lock, then, then)
  expect(await store.locked('games', () => Promise.resolve('done'))).toBe(opens ? 'done' : null)
})
