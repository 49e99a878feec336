import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  EVERYTHING_SQL,
  FACET_TERMS_SQL,
  HOST_SQL,
  WORDS_SQL,
  problemOfText,
  searchJournal,
} from '../../../records/journal/journal-search.ts'
import type { JournalFilter } from '../../../records/journal/journal-search.ts'
import { JournalIndex } from '../../../records/journal/journal-index.ts'
import { JOURNAL_SCHEMA } from '../../../records/journal/journal-schema.ts'
import { POSTINGS_SQL } from '../../../records/journal/merged-postings.ts'
import { JournalFolder, aLookup } from '../../support/journal-folder.ts'
import { TEN_O_CLOCK } from '../../support/refusals.ts'
import { SAMPLE_START, fillJournal } from '../../support/sample-journal.ts'

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300)
const HOUR_MS = 3_600_000

/** All numbers of a search, page by page. */
function seqsOf(
  journal: { readonly db: DatabaseSync },
  filter: JournalFilter,
  limit = 100,
  budgetMs = 1_000,
): number[] {
  const found: number[] = []
  for (let cursor: number | null = null; ;) {
    const page = searchJournal(journal.db, filter, { limit, cursor, budgetMs })
    expect(page.rows.length).toBeLessThanOrEqual(limit)
    found.push(...page.rows.map(({ seq }) => Number(seq)))
    if (page.cursor === null) return found
    cursor = page.cursor
  }
}

function sample(): JournalFolder {
  const journal = new JournalFolder()
  journal.write(
    aLookup(),
    aLookup({ person: 'p-8', device: 'phone-8', host: 'www.tiktok.com', category: 'social.video' }),
    aLookup({ person: null, device: null, host: 'cdn.tiktokcdn.com', category: 'social.video' }),
    aLookup({ host: 'bad.example', category: 'adult.pornography', severity: 'high' }),
    aLookup({ role: 'staff', person: 's-1', host: 'games.example.org', at: TEN_O_CLOCK + HOUR_MS }),
  )
  return journal
}

const SEARCHES: readonly [says: string, filter: JournalFilter, seqs: readonly number[]][] = [
  ['everything, newest first', {}, [5, 4, 3, 2, 1]],
  ['one person', { person_ref: ['p-7'] }, [4, 1]],
  ['several people, one of them twice', { person_ref: ['p-8', 's-1', 'p-8'] }, [5, 2]],
  ['nobody', { person_ref: [] }, []],
  ['whoever was not known', { person_ref: ['unidentified'] }, [3]],
  ['a device', { device_id: 'phone-8' }, [2]],
  ['a host and no longer one that begins alike', { host: 'games.example' }, [1]],
  ['a category', { category: 'social.video' }, [3, 2]],
  ['a category of one person', { category: 'games', person_ref: ['s-1'] }, [5]],
  ['a severity', { severity: 'high' }, [4]],
  ['without evidence', { evidence: false, person_ref: ['p-7'] }, [1]],
  ['a role and a reason', { role: 'pupil', reason_code: 'category' }, [4, 3, 2, 1]],
  ['part of a host', { text: 'tiktok' }, [3, 2]],
  ['capitals do not matter', { text: 'TikTokCDN' }, [3]],
  ['each word must be there', { text: 'tiktok video cdn' }, [3]],
  ['letters that stand in two words of the entry', { text: 'tokcom' }, []],
  ['a word of a category', { text: 'porno' }, [4]],
  ['a word of a rule', { text: 'profile:pupil' }, [5, 4, 3, 2, 1]],
  ['a quote is a letter like others', { text: 'tik"tok' }, []],
  ['what fits nothing', { text: 'tiktok', severity: 'high' }, []],
  ['before eleven', { to: '2026-11-24T11:00:00.000Z' }, [4, 3, 2, 1]],
  ['from eleven, in another time zone', { from: '2026-11-24T12:00:00+01:00' }, [5]],
  ['a time that nothing is of', { from: '2027-01-01T00:00:00Z' }, []],
  ['the code of a block page', { block_ref: 'ref-bad.example' }, [4]],
]

test.each(SEARCHES)('%s', (_says, filter, seqs) => {
  const journal = sample()
  expect(seqsOf(journal, filter)).toEqual(seqs)
  journal.index()
  expect(seqsOf(journal, filter)).toEqual(seqs)
  expect(seqsOf(journal, filter, 1)).toEqual(seqs)
})

test('a word of two letters is refused, in words', () => {
  expect(problemOfText('tiktok ab')).toBe(
    '`ab` is too short to look for; give three letters or more',
  )
  expect(problemOfText(' tiktok ')).toBeNull()
})

test('a search that finds little ends with its budget and goes on from there', () => {
  const journal = new JournalFolder()
  fillJournal(journal.db, 3_000)
  const page = searchJournal(journal.db, { host: 'none.example' }, { limit: 10, budgetMs: 0 })
  expect(page.rows).toEqual([])
  expect(page.cursor).toBe(3_000 - 255)
  expect(seqsOf(journal, { severity: 'high' }, 10, 0)).toEqual([2_000])
})

test('any search, wherever the index stands and however it is paged, gives what a plain reading gives', () => {
  const attempt = fc.record({
    person: fc.constantFrom('p-1', 'p-2', null),
    device: fc.constantFrom('d-1', 'd-2', null),
    host: fc.constantFrom('a.example', 'b.example', 'a.example.org'),
    category: fc.constantFrom('games', 'gambling'),
    severity: fc.constantFrom('low' as const, 'high' as const),
    role: fc.constantFrom('pupil', 'staff'),
    at: fc.nat(3).map((hour) => TEN_O_CLOCK + hour * HOUR_MS),
  })
  const maybe = <T>(...values: T[]): fc.Arbitrary<T | undefined> =>
    fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 })
  const filter = fc.record({
    person: maybe('p-1', 'unidentified'),
    device_id: maybe('d-1'),
    host: maybe('a.example'),
    category: maybe('games'),
    severity: maybe('high'),
    role: maybe('staff'),
    text: maybe('example', 'gam'),
    from: maybe(TEN_O_CLOCK + HOUR_MS),
  })
  fc.assert(
    fc.property(
      fc.array(attempt, { maxLength: 12 }),
      fc.array(attempt, { maxLength: 6 }),
      filter,
      fc.integer({ min: 1, max: 4 }),
      (indexed, later, { person, from, ...rest }, limit) => {
        using db = emptyJournal()
        addRows(db, indexed)
        const index = new JournalIndex(db)
        while (index.step());
        addRows(db, later)
        const wanted = {
          ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
          ...(person === undefined ? {} : { person_ref: [person] }),
          ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
        }
        expect(seqsOf({ db }, wanted, limit)).toEqual(plainly(db, wanted))
      },
    ),
    { numRuns: Math.min(RUNS, 2_000) },
  )
})

interface Facts {
  readonly person: string | null
  readonly device: string | null
  readonly host: string
  readonly category: string
  readonly severity: string
  readonly role: string
  readonly at: number
}

function emptyJournal(): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  for (const migration of JOURNAL_SCHEMA.migrations) db.exec(migration)
  return db
}

function addRows(db: DatabaseSync, rows: readonly Facts[]): void {
  const insert = db.prepare(`
    INSERT INTO journal SELECT coalesce(max(seq), 0) + 1, 'id', :ts, 'ex', 'g', 'dns', 'block',
      'looked_up', :person, :role, :device, '127.0.0.1', 'yard', 'none', :host, :category, NULL, NULL,
      'rule', 1, 'category', :severity, 'ref', 1, 0, NULL, NULL FROM journal`)
  for (const { at, person, ...rest } of rows)
    insert.run({ ...rest, ts: new Date(at).toISOString(), person: person ?? 'unidentified' })
}

function plainly(db: DatabaseSync, filter: JournalFilter): number[] {
  const { text, person_ref: people, from, ...rest } = filter
  return db
    .prepare('SELECT * FROM journal ORDER BY seq DESC')
    .all()
    .filter((row) => Object.entries(rest).every(([name, value]) => row[name] === value))
    .filter((row) => people === undefined || people.includes(String(row['person_ref'])))
    .filter((row) => from === undefined || String(row['ts']) >= from)
    .filter(
      (row) =>
        text === undefined || `${String(row['host'])} ${String(row['category'])}`.includes(text),
    )
    .map(({ seq }) => Number(seq))
}

const PLANS: readonly [sql: string, plan: readonly string[]][] = [
  [POSTINGS_SQL, ['SEARCH journal_postings USING PRIMARY KEY (term=? AND seq>? AND seq<?)']],
  [EVERYTHING_SQL, ['SEARCH journal USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)']],
  [
    HOST_SQL,
    [
      'SEARCH journal_terms USING COVERING INDEX sqlite_autoindex_journal_terms_1 (type=? AND value>? AND value<?)',
    ],
  ],
  [WORDS_SQL, ['SCAN journal_words VIRTUAL TABLE INDEX 0:M1']],
  [
    FACET_TERMS_SQL,
    ['SEARCH journal_terms USING COVERING INDEX sqlite_autoindex_journal_terms_1 (type=?)'],
  ],
  ['SELECT * FROM journal WHERE seq = ?', ['SEARCH journal USING INTEGER PRIMARY KEY (rowid=?)']],
]

test.each(PLANS)('no scan and no sorting: %s', (sql, plan) => {
  const journal = new JournalFolder()
  const found = journal.rows(`EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => detail)
  expect(found).toEqual(plan)
})

test('a page of 20,000 entries comes at once, whatever is asked', () => {
  using db = emptyJournal()
  fillJournal(db, 20_000)
  const index = new JournalIndex(db)
  while (index.step());
  const day = { from: iso(0), to: iso(1) }
  const rare = { host: 'www.site0.example', severity: 'high' }
  const filters: JournalFilter[] = [{}, { severity: 'high' }, { text: 'example' }, rare, day]
  for (const filter of filters) {
    const started = performance.now()
    searchJournal(db, filter, { limit: 100 })
    expect(performance.now() - started).toBeLessThan(1_000)
  }
})

function iso(day: number): string {
  return new Date(SAMPLE_START + day * 86_400_000).toISOString()
}
