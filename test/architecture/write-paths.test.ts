import { expect, test } from 'vitest'
import { sourceFiles } from './source-tree.ts'

/** Who writes each table that the register is made of, and why there is no other way in. */
const WRITERS: readonly { table: string; files: readonly string[]; because: string }[] = [
  {
    table: 'entries',
    files: ['records/ledger/ledger.ts', 'records/redis/mirror.ts'],
    because: 'a change is a ledger command; the mirror writes what the site has appended',
  },
  {
    table: 'documents',
    files: ['records/ledger/ledger.ts', 'records/redis/mirror.ts'],
    because: 'a text is written with the entry that points to it',
  },
  {
    table: 'checkpoints',
    files: ['records/ledger/checkpointer.ts'],
    because: 'nothing is signed that was not read',
  },
  {
    table: 'people',
    files: ['records/people/people.ts'],
    because: 'a name goes with the entry that commits to it',
  },
  {
    table: 'holds',
    files: ['records/journal/legal-holds.ts'],
    because: 'what no retention reaches is said in one file',
  },
]

test.each(WRITERS)('`$table` is written in one place: $because', ({ table, files }) => {
  const write = new RegExp(
    `(?:INSERT|REPLACE)(?:\\s+OR\\s+\\w+)?\\s+INTO\\s+${table}\\b|UPDATE\\s+${table}\\b|DELETE\\s+FROM\\s+${table}\\b`,
    'i',
  )
  const writers = ['records/', 'proxy/', 'dashboard/', 'commands/', 'rules/']
    .flatMap((folder) => sourceFiles(folder))
    .filter(({ strings }) => strings.some((text) => write.test(text)))
    .map(({ path }) => path)
  expect(writers.toSorted()).toEqual(files.toSorted())
})

test('a hold is placed and released by what follows the ledger, an incident’s as any', () => {
  const callers = ['records/', 'proxy/', 'dashboard/', 'commands/']
    .flatMap((folder) => sourceFiles(folder))
    .filter(({ imports }) =>
      imports.some(
        ({ target, names }) =>
          target === 'records/journal/legal-holds.ts' &&
          names.some((name) => ['placeHold', 'releaseHold', '*'].includes(name)),
      ),
    )
    .map(({ path }) => path)
  expect(callers).toEqual(['records/journal/follow-holds.ts'])
})

/** The functions that append to a ledger; who calls one is a way to change something. */
const DOORS: ReadonlySet<string> = new Set([
  // The gate's own, by the rule that people have put into the policy; whoever may lifts it at the desk.
  'proxy/sanctions/sanction-keeper.ts',
  'records/governance/change-desk.ts',
  'records/governance/import-through-desk.ts',
  'records/ledger/ledger-writer.ts',
  // Nobody's decision: it was the code that a person gave out, and this says that it was used.
  'records/posture/enrol-agent.ts',
  'records/redis/ledger-spine.ts',
  'records/register/import-files.ts',
  // The same of vouchers and codes of the office; and a signature is somebody's own word.
  'records/registration/register-device.ts',
])

test('V20: every way to change anything is a ledger command: the doors are these', () => {
  const doors = ['records/', 'proxy/', 'dashboard/', 'commands/']
    .flatMap((folder) => sourceFiles(folder))
    .filter(({ text }) => /\b(?:ledger|spine|writer|localWriter\([^)]*\))\.append\(/.test(text))
    .map(({ path }) => path)
  expect(doors.toSorted()).toEqual([...DOORS])
})
