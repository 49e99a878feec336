import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Problems, type Table } from '../../../records/register/csv-table.ts'
import { readDevicesCsv } from '../../../records/register/devices-csv.ts'
import { describeProblem } from '../../../rules/policy/yaml-source.ts'
import type { DeviceFacts } from '../../../rules/subject.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

const HEADER =
  'id,octet,address,person_ref,role,phase,year,ownership,type,state,aup,posture,grant,voucher,exam_candidate,school_ca,note'
const GOOD = {
  id: 'staff-phone',
  octet: '7',
  address: '',
  person_ref: 'p-0001',
  role: 'staff',
  phase: '',
  year: '',
  ownership: 'personal',
  type: 'phone',
  state: 'approved',
  aup: 'signed',
  posture: 'ok',
  grant: '',
  voucher: '',
  exam_candidate: 'no',
  school_ca: '',
  note: '',
}

function read(text: string, people: readonly string[] | null = null): Table<DeviceFacts> {
  const table = readDevicesCsv(text, 'devices.csv', people && new Set(people))
  if (table instanceof Problems) throw new Error(table.kept.map(describeProblem).join('\n'))
  return table
}

function row(cells: Partial<typeof GOOD>): string {
  return Object.values({ ...GOOD, ...cells }).join(',')
}

function factsOf(cells: Partial<typeof GOOD>): DeviceFacts | undefined {
  const { rows, problems } = read(`${HEADER}\n${row(cells)}\n`)
  expect(problems.kept).toEqual([])
  return [...rows.values()][0]
}

test('a row becomes the facts of a device', () => {
  expect(factsOf({ note: 'lent in May' })).toEqual({
    id: 'staff-phone',
    personRef: 'p-0001',
    role: 'staff',
    phase: null,
    year: null,
    ownership: 'personal',
    type: 'phone',
    state: 'approved',
    aup: 'signed',
    posture: 'ok',
    grant: null,
    voucher: null,
    examCandidate: false,
    carriesCa: false,
    octet: 7,
    addresses: [],
  })
})

const FACTS: readonly [says: string, cells: Partial<typeof GOOD>, facts: Partial<DeviceFacts>][] = [
  ['a school device carries the CA', { ownership: 'school' }, { carriesCa: true }],
  ['unless it says no', { ownership: 'school', school_ca: 'no' }, { carriesCa: false }],
  ['a personal device may carry it', { school_ca: 'yes' }, { carriesCa: true }],
  [
    'a pupil has phase and year',
    { role: 'pupil', phase: 'sixth', year: '12' },
    { phase: 'sixth', year: 12 },
  ],
  ['reception is year 0', { role: 'pupil', phase: 'primary', year: '0' }, { year: 0 }],
  [
    'a failed check is named',
    { posture: 'failed:disk_encryption' },
    { posture: 'failed:disk_encryption' },
  ],
  [
    'a grant and a voucher',
    { grant: 'medical', voucher: 'expired' },
    { grant: 'medical', voucher: 'expired' },
  ],
  ['nobody in particular', { person_ref: '' }, { personRef: null }],
  [
    'addresses take the form in which sockets tell them',
    { octet: '', address: '10.1.2.3  2001:DB8::0:1' },
    { octet: null, addresses: ['10.1.2.3', '2001:db8::1'] },
  ],
  ['a zone id is no part of an address', { address: 'fe80::1%eth0' }, { addresses: ['fe80::1'] }],
]

test.each(FACTS)('%s', (_, cells, facts) => {
  expect(factsOf(cells)).toMatchObject(facts)
})

const BAD: readonly [says: string, cells: Partial<typeof GOOD>, problem: string][] = [
  [
    'a misspelt state',
    { state: 'lsot' },
    'state: `lsot` is not one of approved, pending, quarantine, suspended, lost, confiscated, recalled, revoked, disposed; did you mean `lost`?',
  ],
  ['a pupil without a phase', { role: 'pupil' }, 'phase: missing: a pupil has a phase'],
  ['a teacher with one', { phase: 'sixth' }, 'phase: only pupils have a phase'],
  ['an octet of the network itself', { octet: '0' }, 'octet: `0` is not a number from 1 to 254'],
  [
    'an address that is none',
    { address: '10.1.2.300' },
    'address: `10.1.2.300` is not an IP address',
  ],
  [
    'a router',
    { address: '::1 ::2 ::3 ::4 ::5 ::6 ::7 ::8 ::9' },
    'address: 9 addresses, a device has at most 8',
  ],
  [
    'a failed check without its name',
    { posture: 'failed' },
    'posture: a failed check is named after a colon, as in `failed:disk_encryption`',
  ],
  [
    'a posture nobody knows',
    { posture: 'fine' },
    'posture: `fine` is not one of ok, not_applicable, stale',
  ],
  ['a yes that is none', { exam_candidate: 'ja' }, 'exam_candidate: `ja` is not one of yes, no'],
  ['a person nobody knows', { person_ref: 'p-0002' }, 'person_ref: `p-0002` is not in people.csv'],
]

test.each(BAD)('%s costs the row', (_, cells, problem) => {
  const { rows, spoilt, problems } = read(`${HEADER}\n${row(cells)}\n`, ['p-0001'])
  expect(problems.kept.map(describeProblem).map((text) => text.replace(/^[^ ]* /, ''))).toEqual([
    problem,
  ])
  expect(rows.size).toBe(0)
  expect([...spoilt]).toEqual(['staff-phone'])
})

test('a problem is reported at its cell', () => {
  const { problems } = read(`${HEADER}\n${row({ state: 'gone' })}\n`)
  expect(problems.kept[0]).toMatchObject({ line: 2, col: 46, path: 'state' })
})

test('two devices at one place would be mistaken for each other', () => {
  const other = { id: 'other', octet: '8', address: '10.0.0.1' }
  const { rows, problems } = read(
    [
      HEADER,
      row({ address: '10.0.0.1' }),
      row(other),
      row({ id: 'third', octet: '7', address: '' }),
    ].join('\n'),
  )
  expect([...rows.keys()]).toEqual(['staff-phone'])
  expect(problems.kept.map(({ message }) => message)).toEqual([
    '`10.0.0.1` belongs to device `staff-phone` already',
    '`7` belongs to device `staff-phone` already',
  ])
})

test('the devices of the example school are all good', () => {
  const path = join(import.meta.dirname, '../../../examples/devices.csv')
  const { rows, problems } = read(readFileSync(path, 'utf8'))
  expect(problems.kept).toEqual([])
  expect(rows.size).toBe(19)
  expect(rows.get('pupil-y9-medical')).toMatchObject({ grant: 'medical', year: 9, octet: 23 })
})

test('no text is thrown at, and no row with a problem counts', () => {
  const word = fc.oneof(
    fc.constantFrom(...Object.values(GOOD), 'pupil', 'fe80::1%', '::ffff:1.2.3.4', '"', '\n'),
    fc.string({ maxLength: 12 }),
  )
  const lines = fc.array(fc.array(word, { maxLength: 18 }), { maxLength: 6 })
  fc.assert(
    fc.property(lines, (table) => {
      const text = `${HEADER}\n${table.map((cells) => cells.join(',')).join('\n')}`
      const { rows, problems } = read(text)
      const places = problems.kept.map(({ line }) => line)
      expect(places.every((line) => line > 1)).toBe(true)
      for (const facts of rows.values()) expect(facts.id).toMatch(/^[\w.:-]+$/)
    }),
    { numRuns: FUZZ_RUNS },
  )
})
