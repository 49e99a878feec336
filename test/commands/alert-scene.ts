import type { AlertDeps } from '../../commands/open-alerts.ts'
import { ALERTS_FILE, ALERTS_SCHEMA } from '../../records/alerts/alert-schema.ts'
import { AlertStore } from '../../records/alerts/alert-store.ts'
import type { Duty } from '../../records/alerts/told-duties.ts'
import { openDatabase } from '../../records/sqlite/open-database.ts'
import { aFinding, AT } from '../records/alerts/sample-alerts.ts'
import { sampleRecords } from '../records/backup/sample-records.ts'

/** p-0001 is the DSL, p-0003 the head, p-0004 the network manager; everybody else holds nothing. */
const DUTIES: Readonly<Record<string, readonly string[]>> = {
  'p-0001': ['dsl'],
  'p-0003': ['head', 'slt'],
  'p-0004': ['network_manager'],
}

export const REASON = ['--reason', 'seen and spoken with the pupil']

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

type Command = (args: readonly string[], deps: AlertDeps) => Promise<number>

/** Records with a journal and one high-risk alert about the pupil p-1001 for `told`; `run` calls a command on them. */
export function alertScene(command: Command, told: readonly Duty[] = ['dsl']) {
  const { directory, close } = sampleRecords(3)
  close()
  const db = openDatabase(`${directory}/${ALERTS_FILE}`, ALERTS_SCHEMA)
  const finding = aFinding({ category: null, rule: 'high_risk', seq: 2 })
  const { alert } = new AlertStore(db).raise(finding, { duties: told, topic: null, now: AT })
  db.close()
  const run = async (...args: string[]): Promise<Said> => {
    const [out, err]: [string[], string[]] = [[], []]
    const code = await command([...args, '--records', directory], {
      resolveRecords: () => ({ problem: 'no file' }),
      dutiesOf: (_directory, person) => DUTIES[person] ?? [],
      now: () => AT,
      out: (line) => out.push(line),
      err: (line) => err.push(line),
    })
    return { code, out: out.join('\n'), err: err.join('\n') }
  }
  return { directory, alert: alert.id, run }
}
