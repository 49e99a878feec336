import { expect, test } from 'vitest'
import { AccessLog } from '../../../records/journal/access-log.ts'
import { JournalView, PEOPLE_SQL } from '../../../records/journal/journal-view.ts'
import type { ViewedPage } from '../../../records/journal/journal-view.ts'
import type { JournalFilter } from '../../../records/journal/journal-search.ts'
import { ViewerPseudonyms, viewerOf } from '../../../records/journal/viewer-pseudonyms.ts'
import { JournalFolder, aLookup } from '../../support/journal-folder.ts'
import { TEN_O_CLOCK } from '../../support/refusals.ts'

const PAGE = { limit: 10 }
const MONTH_MS = 31 * 86_400_000
const NAMES: Readonly<Record<string, string>> = { 'p-7': 'Mary Smith' }

class Scene implements Disposable {
  readonly journal = new JournalFolder()
  readonly log = AccessLog.open(this.journal.directory)
  readonly view = new JournalView({
    db: this.journal.db,
    pseudonyms: new ViewerPseudonyms(new Uint8Array(32)),
    log: this.log,
    nameOf: (ref) => NAMES[ref] ?? null,
  })

  constructor() {
    this.journal.write(
      aLookup(),
      aLookup({ person: 'p-8', device: 'phone-8', host: 'b.example' }),
      aLookup({ host: 'bad.example', severity: 'high' }),
      aLookup({ person: null, device: null, host: 'c.example' }),
      aLookup({ host: 'spring.example', at: TEN_O_CLOCK + 3 * MONTH_MS }),
    )
    this.journal.index()
  }

  search(role: string, filter: JournalFilter = {}): ViewedPage {
    const look = { viewer: 's-1', role, at: TEN_O_CLOCK + 4 * MONTH_MS, reason: null }
    const page = this.view.search(filter, PAGE, look)
    if (typeof page === 'string') throw new Error(page)
    return page
  }

  [Symbol.dispose](): void {
    this.log[Symbol.dispose]()
  }
}

test.each(['dsl', 'deputy_dsl', 'head'])(
  '%s sees names and everything, and the look is noted',
  (role) => {
    using scene = new Scene()
    const { rows } = scene.search(role, { role: 'pupil' })
    expect(rows.map(({ name, host }) => [name, host])).toEqual([
      ['Mary Smith', 'spring.example'],
      [null, 'c.example'],
      ['Mary Smith', 'bad.example'],
      [null, 'b.example'],
      ['Mary Smith', 'games.example'],
    ])
    expect(scene.log.last(10)).toMatchObject([
      { viewer: 's-1', role, rows: 5, query: '{"role":"pupil"}' },
    ])
  },
)

test.each(['network_manager', 'teacher', 'governor', 'it'])(
  '%s sees nobody by name, reference, device, address or path, and no evidence',
  (role) => {
    using scene = new Scene()
    const { rows } = scene.search(role)
    expect(rows.map(({ host }) => host)).toEqual([
      ...['spring.example', 'c.example', 'b.example', 'games.example'],
    ])
    expect(JSON.stringify(rows)).not.toMatch(/Mary|p-7|p-8|phone-|127\.10/)
    expect(rows[1]).toMatchObject({ person_ref: 'unidentified', device_id: null })
    expect(scene.log.last(10)).toEqual([])
  },
)

test('a pseudonym finds its person in its term, and in no other', () => {
  using scene = new Scene()
  const rows = scene.search('it').rows
  const [spring, , , autumn] = rows.map((row) => String(row['person_ref']))
  expect(spring).not.toBe(autumn)
  const hostsOf = (pseudonym: string | undefined): unknown[] =>
    scene.search('it', { person_ref: [pseudonym ?? ''] }).rows.map(({ host }) => host)
  expect(hostsOf(autumn)).toEqual(['games.example'])
  expect(hostsOf(spring)).toEqual(['spring.example'])
  expect(hostsOf('unidentified')).toEqual(['c.example'])
})

test('who sees no names finds nobody by reference, by another role`s pseudonym or by device', () => {
  using scene = new Scene()
  const theirs = String(scene.search('teacher').rows[0]?.['person_ref'])
  expect(scene.search('it', { person_ref: ['p-7'] }).rows).toEqual([])
  expect(scene.search('it', { person_ref: [theirs] }).rows).toEqual([])
  expect(() => scene.search('it', { device_id: 'phone-7' })).toThrow('only who sees names')
})

test('no look without its note', () => {
  const scene = new Scene()
  scene.log[Symbol.dispose]()
  expect(() => scene.search('dsl')).toThrow()
})

test('short words are refused', () => {
  using scene = new Scene()
  expect(() => scene.search('dsl', { text: 'ab' })).toThrow('too short')
})

test('a pseudonym resolves for its role and term alone', () => {
  using scene = new Scene()
  const pseudonym = String(scene.search('it').rows[3]?.['person_ref'])
  const at = (ms: number) => ({ from: ms, to: ms })
  const { view } = scene
  expect(view.resolve(pseudonym, viewerOf('it'), at(TEN_O_CLOCK))?.personRef).toBe('p-7')
  expect(view.resolve(pseudonym, viewerOf('it'), at(TEN_O_CLOCK + 3 * MONTH_MS))).toBeNull()
  expect(view.resolve(pseudonym, viewerOf('head'), at(TEN_O_CLOCK))).toBeNull()
})

test('people are read from the index of terms', () => {
  const journal = new JournalFolder()
  const [plan] = journal.rows(`EXPLAIN QUERY PLAN ${PEOPLE_SQL}`)
  expect(plan?.['detail']).toContain('SEARCH journal_terms USING COVERING INDEX')
})
