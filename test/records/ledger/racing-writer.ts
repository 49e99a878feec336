import { openLedger } from '../../../records/ledger/ledger.ts'
import { devicePut, options, PHONE, SITE } from './sample-ledger.ts'

/**
 * One of two processes that append to one ledger; started and led by ledger.test.ts. `look` makes it
 * read the head, a device's id makes it append from the head that it saw last.
 */
const ledger = openLedger(process.argv[2] ?? '', { site: SITE })
let seen = ledger.head()

process.on('message', (order: string) => {
  if (order === 'look') seen = ledger.head()
  const result =
    order === 'look'
      ? { kind: 'looked' }
      : ledger.append([devicePut({ ...PHONE, id: order })], options(seen.seq))
  process.send?.(result.kind)
})
process.once('disconnect', () => {
  ledger.close()
})
