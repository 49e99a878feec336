import { expect, onTestFinished, test } from 'vitest'
import type { LedgerCommand } from '../../../records/ledger/entry.ts'
import { localWriter } from '../../../records/ledger/ledger-writer.ts'
import { openLedger } from '../../../records/ledger/ledger.ts'
import { commitmentOf, People, saltDetails } from '../../../records/people/people.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { devicePut, options, PHONE, SITE } from './sample-ledger.ts'

const ADA = saltDetails({ name: 'Ada Example', email: null })
const PUT: LedgerCommand = {
  ...{ ...devicePut(PHONE), kind: 'person.put', objectId: 'p-1', before: null },
  after: { role: 'staff', phase: null, year: null, details: commitmentOf(ADA) },
}

function scene() {
  const ledger = openLedger(tempDirectory(), { site: SITE })
  onTestFinished(() => {
    ledger.close()
  })
  const people = new People(ledger.db)
  return { ledger, writer: localWriter(ledger), nameOf: () => people.find('p-1')?.name }
}

test('a name is written with its entry, and goes with the entry that erases it', async () => {
  const { writer, nameOf } = scene()
  const put = await writer.append([PUT], { ...options(0), people: [['p-1', ADA]] })
  expect(put).toMatchObject({ kind: 'appended', head: { seq: 1 } })
  expect(nameOf()).toBe('Ada Example')
  await writer.append([{ ...PUT, kind: 'person.erase' }], options(1))
  expect(nameOf()).toBeUndefined()
})

test('an entry that is not appended takes no name with it', async () => {
  const { ledger, writer, nameOf } = scene()
  const late = await writer.append([PUT], { ...options(7), people: [['p-1', ADA]] })
  expect(late).toEqual({ kind: 'conflict', head: ledger.head() })
  const terse = await writer.append([{ ...PUT, reason: 'ok' }], options(0))
  expect(terse).toMatchObject({ kind: 'refused' })
  expect(nameOf()).toBeUndefined()
})
