import { expect, onTestFinished, test } from 'vitest'
import { lastEntryOf } from '../../../records/ledger/last-entry-of.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { devicePut, options, PHONE, sampleLedger } from './sample-ledger.ts'

test('the last entry about an object of its kind, up to a moment of the chain', () => {
  const ledger = sampleLedger(tempDirectory())
  onTestFinished(() => {
    ledger.close()
  })
  ledger.append([devicePut({ ...PHONE, state: 'lost' })], options(9))
  const about = { kind: 'device.put', objectId: PHONE.id } as const
  expect(lastEntryOf(ledger, about, 10)).toMatchObject({ seq: 10, after: { state: 'lost' } })
  expect(lastEntryOf(ledger, about, 9)).toMatchObject({ seq: 3 })
  expect(lastEntryOf(ledger, about, 2)).toBeNull()
  expect(lastEntryOf(ledger, { ...about, kind: 'device.remove' }, 10)).toBeNull()
})
