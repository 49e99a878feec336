import { expect, test } from 'vitest'
import { LedgerBroken, openLedger } from '../../../records/ledger/ledger.ts'
import { RegisterView } from '../../../records/register/register-view.ts'
import { SNAPSHOT_EVERY } from '../../../records/register/snapshots.ts'
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

test('starts from the snapshot that was kept, and reads only what came behind it', () => {
  const directory = tempDirectory()
  const writer = sampleLedger(directory)
  new RegisterView(writer).keep()
  writer.append([devicePut({ ...PHONE, state: 'lost' }, PHONE)], options(9))
  const whole = new RegisterView(writer).after(10)
  // Behind a snapshot nothing is read at a start: a broken entry there is for `ledger verify`.
  tamper(directory, `UPDATE entries SET body = replace(body, 'signed', 'missing') WHERE seq = 4`)
  const reader = openLedger(directory, { readOnly: true })
  const view = new RegisterView(reader)
  expect(view.current()).toEqual(whole)
  expect(view.after(9).devices.get('staff-phone')?.state).toBe('approved')
  expect(() => view.after(8)).toThrow(LedgerBroken)
  writer.db.exec(`UPDATE snapshots SET fold = 'old'`)
  expect(() => new RegisterView(reader).current()).toThrow(LedgerBroken)
  writer.close()
  reader.close()
})

test('keeps a snapshot at a stop, once a state, and by itself after many entries', () => {
  const directory = tempDirectory()
  const ledger = sampleLedger(directory)
  const view = new RegisterView(ledger)
  const kept = (): unknown[] => ledger.db.prepare('SELECT seq FROM snapshots').all()
  view.tick()
  expect(kept()).toEqual([])
  view.keep()
  expect(kept()).toHaveLength(1)
  ledger.db.exec(`UPDATE snapshots SET digest = 'would be replaced'`)
  view.keep()
  expect(ledger.db.prepare('SELECT digest FROM snapshots').get()).toMatchObject({
    digest: 'would be replaced',
  })
  const many = Array.from({ length: SNAPSHOT_EVERY }, () => devicePut(PHONE))
  ledger.append(many, options(9))
  view.tick()
  expect(kept()).toHaveLength(2)
  ledger.close()
})

test('begins again when the branch that it read was set aside', () => {
  const directory = tempDirectory()
  const ledger = sampleLedger(directory)
  const view = new RegisterView(ledger)
  expect(view.current().devices.size).toBe(7)
  ledger.db.exec(`
    INSERT INTO set_aside (hash, seq, body) SELECT hash, seq, body FROM entries WHERE seq = 9;
    DELETE FROM entries WHERE seq = 9`)
  ledger.append([devicePut({ ...PHONE, state: 'lost' }, PHONE)], options(8))
  expect(view.current().devices.size).toBe(6)
  expect(view.current().devices.get('staff-phone')?.state).toBe('lost')
  ledger.close()
})
