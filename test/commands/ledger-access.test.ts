import { readdirSync } from 'node:fs'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appendEntry, dutiesOf } from '../../commands/ledger-access.ts'
import { LEDGER_FILE } from '../../records/ledger/ledger-schema.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { StoreRefused } from '../../records/sqlite/open-database.ts'
import { holder, sampleDesk } from '../records/governance/sample-desk.ts'
import { AT, devicePut, PHONE, sampleLedger } from '../records/ledger/sample-ledger.ts'
import { tempDirectory } from '../support/temp-directory.ts'

const BY = { actor: 'p-0001', actorRole: 'dsl', at: AT }

test('duties are those that the ledger gives a person at the moment', () => {
  const { directory } = sampleDesk()
  expect(dutiesOf(directory, 'dsl', AT)).toEqual(['dsl'])
  expect(dutiesOf(directory, 'stranger', AT)).toEqual([])
})

test('duties that begin later are none yet', () => {
  const directory = tempDirectory()
  sampleLedger(directory).close()
  const from = '2026-11-24T12:00:00Z'
  const after = { ...holder([], { roles: [{ role: 'dsl', from, to: null }] }) }
  const appointment = { ...devicePut(PHONE), kind: 'role.put', objectId: 'p-0001', after } as const
  expect(appendEntry(directory, appointment, BY)).toBeNull()
  expect(dutiesOf(directory, 'p-0001', Date.parse(from) - 1)).toEqual([])
  expect(dutiesOf(directory, 'p-0001', Date.parse(from))).toEqual(['dsl'])
})

test('asking for duties where there is no ledger founds none', () => {
  const directory = tempDirectory()
  expect(() => dutiesOf(directory, 'p-0001', AT)).toThrow(StoreRefused)
  expect(existsSync(join(directory, LEDGER_FILE))).toBe(false)
})

test('an entry is appended with its actor and the site of the ledger', () => {
  const directory = tempDirectory()
  sampleLedger(directory).close()
  expect(appendEntry(directory, devicePut({ ...PHONE, state: 'lost' }), BY)).toBeNull()
  const ledger = openLedger(directory, { readOnly: true })
  const [entry] = ledger.entries(9)
  ledger.close()
  expect(entry).toMatchObject({
    ...{ seq: 10, kind: 'device.put', object_id: 'staff-phone' },
    ...{ site: 'ex', actor: 'p-0001', actor_role: 'dsl' },
  })
})

test('what the ledger refuses is said and not written', () => {
  const directory = tempDirectory()
  sampleLedger(directory).close()
  const refusal = appendEntry(directory, { ...devicePut(PHONE), reason: 'ok' }, BY)
  expect(refusal).toContain('reason')
  const ledger = openLedger(directory, { readOnly: true })
  expect(ledger.head().seq).toBe(9)
  ledger.close()
})

test('an empty ledger has no site to write for', () => {
  const directory = tempDirectory()
  openLedger(directory).close()
  expect(appendEntry(directory, devicePut(PHONE), BY)).toBe('the ledger holds nothing yet')
})

test('a folder without a ledger stays one', () => {
  const directory = tempDirectory()
  expect(appendEntry(directory, devicePut(PHONE), BY)).toContain('no ledger in')
  expect(readdirSync(directory)).toEqual([])
})
