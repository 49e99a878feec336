import { expect, test } from 'vitest'
import { isOfCopies, listCopies } from '../../commands/list-copies.ts'
import {
  copyInForce,
  newFeedState,
  withCopy,
  type FeedState,
} from '../../proxy/lists/feeds/feed-state.ts'
import { FeedStore } from '../../proxy/lists/feeds/feed-store.ts'
import { policyOf } from '../../records/governance/judged-permission.ts'
import { NO_CHOICE } from '../../records/governance/list-choice.ts'
import { AT, POLICY, policyEdit, REASON } from '../records/governance/sample-desk.ts'
import { deskScene } from './desk-scene.ts'

const LISTS = `lists:
  - { id: games, url: "https://lists.example/games", category: media.games }
  - { id: ut1, url: "https://lists.example/ut1", format: ut1 }
`
const copyOf = (letter: string, entries = 100) => {
  return {
    digest: letter.repeat(64),
    fetchedAt: AT,
    entries: { x: entries },
    warns: [],
    waits: false,
  }
}
const CLOSES = [
  { host: 'wanted.example', category: 'media.games', profiles: ['primary_lesson'], requests: 7 },
  { host: 'bbc.co.uk', category: 'media.games', profiles: ['staff_work'], requests: 0 },
]

async function scene() {
  const made = await deskScene(listCopies)
  const text = POLICY.replace(/^lists:\n/m, LISTS)
  const basedOn = made.view.current().headSeq
  const change = { basedOn, reason: REASON, edits: [policyEdit(text)], documents: [text] }
  expect(await made.desk.submit(change, 'nm', AT)).toMatchObject({ kind: 'applied' })
  const store = new FeedStore(made.directory)
  const listOf = (id: string) => {
    const list = policyOf(made.view.current())?.lists.find((each) => each.id === id)
    if (list?.kind !== 'url') throw new Error('no such list')
    return list
  }
  const put = (id: string, more: Partial<FeedState>): void => {
    const state = withCopy(withCopy(newFeedState(listOf(id)), copyOf('a')), copyOf('b'))
    store.write(id, { ...state, ...more })
  }
  const inForce = (id: string) => {
    const choice = made.view.current().listChoices.get(id) ?? NO_CHOICE
    return copyInForce(store.read(listOf(id)), choice)?.digest.slice(0, 1)
  }
  return { ...made, put, inForce }
}

test('what waits is shown with the hosts that it would close, to whom and how often they are asked for', async () => {
  const { put, run } = await scene()
  put('games', { held: { ...copyOf('c'), closes: CLOSES, total: 5, shrinks: null } })
  expect((await run('held')).out).toEqual([
    'games: in force is the copy of 2026-11-24T10:00 (bbbbbbbbbbbb), 100 entries',
    '  before it: the copy of 2026-11-24T10:00 (aaaaaaaaaaaa), 100 entries',
    '  WAITS: the copy of 2026-11-24T10:00 (cccccccccccc), 100 entries',
    '    would close wanted.example as media.games to primary_lesson; asked for 7 times',
    '    would close bbc.co.uk as media.games to staff_work; popular or to be open',
    '    and 3 more hosts',
    'ut1: nothing of it is in force',
    '  nothing waits',
  ])
})

test('a yes to what closes more is in force at once; a no keeps it out; who decided is in the ledger', async () => {
  const { put, as, inForce, run, ledger } = await scene()
  put('ut1', { held: { ...copyOf('c'), closes: CLOSES, total: 2, shrinks: null } })
  expect((await as('teacher', 'accept', 'ut1')).code).toBe(1)
  expect((await as('nm', 'refuse', 'ut1')).out[0]).toMatch(/list `ut1`, refuse: done/)
  expect(inForce('ut1')).toBe('b')
  expect((await run('held')).out.join('\n')).not.toContain('WAITS')
  // A no may be thought over.
  expect((await as('nm', 'accept', 'ut1')).code).toBe(0)
  expect(inForce('ut1')).toBe('c')
  put('games', { held: { ...copyOf('d'), closes: CLOSES, total: 2, shrinks: null } })
  expect((await as('nm', 'accept', 'games')).out[0]).toMatch(/list `games`, accept: done/)
  expect(inForce('games')).toBe('d')
  expect([...ledger.entries()].at(-1)).toMatchObject({
    ...{ kind: 'list.put', object_id: 'games', actor: 'nm', reason: REASON, direction: 'tighten' },
  })
})

test('yesterday’s list is one command away; for an archive with LOCKED lists after the lead’s yes', async () => {
  const { put, as, inForce, desk } = await scene()
  put('games', {})
  put('ut1', {})
  expect((await as('nm', 'rollback', 'games')).code).toBe(0)
  expect(inForce('games')).toBe('a')
  expect((await as('nm', 'rollback', 'games')).err).toContain('no copy before the one in force')
  const { out } = await as('nm', 'rollback', 'ut1')
  const [, proposal = ''] = /change (\S+) waits for dsl/.exec(out[0] ?? '') ?? []
  expect(inForce('ut1')).toBe('b')
  expect(await desk.approve(proposal, 'dsl', REASON, AT)).toMatchObject({ kind: 'applied' })
  expect(inForce('ut1')).toBe('a')
})

test('a copy that is much smaller opens what is missing: its yes is the lead’s', async () => {
  const { put, as, inForce, desk, run } = await scene()
  const shrinks = 'the list shrinks from 100 to 10 entries, more than 30 %'
  put('ut1', { held: { ...copyOf('c', 10), closes: [], total: 0, shrinks } })
  expect((await run('held')).out).toContain(`    ${shrinks}`)
  const { out } = await as('nm', 'accept', 'ut1')
  const [, proposal = ''] = /change (\S+) waits for dsl/.exec(out[0] ?? '') ?? []
  expect(inForce('ut1')).toBe('b')
  await desk.approve(proposal, 'dsl', REASON, AT)
  expect(inForce('ut1')).toBe('c')
})

test('a list that is not fetched, or of which nothing waits, is told', async () => {
  const { as } = await scene()
  expect((await as('nm', 'accept', 'game')).err).toMatch(/no list `game`.*`games`/)
  expect((await as('nm', 'accept', 'games')).err).toContain('list `games`: no copy of it waits')
  expect((await as('nm', 'refuse', 'games')).err).toContain('no copy of it waits')
  expect((await as('nm', 'rollback')).err).toContain('name one list')
  expect([isOfCopies('held'), isOfCopies('stat'), isOfCopies(undefined)]).toEqual([
    true,
    false,
    false,
  ])
})
