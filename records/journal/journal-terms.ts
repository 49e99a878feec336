import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** The fields of an entry that take few values; together they are its kind. */
export const FACETS = [
  'role',
  'category',
  'reason_code',
  'severity',
  'zone',
  'action',
  'grade',
] as const
export type Facet = (typeof FACETS)[number]

/** The fields that counts are kept by: with all facets, a year's counts would be as many as its entries. */
export const COUNTED = ['role', 'category', 'severity', 'action'] as const
export type CountedFacet = (typeof COUNTED)[number]

/** `group` is a kind with the `COUNTED` facets alone. */
export type TermType = 'kind' | 'group' | 'text' | 'person'

/** The fields of a row that make its terms. */
export interface TermFields {
  readonly person_ref: string
  readonly host: string
  readonly rule_id: string
  readonly role: string
  readonly category: string | null
  readonly reason_code: string
  readonly severity: string
  readonly zone: string
  readonly action: string
  readonly grade: string
}

/** A kind as `journal_terms` spells it: its facets in the order of `FACETS`. */
export function kindValue(row: TermFields): string {
  return JSON.stringify(FACETS.map((name) => row[name]))
}

/** A group as `journal_terms` spells it, in the order of `COUNTED`. */
export function groupValue(row: TermFields): string {
  return JSON.stringify(COUNTED.map((name) => row[name]))
}

/** A text as `journal_terms` spells it. None of the three can hold a space, so a host is a prefix of its texts. */
export function textValue({ host, category, rule_id: rule }: TermFields): string {
  return `${host} ${category ?? '-'} ${rule}`
}

/** Terms remembered per type; some 10 MB. A scan of distinct names passes through without growing it. */
const MAX_REMEMBERED = 50_000

/**
 * Numbers for terms, given out at their first entry. Inside the caller's transaction; `reset` after one
 * that was rolled back, and when another process may have dropped terms.
 */
export class JournalTerms {
  readonly #known: Readonly<Record<TermType, Map<string, number>>> = {
    kind: new Map(),
    group: new Map(),
    text: new Map(),
    person: new Map(),
  }
  readonly #find: StatementSync
  readonly #add: StatementSync
  readonly #addWords: StatementSync
  readonly #isUsed: StatementSync
  readonly #dropWords: StatementSync
  readonly #drop: StatementSync

  constructor(db: DatabaseSync) {
    this.#find = db.prepare('SELECT id FROM journal_terms WHERE type = ? AND value = ?')
    this.#add = db.prepare('INSERT INTO journal_terms (type, value) VALUES (?, ?)')
    this.#addWords = db.prepare('INSERT INTO journal_words (rowid, value) VALUES (?, ?)')
    this.#isUsed = db.prepare('SELECT 1 FROM journal_postings WHERE term = ? LIMIT 1')
    this.#dropWords = db.prepare(
      "INSERT INTO journal_words (journal_words, rowid, value) VALUES ('delete', ?, ?)",
    )
    this.#drop = db.prepare('DELETE FROM journal_terms WHERE id = ?')
  }

  numberOf(type: TermType, value: string): number {
    const known = this.#known[type]
    const remembered = known.get(value)
    if (remembered !== undefined) return remembered
    const row = this.#find.get(type, value)
    const id = row === undefined ? this.#new(type, value) : Number(row['id'])
    if (known.size >= MAX_REMEMBERED) known.clear()
    known.set(value, id)
    return id
  }

  /** Forgets a text or person that no entry has any more: a host or a reference must not outlive its entries. */
  dropUnused(type: 'text' | 'person', value: string): void {
    const row = this.#find.get(type, value)
    if (row === undefined) return
    const id = Number(row['id'])
    if (this.#isUsed.get(id) !== undefined) return
    this.#known[type].delete(value)
    if (type === 'text') this.#dropWords.run(id, value)
    this.#drop.run(id)
  }

  reset(): void {
    for (const known of Object.values(this.#known)) known.clear()
  }

  #new(type: TermType, value: string): number {
    const id = Number(this.#add.run(type, value).lastInsertRowid)
    if (type === 'text') this.#addWords.run(id, value)
    return id
  }
}
