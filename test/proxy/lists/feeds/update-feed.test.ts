import { rmSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { copySources } from '../../../../proxy/lists/feeds/copy-sources.ts'
import { feedSources } from '../../../../proxy/lists/feeds/feed-sources.ts'
import {
  copyBefore,
  copyInForce,
  waitingCopy,
  type FeedState,
} from '../../../../proxy/lists/feeds/feed-state.ts'
import { FeedStore } from '../../../../proxy/lists/feeds/feed-store.ts'
import { makeFetchGuard } from '../../../../proxy/lists/feeds/fetch-guard.ts'
import { FETCH_LIMITS } from '../../../../proxy/lists/feeds/fetch-limits.ts'
import { updateFeed } from '../../../../proxy/lists/feeds/update-feed.ts'
import {
  accepting,
  NO_CHOICE,
  refusing,
  rejecting,
  type ListChoice,
} from '../../../../records/governance/list-choice.ts'
import { ListImage } from '../../../../rules/lists/list-image.ts'
import { NO_PERMISSIONS } from '../../../../rules/permissions/permissions.ts'
import type { FetchedListPolicy } from '../../../../rules/policy/policy.ts'
import { bundleOf } from '../../../support/bundle-of-lists.ts'
import { examplePolicy } from '../../../support/example-policy.ts'
import { ListServer } from '../../../support/list-server.ts'
import { tarOf } from '../../../support/tar-of.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'

const hosts = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `h${from + i}.example`)
const text = (...names: readonly string[]): string => names.map((name) => `${name}\n`).join('')

/** A list of games at a publisher's, a school that follows it, and what that school is asked for. */
async function scene(more: Partial<FetchedListPolicy> = {}) {
  const server = await ListServer.start()
  const list: FetchedListPolicy = {
    ...{ kind: 'url', id: 'games', url: server.url(), everyMs: 86_400_000, format: 'text' },
    ...{ category: 'media.games', tsig: null, version: null, ...more },
  }
  const records = tempDirectory()
  const store = new FeedStore(records)
  const policy = examplePolicy()
  const traffic = new Map<string, number>([['wanted.example', 7]])
  const harmless = new Set<string>()
  const state = (): FeedState => store.read(list)
  const inForceOf = (choice: ListChoice = NO_CHOICE) => copyInForce(state(), choice)?.digest
  const update = async (
    choice: ListChoice = NO_CHOICE,
    listed: readonly string[] = [],
    follows = false,
  ) => {
    const bundle = bundleOf([
      ['sealed', 'illegal.other', 'sealed.example'],
      ...listed.map((host) => ['games', 'media.games', host] as const),
    ])
    const lists = ListImage.open(bundle.listImage)
    if (!(lists instanceof ListImage)) throw new Error(lists.problem)
    const inForce = { policy, permissions: NO_PERMISSIONS, lists }
    return updateFeed(list, {
      ...{
        store,
        limits: FETCH_LIMITS,
        caFile: null,
        directory: records,
        choice,
        now: () => 5,
        follows,
        against: { traffic, harmless, inForce },
      },
      guard: makeFetchGuard({ allowTargets: ['127.0.0.0/8'], ownEndpoints: [] }),
    })
  }
  return {
    ...{ server, list, records, store, traffic, harmless, state, inForceOf, update },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

test('a first copy comes into force, a second in front of it, and the same one changes nothing', async () => {
  await using school = await scene()
  school.server.serve(text(...hosts(0, 10)), '"a"')
  expect(await school.update()).toEqual({ kind: 'updated', message: '10 entries', warnings: [] })
  const first = school.inForceOf()
  expect(await school.update()).toEqual({ kind: 'same', message: 'nothing newer' })
  expect(school.server.asked.length).toBe(2)
  school.server.serve(text(...hosts(0, 11)), '"b"')
  expect(await school.update()).toMatchObject({ kind: 'updated' })
  expect(school.inForceOf()).not.toBe(first)
  expect(copyBefore(school.state(), NO_CHOICE)?.digest).toBe(first)
  // Another ETag for the same octets, as two servers of one publisher give.
  school.server.serve(text(...hosts(0, 11)), '"c"')
  expect(await school.update()).toMatchObject({ kind: 'same' })
  expect(school.state().copies.length).toBe(2)
})

test('a first copy waits for nobody, and says which harmless sites it closes', async () => {
  await using school = await scene()
  for (const host of hosts(0, 30)) school.traffic.set(host, 0)
  for (const host of hosts(0, 25)) school.harmless.add(host)
  school.server.serve(text(...hosts(0, 30)))
  const { kind, warnings = [] } = await school.update()
  expect([kind, warnings.length]).toEqual(['updated', 21])
  expect(warnings[0]).toMatch(
    /^`h0.example` is harmless and closed as media.games for secondary_lesson, /,
  )
  expect(warnings.at(-1)).toBe('5 more harmless sites are closed')
  expect(school.state().copies[0]?.warns).toEqual(warnings)
})

test('what a copy is compiled from is the copy in force, and one that is gone is missed, not forgotten', async () => {
  await using school = await scene()
  const find = () => feedSources(school.records, new Map())(school.list)
  expect(find()).toMatchObject({ awaited: expect.stringContaining('not fetched yet') as string })
  school.server.serve(text(...hosts(0, 10)), '"a"')
  await school.update()
  const path = school.store.pathOf('games', school.inForceOf() ?? '')
  expect(find()).toEqual([
    {
      ...{ id: 'games', name: 'games/media.games', category: 'media.games', path },
      ...{ format: 'text', isForeign: true },
    },
  ])
  rmSync(path)
  expect(find()).toMatchObject({ missing: expect.stringContaining('its copy is gone') as string })
  // The publisher is not asked whether that one is current: it comes again.
  await school.update()
  expect(school.server.asked.at(-1)?.headers['if-none-match']).toBeUndefined()
  expect(find()).toHaveLength(1)
})

test.each<[what: string, body: string | Uint8Array, why: RegExp]>([
  ['empty', '# nothing today\n', /the list is empty/],
  ['a web page that says it is text', '<html>\n<p>Sign in</p>\n</html>\n', /no list: 3 of 3 lines/],
  ['binary', Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7) % 251)), /no list/],
  ['compressed and cut', gzipSync(text(...hosts(0, 900))).subarray(0, 900), /cannot read/],
])('a copy that is %s is refused, and the last good one stays', async (_what, body, why) => {
  await using school = await scene()
  school.server.serve(text(...hosts(0, 10)), '"a"')
  await school.update()
  const good = school.inForceOf()
  school.server.serve(body, '"b"')
  expect(await school.update()).toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(why) as string,
  })
  expect(school.inForceOf()).toBe(good)
  expect(school.state().failure?.message).toMatch(why)
  school.server.serve(text(...hosts(0, 12)))
  expect(await school.update()).toMatchObject({ kind: 'updated' })
  expect(school.state().failure).toBeNull()
})

test('a copy that is a third smaller waits for a person who says that it may be', async () => {
  await using school = await scene()
  school.server.serve(text(...hosts(0, 100)))
  await school.update()
  const good = school.inForceOf()
  school.server.serve(text(...hosts(0, 69)))
  expect(await school.update()).toEqual({
    kind: 'held',
    message: 'the list shrinks from 100 to 69 entries, more than 30 %: held for a person',
  })
  const held = school.state().held?.digest ?? ''
  expect(school.inForceOf()).toBe(good)
  // A yes to what a copy closes is none to what it leaves out.
  expect(school.inForceOf(accepting(NO_CHOICE, held, false))).toBe(good)
  expect(school.inForceOf(accepting(NO_CHOICE, held, true))).toBe(held)
  school.server.serve(text(...hosts(0, 71)))
  expect(await school.update()).toMatchObject({ kind: 'updated' })
})

test('a copy that would close a host in use waits; a yes lets it in, a no keeps it out, and both are kept', async () => {
  await using school = await scene()
  school.server.serve(text(...hosts(0, 10)))
  await school.update()
  const good = school.inForceOf()
  school.server.serve(text(...hosts(0, 10), 'wanted.example', 'unknown.example'))
  expect(await school.update(NO_CHOICE, hosts(0, 10))).toEqual({
    kind: 'held',
    message: '1 hosts in use would be closed: held for a person',
  })
  const waiting = waitingCopy(school.state(), NO_CHOICE)
  expect(waiting).toMatchObject({
    total: 1,
    shrinks: null,
    closes: [{ host: 'wanted.example', category: 'media.games', requests: 7 }],
  })
  const held = waiting?.digest ?? ''
  const [yes, no] = [accepting(NO_CHOICE, held, false), refusing(NO_CHOICE, held)]
  expect([school.inForceOf(), school.inForceOf(no), school.inForceOf(yes)]).toEqual([
    good,
    good,
    held,
  ])
  expect([waitingCopy(school.state(), no), waitingCopy(school.state(), yes)]).toEqual([null, null])
  expect(await school.update(no)).toMatchObject({ kind: 'same' })
  // The next copy closes nothing that the accepted one did not.
  school.server.serve(text(...hosts(0, 10), 'wanted.example', 'third.example'))
  const listed = [...hosts(0, 10), 'wanted.example']
  expect(await school.update(yes, listed)).toMatchObject({ kind: 'updated' })
  expect(
    school
      .state()
      .copies.map(({ digest }) => digest)
      .slice(1),
  ).toEqual([held, good])
})

test('what waits comes in by itself once nobody asks for its hosts, or somebody has corrected them', async () => {
  await using school = await scene()
  school.server.serve(text(...hosts(0, 10)))
  await school.update()
  school.server.serve(text(...hosts(0, 10), 'wanted.example'))
  expect(await school.update()).toMatchObject({ kind: 'held' })
  expect(await school.update()).toMatchObject({ kind: 'held' })
  school.traffic.clear()
  expect(await school.update()).toMatchObject({ kind: 'updated' })
  expect(waitingCopy(school.state(), NO_CHOICE)).toBeNull()
})

test('what is dangerous waits for nobody', async () => {
  await using school = await scene({ category: 'sec.phishing' })
  school.server.serve(text('bad.example'))
  await school.update()
  school.server.serve(text('bad.example', 'wanted.example'))
  expect(await school.update()).toMatchObject({ kind: 'updated' })
})

test('a copy that is taken out gives way to the one before, and the last one stays whatever is said', async () => {
  await using school = await scene()
  const digests: string[] = []
  for (const count of [10, 11, 12, 13]) {
    school.server.serve(text(...hosts(0, count)))
    await school.update()
    digests.unshift(school.inForceOf() ?? '')
  }
  const [newest = '', second = '', third = ''] = digests
  const back = rejecting(NO_CHOICE, newest)
  expect(school.inForceOf(back)).toBe(second)
  const all = [second, third].reduce(rejecting, back)
  expect(school.inForceOf(all)).toBe(third)
  expect(copyBefore(school.state(), all)).toBeNull()
  // Of four copies the newest three are kept.
  expect(school.store.has('games', digests[3] ?? '')).toBe(false)
  // The publisher goes back as well: an old copy is a new one again.
  school.server.serve(text(...hosts(0, 12)))
  expect(await school.update()).toMatchObject({ kind: 'updated' })
  expect(school.inForceOf()).toBe(second)
})

test('from another address the old copy stays in force until the first one from there', async () => {
  await using school = await scene()
  school.server.serve(text(...hosts(0, 10)), '"a"')
  await school.update()
  const moved = { ...school.list, url: school.server.url('/moved') }
  expect(copyInForce(school.store.read(moved), NO_CHOICE)?.digest).toBe(school.inForceOf())
  expect(school.store.read(moved)).toMatchObject({ etag: null, checkedAt: null })
  const other = { ...school.list, category: 'media.press' }
  expect(copyInForce(school.store.read(other), NO_CHOICE)).toBeNull()
})

const ut1 = (games: readonly string[], chat = ['chat.example']) =>
  gzipSync(
    tarOf([
      { name: 'blacklists/games/domains', body: text(...games) },
      { name: 'blacklists/chat/domains', body: text(...chat) },
      { name: 'blacklists/child/domains', body: 'child.example\n' },
      { name: 'blacklists/unheard_of/domains', body: 'x.example\n' },
    ]),
  )

test('an archive is as many lists as the taxonomy knows, none of which may empty by itself', async () => {
  await using school = await scene({ format: 'ut1', category: null })
  school.server.serve(ut1(hosts(0, 100)))
  expect(await school.update()).toMatchObject({ kind: 'updated' })
  const sources = copySources(school.list, school.store.pathOf('games', school.inForceOf() ?? ''))
  expect(new Set(sources.map(({ name }) => name))).toContain('games/games')
  expect(sources.map(({ name }) => name)).not.toContain('games/unheard_of')
  school.server.serve(ut1(hosts(0, 100), []))
  expect(await school.update()).toMatchObject({
    kind: 'held',
    message: expect.stringContaining('its list `games/chat') as string,
  })
  school.server.serve('no archive')
  expect(await school.update()).toMatchObject({ kind: 'refused' })
  school.server.serve(ut1(hosts(0, 101)))
  expect(await school.update()).toMatchObject({ kind: 'updated' })
})

test('a disk that refuses is told, and nothing is thrown', async () => {
  await using school = await scene()
  school.server.serve(text('a.example'))
  await school.update()
  school.store.write = () => {
    throw new Error('ENOSPC')
  }
  expect(await school.update()).toMatchObject({ kind: 'refused', message: 'ENOSPC; ENOSPC' })
})

test('in a school that follows a canary a newer copy waits, the first and one that a person lets in do not', async () => {
  await using school = await scene()
  const follow = (choice?: ListChoice) => school.update(choice, [], true)
  school.server.serve(text(...hosts(0, 10)))
  expect(await follow()).toMatchObject({ kind: 'updated', message: '10 entries' })
  const first = school.inForceOf()
  school.server.serve(text(...hosts(0, 11)), '"b"')
  expect(await follow()).toMatchObject({ message: '11 entries, to wait for the canary' })
  expect([school.inForceOf(), await follow()]).toMatchObject([first, { kind: 'same' }])
  expect(copyBefore(school.state(), NO_CHOICE)).toBeNull()
  // It is held against what is in force, and not against what waits.
  school.server.serve(text(...hosts(0, 12), 'wanted.example'))
  expect(await follow()).toMatchObject({ kind: 'held' })
  const yes = accepting(NO_CHOICE, school.state().held?.digest ?? '', false)
  expect(school.inForceOf(yes)).toBe(yes.accepted)
})

test('a response policy zone is fetched as one', async () => {
  await using school = await scene({ format: 'rpz' })
  const zone = ['$TTL 60', '@ SOA a. b. 1 1 1 1 1', '@ NS a.', 'bad.example CNAME .', '']
  school.server.serve(zone.join('\n'))
  expect(await school.update()).toMatchObject({ kind: 'updated', message: '1 entries' })
  school.server.serve('<html><p>Not today</p></html>')
  expect(await school.update()).toMatchObject({ kind: 'refused' })
})
