import { readList, type List } from '../../../records/imports/read-list.ts'
import {
  runImport,
  type ImportOrder,
  type ImportResult,
} from '../../../records/imports/run-import.ts'
import { readDevicesCsv } from '../../../records/register/devices-csv.ts'
import { Problems } from '../../../records/register/csv-table.ts'
import { directionOfDevice } from '../../../rules/direction/direction-of-device.ts'
import {
  AT,
  DIRECTION_OF,
  ON_DUTY,
  sampleDesk,
  type SampleDesk,
} from '../governance/sample-desk.ts'

export const PEOPLE_HEADER = 'person_ref,name,role,phase,year,email'
export const DEVICES_HEADER =
  'id,person_ref,role,phase,year,ownership,type,state,aup,posture,octet,address,mac,asset_tag,serial,make,model,disposed_on'

export interface RosterDesk extends SampleDesk {
  /** Imports a list as the network manager, or tries it. */
  readonly bring: (
    list: List,
    text: string | Uint8Array,
    more?: Partial<Omit<ImportOrder, 'read'>>,
  ) => Promise<ImportResult>
}

/** A school whose devices are judged by the real rules, with a way to bring lists in. */
export function rosterDesk(): RosterDesk {
  const scene = sampleDesk(ON_DUTY, { ...DIRECTION_OF, device: directionOfDevice })
  const bring: RosterDesk['bring'] = (list, text, more = {}) => {
    const source = { name: `${list}.csv`, octets: Buffer.from(text as string) }
    const by = { actor: 'nm', reason: 'the lists of this term' }
    const order = { whole: false, removes: null, by, at: AT, ...more }
    return runImport({ ...order, read: (context) => readList(list, source, context) }, scene)
  }
  return { ...scene, bring }
}

/** One row of a list of devices, from what is not as usual. */
export function deviceRow(cells: Readonly<Record<string, string>>): string {
  const usual: Readonly<Record<string, string>> = {
    ...{ role: 'staff', ownership: 'school', type: 'laptop', state: 'approved' },
    ...{ aup: 'signed', posture: 'ok' },
  }
  const row = { ...usual, ...cells }
  return DEVICES_HEADER.split(',')
    .map((column) => row[column as keyof typeof row] ?? '')
    .join(',')
}

/** What a text of devices says, for a test that knows it is right. */
export function devicesOf(text: string) {
  const table = readDevicesCsv(text, 'devices.csv', null)
  if (table instanceof Problems) throw new Error(JSON.stringify(table.kept))
  return table
}
