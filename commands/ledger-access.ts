import { openLedger } from '../records/ledger/ledger.ts'
import { RegisterView } from '../records/register/register-view.ts'
import { standingOf } from '../records/governance/standing.ts'

/** What a person may act as at `at` (epoch ms), by the ledger in `directory`. */
export function dutiesOf(directory: string, person: string, at: number): readonly string[] {
  const ledger = openLedger(directory, { readOnly: true })
  try {
    return [...standingOf(new RegisterView(ledger).current(), person, at).duties]
  } finally {
    ledger.close()
  }
}
