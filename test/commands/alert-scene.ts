import type { IncidentDeps } from '../../commands/incidents.ts'
import { dutiesOf } from '../../commands/ledger-access.ts'
import { ALERTS_FILE, ALERTS_SCHEMA } from '../../records/alerts/alert-schema.ts'
import { AlertStore } from '../../records/alerts/alert-store.ts'
import type { Duty } from '../../records/alerts/told-duties.ts'
import { openDatabase } from '../../records/sqlite/open-database.ts'
import type { Duty as Office } from '../../records/governance/governance-state.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { aFinding, AT } from '../records/alerts/sample-alerts.ts'
import { holder, DIRECTION_OF } from '../records/governance/sample-desk.ts'
import { devicePut, options, PHONE } from '../records/ledger/sample-ledger.ts'
import { sampleRecords } from '../records/backup/sample-records.ts'

/** p-0001 is the DSL, p-0003 the head, p-0004 the network manager; p-0005 a teacher; everybody else holds nothing. */
const DUTIES: Readonly<Record<string, readonly Office[]>> = {
  'p-0001': ['dsl'],
  'p-0003': ['head', 'slt'],
  'p-0004': ['network_manager'],
  'p-0005': ['teacher'],
}

export const REASON = ['--reason', 'seen and spoken with the pupil']

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

type Command = (args: readonly string[], deps: IncidentDeps) => Promise<number>

/** Records with a journal and one high-risk alert about the pupil p-1001 for `told`; `run` calls a command on them. */
export function alertScene(command: Command, told: readonly Duty[] = ['dsl']) {
  const { directory, close } = sampleRecords(3)
  close()
  giveDuties(directory)
  const db = openDatabase(`${directory}/${ALERTS_FILE}`, ALERTS_SCHEMA)
  const finding = aFinding({ category: null, rule: 'high_risk', seq: 2 })
  const { alert } = new AlertStore(db).raise(finding, { duties: told, topic: null, now: AT })
  db.close()
  const run = async (...args: string[]): Promise<Said> => {
    const [out, err]: [string[], string[]] = [[], []]
    const code = await command([...args, '--records', directory], {
      resolveRecords: () => ({ problem: 'no file' }),
      directionOf: DIRECTION_OF,
      dutiesOf,
      now: () => AT,
      out: (line) => out.push(line),
      err: (line) => err.push(line),
    })
    return { code, out: out.join('\n'), err: err.join('\n') }
  }
  return { directory, alert: alert.id, run }
}

/** Founded like an imported school: nobody's yes is asked for. */
function giveDuties(directory: string): void {
  const ledger = openLedger(directory)
  const roles = Object.entries(DUTIES).map(([person, duties]) => ({
    ...devicePut(PHONE),
    ...{ kind: 'role.put' as const, objectId: person, after: { ...holder(duties) } },
  }))
  ledger.append(roles, options(ledger.head().seq))
  ledger.close()
}
