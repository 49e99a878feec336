import { expect, test } from 'vitest'
import { readExample, readExamplePolicy } from './example-engine.ts'
import { readClassesCsv } from '../../records/register/classes-csv.ts'
import { Problems, type Table } from '../../records/register/csv-table.ts'
import { readDevicesCsv } from '../../records/register/devices-csv.ts'
import { readPeopleCsv } from '../../records/register/people-csv.ts'

const people = rowsOf(readPeopleCsv(readExample('people.csv'), 'people.csv'))
const devices = rowsOf(
  readDevicesCsv(readExample('devices.csv'), 'devices.csv', new Set(people.keys())),
)
const classes = rowsOf(
  readClassesCsv(readExample('classes.csv'), 'classes.csv', new Set(people.keys())),
)
const policy = readExamplePolicy()
const readme = readExample('README.md')

test('every device belongs to somebody who has the same role', () => {
  const wrong = [...devices.values()].filter(
    ({ personRef, role }) => people.get(personRef ?? '')?.facts.role !== role,
  )
  expect(wrong).toEqual([])
})

test('everybody in the example school has a device, and nobody is there twice', () => {
  const owners = new Set([...devices.values()].map(({ personRef }) => personRef))
  expect([...people.keys()].filter((ref) => !owners.has(ref))).toEqual([])
  const names = [...people.values()].map(({ details }) => details.name)
  expect(new Set(names).size).toBe(names.length)
})

test('every class has a teacher of the staff and pupils with a device, and meets when the school is open', () => {
  expect([...classes.keys()]).toEqual(['4/1', '9b/Sc1', '11a/Hi1', '12/Cs1'])
  const roleOf = (ref: string) => people.get(ref)?.facts.role
  for (const { teachers, pupils, meetings } of classes.values()) {
    expect(teachers.map(roleOf)).toEqual(['staff'])
    expect(new Set(pupils.map(roleOf))).toEqual(new Set(['pupil']))
    for (const { day } of meetings) expect(['mon', 'tue', 'wed', 'thu', 'fri']).toContain(day)
  }
})

test('people without a phase have no year, and pupils are in a phase of the policy', () => {
  for (const { role, phase, year } of devices.values()) {
    if (role === 'pupil') {
      expect(policy.school.phases).toContain(phase)
      expect(year).not.toBeNull()
    } else expect([phase, year]).toEqual([null, null])
  }
})

test.each([
  ['staff-phone', { octet: 7, ownership: 'personal', type: 'phone', posture: 'ok' }],
  ['staff-watch', { octet: 9, posture: 'not_applicable' }],
  ['staff-work', { octet: 10, ownership: 'school', carriesCa: true }],
  ['staff-noaup', { octet: 11, aup: 'missing' }],
  ['staff-failing', { octet: 12, posture: 'failed:disk_encryption' }],
  ['staff-lost', { octet: 13, state: 'lost' }],
  ['staff-carer', { octet: 14, grant: 'dependant_illness' }],
  ['pupil-y9-medical', { octet: 23, grant: 'medical', year: 9 }],
  ['pupil-y11-laptop', { octet: 26, examCandidate: true, ownership: 'school' }],
  ['pupil-y11-phone', { octet: 27, examCandidate: true, ownership: 'personal' }],
  ['visitor-phone', { octet: 31, voucher: 'active' }],
  ['visitor-expired', { octet: 32, voucher: 'expired' }],
])('%s has the facts that the acceptance vectors assume', (id, facts) => {
  expect(devices.get(id)).toMatchObject(facts)
})

test('the README names every device with its octet and every zone with its network', () => {
  const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  const missingDevices = [...devices.values()].filter(
    ({ id, octet }) => !rows.some(([, first, second]) => first === String(octet) && second === id),
  )
  const missingZones = policy.zones.filter(
    ({ id, networks: [network] }) =>
      network !== undefined &&
      !rows.some(([, first, second]) => first === id && second === network),
  )
  expect(missingDevices).toEqual([])
  expect(missingZones).toEqual([])
})

function rowsOf<T>(table: Table<T> | Problems): ReadonlyMap<string, T> {
  const problems = table instanceof Problems ? table : table.problems
  if (problems.count > 0 || table instanceof Problems) {
    throw new Error(`the example has problems: ${JSON.stringify(problems.kept)}`)
  }
  return table.rows
}
