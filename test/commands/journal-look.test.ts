import { expect, test } from 'vitest'
import { readArguments, type Parsed } from '../../commands/arguments.ts'
import { lookOf, openView } from '../../commands/journal-look.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { People, saltDetails } from '../../records/people/people.ts'
import { JournalFolder } from '../support/journal-folder.ts'

const OPTIONS = {
  as: { type: 'string' },
  actor: { type: 'string' },
  reason: { type: 'string' },
} as const
const deps = { now: () => 7, dutiesOf: () => ['dsl'] }

function look(...args: string[]) {
  const parsed = readArguments(args, OPTIONS) as Parsed
  return lookOf({ directory: '/nowhere', parsed, deps })
}

const REASON = ['--reason', 'a parent asked me']

test('without an office nobody is shown a name', () => {
  expect(look()).toEqual({ viewer: 'command line', role: 'command_line', at: 7, reason: null })
  expect(look('--as', 'it', '--actor', 's-1')).toMatchObject({ viewer: 's-1', role: 'it' })
})

test('an office that sees names needs a person, a reason, and the ledger’s word', () => {
  expect(look('--as', 'dsl', ...REASON)).toEqual({
    no: expect.stringContaining('`--actor`') as string,
  })
  expect(look('--as', 'dsl', '--actor', 's-1', '--reason', 'so')).toEqual({
    no: 'names are shown for a `--reason` of 10 letters or more',
  })
  expect(look('--as', 'head', '--actor', 's-1', ...REASON)).toEqual({
    no: '`s-1` is not head now, says the ledger',
  })
  expect(look('--as', 'dsl', '--actor', 's-1', ...REASON)).toMatchObject({
    viewer: 's-1',
    role: 'dsl',
  })
})

test('names come from the ledger’s file, and without one there are none', () => {
  const journal = new JournalFolder()
  {
    using opened = openView(journal.db, journal.directory)
    expect(opened.nameOf('p-7')).toBeNull()
  }
  const ledger = openLedger(journal.directory)
  new People(ledger.db).put('p-7', saltDetails({ name: 'Mary Smith', email: null }))
  ledger.close()
  using opened = openView(journal.db, journal.directory)
  expect(opened.nameOf('p-7')).toBe('Mary Smith')
})
