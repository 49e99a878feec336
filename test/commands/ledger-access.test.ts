import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dutiesOf } from '../../commands/ledger-access.ts'
import { LEDGER_FILE } from '../../records/ledger/ledger-schema.ts'
import { StoreRefused } from '../../records/sqlite/open-database.ts'
import { AT, holder, roleEdit, sampleDesk } from '../records/governance/sample-desk.ts'
import { tempDirectory } from '../support/temp-directory.ts'

test('duties are those that the ledger gives a person at the moment', () => {
  const { directory } = sampleDesk()
  expect(dutiesOf(directory, 'dsl', AT)).toEqual(['dsl'])
  expect(dutiesOf(directory, 'stranger', AT)).toEqual([])
})

test('duties that begin later are none yet', async () => {
  const { directory, submit } = sampleDesk()
  const from = '2026-11-24T12:00:00Z'
  const later = holder([], { roles: [{ role: 'dsl', from, to: null }] })
  expect(await submit([roleEdit('p-0001', later)], 'head')).toMatchObject({ kind: 'applied' })
  expect(dutiesOf(directory, 'p-0001', Date.parse(from) - 1)).toEqual([])
  expect(dutiesOf(directory, 'p-0001', Date.parse(from))).toEqual(['dsl'])
})

test('asking for duties where there is no ledger founds none', () => {
  const directory = tempDirectory()
  expect(() => dutiesOf(directory, 'p-0001', AT)).toThrow(StoreRefused)
  expect(existsSync(join(directory, LEDGER_FILE))).toBe(false)
})
