import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  JOURNAL_COLUMNS,
  JOURNAL_FILE,
  JOURNAL_SCHEMA,
} from '../../../records/journal/journal-schema.ts'
import type { LedgerCommand } from '../../../records/ledger/entry.ts'
import { openLedger, type Ledger } from '../../../records/ledger/ledger.ts'
import { commitmentOf, People, saltDetails } from '../../../records/people/people.ts'
import { isNothing, subjectAccess } from '../../../records/people/subject-access.ts'
import { openDatabase } from '../../../records/sqlite/open-database.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { AT, devicePut, options, PHONE, SITE } from '../ledger/sample-ledger.ts'

/** One act, with whom it is about worked out beside it, by other means than the code under test. */
interface Act {
  readonly actor: string
  readonly command: LedgerCommand
  readonly about: readonly string[]
}

/** Devices bear the references of people: a search by value alone would mix them up. */
const NAMES = ['a', 'b', 'ab'] as const
const name = fc.constantFrom(...NAMES)
const owner = fc.option(name)

const deviceAct = fc
  .record({ actor: name, id: name, was: owner, is: owner })
  .map(({ actor, id, was, is }): Act => ({
    actor,
    command: devicePut({ ...PHONE, id, personRef: is }, { ...PHONE, id, personRef: was }),
    about: [actor, ...[was, is].filter((each) => each !== null)],
  }))

const personAct = fc
  .record({ actor: name, ref: name, approver: owner })
  .map(({ actor, ref, approver }): Act => ({
    actor,
    command: {
      ...devicePut(PHONE),
      kind: 'person.put',
      objectId: ref,
      after: { role: 'staff', phase: null, year: null, details: 'c0ffee' },
      approval: approver === null ? null : { needed: true, by: approver, ts: null, comment: null },
    },
    about: [actor, ref, ...(approver === null ? [] : [approver])],
  }))

const acts = fc.array(fc.oneof(deviceAct, personAct), { maxLength: 25 })
const refusals = fc.array(fc.constantFrom(...NAMES, 'unidentified', '~x'), { maxLength: 15 })

function write(ledger: Ledger, list: readonly Act[]): void {
  for (const [seq, { actor, command }] of list.entries()) {
    ledger.append([command], options(seq, { actor }))
  }
}

function writeJournal(directory: string, people: readonly string[]): void {
  const db = openDatabase(join(directory, JOURNAL_FILE), JOURNAL_SCHEMA)
  const columns = JOURNAL_COLUMNS.map((column) => `"${column}"`).join(', ')
  const insert = db.prepare(
    `INSERT INTO journal (${columns}) VALUES (${JOURNAL_COLUMNS.map(() => '?').join(', ')})`,
  )
  for (const [index, person] of people.entries()) {
    const row: Record<string, string | number> = {
      ...{ seq: index + 1, person_ref: person, device_id: 'a', policy_version: 1 },
      ...{ repeat_count: 1, inspected: 0 },
    }
    insert.run(...JOURNAL_COLUMNS.map((column) => row[column] ?? 'a'))
  }
  db.close()
}

test('V27: any history: all rows of the person from ledger, journal and names, and no other row', () => {
  const directory = tempDirectory()
  let run = 0
  fc.assert(
    fc.property(acts, refusals, fc.subarray([...NAMES]), (list, refused, named) => {
      run += 1
      const place = join(directory, `${run}`)
      const ledger = openIn(place)
      write(ledger, list)
      writeJournal(place, refused)
      const people = new People(ledger.db)
      for (const ref of named) people.put(ref, saltDetails({ name: `name of ${ref}`, email: null }))
      for (const ref of NAMES) {
        const found = subjectAccess(ledger, ref)
        const own = [...list.keys()].filter((index) => list[index]?.about.includes(ref))
        expect(found.ledger.map(({ seq }) => seq)).toEqual(own.map((index) => index + 1))
        const rows = [...refused.keys()].filter((index) => refused[index] === ref)
        expect(found.journal.map(({ seq }) => seq)).toEqual(rows.map((index) => index + 1))
        const person = named.includes(ref) ? { name: `name of ${ref}`, email: null } : null
        expect(found.person).toEqual(person)
      }
      ledger.close()
    }),
    { numRuns: Math.ceil(FUZZ_RUNS / 20) },
  )
})

test('entries and rows are whole, and the salt is no part of it', () => {
  const directory = tempDirectory()
  const ledger = openIn(directory)
  const row = saltDetails({ name: 'Ada Example', email: 'ada@example.org' })
  const after = { role: 'staff', phase: null, year: null, details: commitmentOf(row) }
  const put: LedgerCommand = { ...devicePut(PHONE), kind: 'person.put', objectId: 'a', after }
  ledger.append([put], {
    ...options(0, { at: AT }),
    alongside: () => {
      new People(ledger.db).put('a', row)
    },
  })
  writeJournal(directory, ['a'])
  const found = subjectAccess(ledger, 'a')
  expect(found.person).toEqual({ name: 'Ada Example', email: 'ada@example.org' })
  expect(found.ledger).toEqual([...ledger.entries()])
  expect(Object.keys(found.journal[0] ?? {})).toEqual(expect.arrayContaining([...JOURNAL_COLUMNS]))
  expect(JSON.stringify(found)).not.toContain(row.salt)
  ledger.close()
})

test('a gate without a journal has refused nobody, and none is made', () => {
  const directory = tempDirectory()
  const ledger = openIn(directory)
  const kept = subjectAccess(ledger, 'a')
  expect(kept).toMatchObject({ person_ref: 'a', person: null, ledger: [], journal: [], alerts: [] })
  expect(isNothing(kept)).toBe(true)
  expect(() =>
    openDatabase(join(directory, JOURNAL_FILE), JOURNAL_SCHEMA, { readOnly: true }),
  ).toThrow('does not exist')
  ledger.close()
})

function openIn(directory: string): Ledger {
  mkdirSync(directory, { recursive: true })
  return openLedger(directory, { site: SITE })
}
