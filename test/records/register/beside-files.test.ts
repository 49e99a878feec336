import { expect, test } from 'vitest'
import type { Edit } from '../../../records/governance/judge-edit.ts'
import { People } from '../../../records/people/people.ts'
import { draftImport, type Wanted } from '../../../records/register/draft-import.ts'
import { readDevicesCsv } from '../../../records/register/devices-csv.ts'
import { Problems } from '../../../records/register/csv-table.ts'
import type { Register } from '../../../records/register/register.ts'
import type { DeviceFacts } from '../../../rules/subject.ts'
import { device, sampleDesk } from '../governance/sample-desk.ts'

const HEADER = 'id,role,ownership,type,state,aup,posture\n'

function devicesIn(...rows: readonly string[]): Wanted {
  const value = readDevicesCsv(`${HEADER}${rows.join('\n')}\n`, 'devices.csv', null)
  if (value instanceof Problems) throw new Error('no table')
  const devices = { value: value, name: 'devices.csv' }
  return { site: 'ex', policy: null, people: null, devices, classes: null }
}

const ROW = 'other,staff,school,laptop,approved,signed,ok'

function put(facts: DeviceFacts): Edit {
  const after = { ...facts } as unknown as Edit['after']
  return { kind: 'device.put', objectId: facts.id, after }
}

test('a device that people have put is not taken away because a file does not name it', async () => {
  const { submit, view, ledger } = sampleDesk()
  await submit([put(device('own', 'staff', 'pending'))], 'it')
  const kinds = draftImport(devicesIn(ROW), view.current(), new People(ledger.db)).commands
  expect(kinds.filter(({ objectId }) => objectId === 'own')).toEqual([])
})

test('a list that is said to be all there is takes away what people have put, but for what was registered', async () => {
  const { submit, view, ledger } = sampleDesk()
  await submit([put(device('own', 'staff', 'pending'))], 'it')
  const goneBy = (register: Register) =>
    draftImport({ ...devicesIn(ROW), isAll: true }, register, new People(ledger.db))
      .commands.filter(({ kind }) => kind === 'device.remove')
      .map(({ objectId }) => objectId)
  expect(goneBy(view.current())).toContain('own')
  const registrations = new Map([['own', {} as never]])
  expect(goneBy({ ...view.current(), registrations })).not.toContain('own')
})

test('what shuts a device out was decided by a person: another row of the file does not lift it', async () => {
  const { submit, view, ledger } = sampleDesk()
  const facts = device('own', 'staff', 'approved')
  await submit([put({ ...facts, state: 'pending' })], 'it')
  await submit([put({ ...facts, state: 'lost' })], 'it')
  const row = 'own,staff,personal,phone,approved,signed,ok'
  const draft = () =>
    draftImport(devicesIn(row), view.current(), new People(ledger.db)).commands.find(
      ({ objectId }) => objectId === 'own',
    )
  // Other facts of the row count.
  expect(draft()?.after).toMatchObject({ state: 'lost', personRef: null })
  // Found again by a person, and the file may speak of it.
  await submit([put({ ...facts, state: 'approved' })], 'it')
  expect(draft()?.after).toMatchObject({ state: 'approved' })
})
