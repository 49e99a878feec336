import type { DatabaseSync } from 'node:sqlite'
import { changedEvidence, type EvidenceManifest } from '../incidents/evidence.ts'
import type { AccessLog } from './access-log.ts'
import { ARCHIVE_MARK } from './archive-pseudonyms.ts'
import { problemOfText, searchJournal } from './journal-search.ts'
import type { JournalFilter, PageOptions, StoredRow } from './journal-search.ts'
import { termAt, viewerOf } from './viewer-pseudonyms.ts'
import type { Term, ViewerClass, ViewerPseudonyms } from './viewer-pseudonyms.ts'

/** Who looks, as what, when and why. */
export interface Look {
  readonly viewer: string
  readonly role: string
  /** Gate time, epoch ms. */
  readonly at: number
  readonly reason: string | null
}

/** A row as a viewer may see it: without names, `person_ref` and `device_id` are pseudonyms and `ip` is empty. */
export interface ViewedRow extends StoredRow {
  /** Null where it is not shown, not known or erased. */
  readonly name: string | null
}

export interface ViewedPage {
  readonly rows: readonly ViewedRow[]
  readonly cursor: number | null
}

export interface JournalViewParts {
  readonly db: DatabaseSync
  readonly pseudonyms: ViewerPseudonyms
  readonly log: AccessLog
  /** The name of a reference; null for somebody who is not there or was erased. */
  readonly nameOf: (personRef: string) => string | null
}

/** Whose pseudonym it is, and when it is theirs. */
export interface Resolved {
  readonly personRef: string
  readonly term: Term
}

/** The only way that people look at the journal: decides what each sees, and notes who saw names. */
export class JournalView {
  readonly #parts: JournalViewParts

  constructor(parts: JournalViewParts) {
    this.#parts = parts
  }

  /** A page, or a text that says why there is none. */
  search(filter: JournalFilter, page: PageOptions, look: Look): ViewedPage | string {
    const problem = problemOfText(filter.text ?? '')
    if (problem !== null) return problem
    const viewer = viewerOf(look.role)
    return viewer.isNamed
      ? this.#named(filter, page, look)
      : this.#masked(filter, page, { look, viewer })
  }

  /**
   * What the people of a lesson were refused while it runs, by name, for whoever teaches it: "current lesson, no
   * history" (requirements.md section 5). High-risk and sealed hits are the safeguarding lead's, and neither
   * device nor search is a teacher's to know.
   */
  ofLesson(
    { persons, from, to }: { persons: readonly string[]; from: number; to: number },
    page: PageOptions,
    look: Look,
  ): ViewedPage {
    const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
    const filter = { person_ref: persons, ...span, evidence: false } as const
    const { rows, cursor } = this.#named(filter, page, look)
    const hidden = { device_id: null, ip: '', url_path: null, search_term: null }
    return { rows: rows.map((row) => ({ ...row, ...hidden })), cursor }
  }

  /** The entries that an incident stands on, and the ids of those that are gone or no longer what they were. */
  evidence(
    manifest: EvidenceManifest,
    { viewer, role, at, reason }: Look,
  ): { readonly rows: readonly ViewedRow[]; readonly changed: readonly string[] } {
    const { db, log, nameOf } = this.#parts
    const numbers = manifest.entries.map(({ seq }) => seq)
    const rows = db
      .prepare('SELECT * FROM journal WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq')
      .all(JSON.stringify(numbers))
      .map((row) => ({ ...row }) as StoredRow)
    const changed = changedEvidence(manifest, rows)
    const looking = viewerOf(role)
    if (!looking.isNamed) return { rows: rows.map((row) => this.#mask(row, looking)), changed }
    const people = peopleOf({}, rows)
    log.note({ at, viewer, role, query: { seq: numbers }, rows: rows.length, reason, people })
    return {
      rows: rows.map((row) => ({ ...row, name: nameOf(String(row['person_ref'])) })),
      changed,
    }
  }

  /** The person behind a pseudonym in one of the terms that touch `from` to `to` (epoch ms). */
  resolve(
    pseudonym: string,
    viewer: ViewerClass,
    { from, to }: { readonly from: number; readonly to: number },
  ): Resolved | null {
    const terms = termsBetween(from, to)
    const { db, pseudonyms } = this.#parts
    for (const { value } of db.prepare(PEOPLE_SQL).iterate()) {
      const personRef = String(value)
      const term = terms.find((one) => pseudonyms.of('P', personRef, viewer, one) === pseudonym)
      if (term !== undefined) return { personRef, term }
    }
    return null
  }

  #named(filter: JournalFilter, page: PageOptions, look: Look): ViewedPage {
    const { db, log, nameOf } = this.#parts
    const { rows, cursor } = searchJournal(db, filter, page)
    const { viewer, role, at, reason } = look
    const people = peopleOf(filter, rows)
    log.note({ at, viewer, role, query: filter, rows: rows.length, reason, people })
    return {
      rows: rows.map((row) => ({ ...row, name: nameOf(String(row['person_ref'])) })),
      cursor,
    }
  }

  #masked(
    filter: JournalFilter,
    page: PageOptions,
    { look, viewer }: { readonly look: Look; readonly viewer: ViewerClass },
  ): ViewedPage | string {
    if (filter.device_id !== undefined)
      return 'a device says whose it is; only who sees names can look for one'
    const theirs = this.#unmaskFilter(filter, viewer, look.at)
    if (theirs === null) return { rows: [], cursor: null }
    // High-risk and sealed hits are counted for everybody and shown to few (requirements.md section 5).
    const { rows, cursor } = searchJournal(this.#parts.db, { ...theirs, evidence: false }, page)
    return { rows: rows.map((row) => this.#mask(row, viewer)), cursor }
  }

  /**
   * A pseudonym is good for one term: with the person's other terms beside it, the pseudonyms of all
   * terms could be joined.
   */
  #unmaskFilter(filter: JournalFilter, viewer: ViewerClass, now: number): JournalFilter | null {
    if (filter.person_ref === undefined) return filter
    const [pseudonym = '', ...more] = filter.person_ref
    if (more.length > 0) return null
    if (isNobody(pseudonym)) return filter
    const to = filter.to === undefined ? now : Date.parse(filter.to)
    const from = filter.from === undefined ? now - LOOK_BACK_MS : Date.parse(filter.from)
    const known = this.resolve(pseudonym, viewer, { from, to })
    if (known === null) return null
    return {
      ...filter,
      person_ref: [known.personRef],
      from: new Date(Math.max(from, known.term.from)).toISOString(),
      to: new Date(Math.min(filter.to === undefined ? Infinity : to, known.term.to)).toISOString(),
    }
  }

  #mask(row: StoredRow, viewer: ViewerClass): ViewedRow {
    const term = termAt(Date.parse(String(row['ts'])))
    const hide = (what: 'P' | 'D', value: string): string =>
      isNobody(value) ? value : this.#parts.pseudonyms.of(what, value, viewer, term)
    const device = row['device_id']
    return {
      ...row,
      name: null,
      person_ref: hide('P', String(row['person_ref'])),
      device_id: typeof device === 'string' ? hide('D', device) : null,
      ip: '',
      // A path can hold a name, and a search somebody's worry.
      url_path: null,
      search_term: null,
    }
  }
}

export const PEOPLE_SQL = `
  SELECT value FROM journal_terms
  WHERE type = 'person' AND value <> 'unidentified' AND substr(value, 1, 1) <> '${ARCHIVE_MARK}'`

/** Whom a look asks for or shows; of nobody known there is nobody to tell. */
function peopleOf({ person_ref: asked = [] }: JournalFilter, rows: readonly StoredRow[]): string[] {
  const shown = rows.map((row) => String(row['person_ref']))
  return [...new Set([...asked, ...shown])].filter((person) => !isNobody(person))
}

/** Entries older than this are pseudonymised for everybody. */
const LOOK_BACK_MS = 396 * 86_400_000

function isNobody(value: string): boolean {
  return value === 'unidentified' || value.startsWith(ARCHIVE_MARK)
}

function termsBetween(from: number, to: number): readonly Term[] {
  const terms: Term[] = []
  for (let at = from; at <= to; at = terms.at(-1)?.to ?? Infinity) terms.push(termAt(at))
  return terms
}
