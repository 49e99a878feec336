import { expect, test } from 'vitest'
import { openLedger } from '../../../records/ledger/ledger.ts'
import { commitmentOf, People, saltDetails } from '../../../records/people/people.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

test('a person is found as put, and the later row counts', () => {
  const ledger = openLedger(tempDirectory(), { site: 'ex' })
  const people = new People(ledger.db)
  expect(people.find('p-1')).toBeUndefined()
  const first = saltDetails({ name: 'Zoë O’Example', email: null })
  people.put('p-1', first)
  expect(people.find('p-1')).toEqual(first)
  const second = saltDetails({ name: 'Zoë Second', email: 'zoe@example.org' })
  people.put('p-1', second)
  expect(people.find('p-1')).toEqual(second)
  ledger.close()
})

test('a commitment holds the name and the address, and equal names do not look equal', () => {
  const row = saltDetails({ name: 'Ada', email: null })
  expect(commitmentOf(row)).toMatch(/^[0-9a-f]{64}$/)
  expect(commitmentOf({ ...row })).toBe(commitmentOf(row))
  expect(commitmentOf({ ...row, name: 'Eve' })).not.toBe(commitmentOf(row))
  expect(commitmentOf({ ...row, email: 'a@b' })).not.toBe(commitmentOf(row))
  // Else a list of names would tell from the ledger who is who after the row was erased.
  expect(commitmentOf(saltDetails({ name: 'Ada', email: null }))).not.toBe(commitmentOf(row))
})
