import { expect, test } from 'vitest'
import { LedgerBroken, openLedger } from '../../../records/ledger/ledger.ts'
import { RegisterView } from '../../../records/register/register-view.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { AT, devicePut, options, PHONE, sampleLedger, tamper } from '../ledger/sample-ledger.ts'

test('follows what another connection appends, and stays the same object when nothing was', () => {
  const directory = tempDirectory()
  const writer = sampleLedger(directory)
  const reader = openLedger(directory, { readOnly: true })
  const view = new RegisterView(reader)
  const before = view.current()
  expect(view.current()).toBe(before)
  writer.append([devicePut({ ...PHONE, state: 'lost' }, PHONE)], options(9))
  expect(view.current().devices.get('staff-phone')?.state).toBe('lost')
  expect(before.devices.get('staff-phone')?.state).toBe('approved')
  writer.close()
  reader.close()
})

test('tells the register of any entry and any moment', () => {
  const ledger = sampleLedger(tempDirectory())
  const view = new RegisterView(ledger)
  expect(view.after(2).devices.size).toBe(0)
  expect(view.after(5).devices.size).toBe(3)
  expect(view.at(AT - 1).policy).toBeNull()
  expect(view.at(AT).devices.size).toBe(1)
  expect(view.at(AT + 3_600_000)).toEqual(view.current())
  ledger.close()
})

test('does not believe a ledger that was exchanged under it', () => {
  const directory = tempDirectory()
  const ledger = sampleLedger(directory)
  const view = new RegisterView(ledger)
  view.current()
  tamper(directory, 'DELETE FROM entries WHERE seq > 4')
  expect(() => view.current()).toThrow(LedgerBroken)
  ledger.close()
})
