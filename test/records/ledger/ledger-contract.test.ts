import { localWriter } from '../../../records/ledger/ledger-writer.ts'
import { openLedger } from '../../../records/ledger/ledger.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { ledgerContract, type ContractLedger } from '../ledger-contract.ts'
import { SITE } from './sample-ledger.ts'

ledgerContract(() => {
  const directory = tempDirectory()
  const ledgers = [0, 1].map(() => openLedger(directory, { site: SITE }))
  const [one, other] = ledgers.map((ledger): ContractLedger => ({
    ledger,
    head: () => ledger.head(),
    append: (commands, options) => localWriter(ledger).append(commands, options),
  })) as [ContractLedger, ContractLedger]
  return {
    one,
    other,
    settled: () => Promise.resolve(),
    close: () => {
      for (const ledger of ledgers) ledger.close()
    },
  }
})
