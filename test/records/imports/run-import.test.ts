import { expect, test } from 'vitest'
import { People } from '../../../records/people/people.ts'
import { verifyLedger } from '../../../records/ledger/verify-ledger.ts'
import { AT } from '../governance/sample-desk.ts'
import { deviceRow, DEVICES_HEADER, PEOPLE_HEADER, rosterDesk } from './roster-desk.ts'

const PEOPLE = [
  PEOPLE_HEADER,
  'p-pupil,Poppy Example,pupil,secondary,9,poppy@school.example',
  'p-new,Nia Example,pupil,secondary,8,',
  'p-old,Zoë Example,staff,,,zoe@school.example',
  '',
].join('\n')

test('a dry run shows the difference and changes nothing', async () => {
  const { bring, view } = rosterDesk()
  const before = view.current().headSeq
  const tried = await bring('people', PEOPLE, { by: null })
  expect(tried).toMatchObject({ state: 'tried', rows: 3, added: 2, changed: 2, removed: 0 })
  expect(tried.lines).toEqual([
    '~ person p-pupil phase none -> secondary, year none -> 9, name or address',
    '+ person p-new pupil secondary 8',
    '+ person p-old staff',
    expect.stringMatching(/^~ device pupil-phone .*year \w+ -> 9$/),
  ])
  expect(view.current().headSeq).toBe(before)
})

test('people are entries without a name, and their names lie beside them', async () => {
  const { bring, view, ledger } = rosterDesk()
  const done = await bring('people', PEOPLE)
  expect(done).toMatchObject({ state: 'applied', message: null, waits: 1 })
  expect(view.current().people.get('p-new')).toMatchObject({ role: 'pupil', year: 8 })
  expect(new People(ledger.db).find('p-old')).toMatchObject({ name: 'Zoë Example' })
  const entries = JSON.stringify([...ledger.entries(done.entries?.from)])
  for (const name of ['Example', 'zoe@']) expect(entries).not.toContain(name)
  expect(verifyLedger(ledger)).toMatchObject({ ok: true })
})

test('the same list again is no change', async () => {
  const { bring, view } = rosterDesk()
  await bring('people', PEOPLE)
  const { headSeq } = view.current()
  expect(await bring('people', PEOPLE)).toMatchObject({ state: 'tried', rows: 3, lines: [] })
  expect(view.current().headSeq).toBe(headSeq)
})

test('bad rows are told with their place and left out, the others count', async () => {
  const { bring, view } = rosterDesk()
  const text = [
    PEOPLE_HEADER,
    'p-1,"Ada\nExample",staff,,,',
    'p-2,Bob,headmaster,,,',
    'p-3,=1+1,staff,,,',
    'p-4,"Cy ""the"" Example, jr",staff,,,',
    'p-4,Dee,staff,,,',
    'p-5,Eve,staff,,,x@school.example',
    'p-6,Fay,staff,,,X@school.example',
    'p-7,"Gus,staff,,,',
    '',
  ].join('\n')
  const done = await bring('people', text)
  expect(done.problems).toEqual([
    'people.csv:2:5: name: holds a line break or another control character',
    'people.csv:4:9: role: `headmaster` is not one of pupil, staff, governor, visitor',
    'people.csv:5:5: name: `=1+1` begins like a formula of a spreadsheet',
    'people.csv:7:1: person_ref: `p-4` is in line 6 already',
    'people.csv:9:17: email: it is the address of `p-5` already',
    'people.csv:10:5: a quote that is never closed',
  ])
  expect(done).toMatchObject({ state: 'applied', rows: 2, problemCount: 6 })
  const people = [...view.current().people.keys()]
  expect(people).toEqual(expect.arrayContaining(['p-4', 'p-5']))
  expect(people).not.toContain('p-6')
})

test('an address that somebody else of the register has is refused', async () => {
  const { bring } = rosterDesk()
  await bring('people', PEOPLE)
  const done = await bring('people', `${PEOPLE_HEADER}\np-2,Bob,staff,,,zoe@school.example\n`)
  expect(done.problems).toEqual(['people.csv:2:17: email: it is the address of `p-old` already'])
})

test('UTF-16 of Excel and a semicolon list come in as they are, and a guess is told', async () => {
  const { bring, view, ledger } = rosterDesk()
  const tabs = PEOPLE.replaceAll(',', '\t')
  expect(await bring('people', Buffer.from(`\uFEFF${tabs}`, 'utf16le'))).toMatchObject({
    state: 'applied',
    problems: [],
    notes: [],
  })
  expect(new People(ledger.db).find('p-old')?.name).toBe('Zoë Example')
  const old = Buffer.from(`${PEOPLE_HEADER}\np-9,André,staff,,,\n`.replaceAll(',', ';'), 'latin1')
  expect((await bring('people', old)).notes).toEqual([
    'people.csv is no UTF-8 and was read as Windows-1252: look at names with accents',
  ])
  expect(view.current().people.has('p-9')).toBe(true)
})

test('what opens something for pupils waits for the lead, the rest is in force, and twice is once', async () => {
  const { bring, view, desk } = rosterDesk()
  const rows = [
    DEVICES_HEADER,
    deviceRow({ id: 'd-1', person_ref: 'p-pupil', role: 'pupil', phase: 'secondary', year: '9' }),
    deviceRow({ id: 'd-2', person_ref: 'p-staff', asset_tag: 'A-0001', make: 'Dell' }),
    '',
  ].join('\n')
  const done = await bring('devices', rows)
  expect(done).toMatchObject({ state: 'applied', waits: 1, proposal: { approvers: ['dsl'] } })
  expect(view.current().devices.get('d-2')?.asset).toEqual({ tag: 'A-0001', make: 'Dell' })
  expect(view.current().devices.has('d-1')).toBe(false)
  expect(await bring('devices', rows)).toMatchObject({ state: 'tried', waits: 0, waitsAlready: 1 })
  const [id = ''] = view.current().proposals.keys()
  expect(await desk.approve(id, 'dsl', 'looked at every device', AT)).toMatchObject({
    kind: 'applied',
  })
  expect(await bring('devices', rows)).toMatchObject({ state: 'tried', lines: [], waitsAlready: 0 })
})

test('who may not import changes nothing, and a reason is needed', async () => {
  const { bring, view } = rosterDesk()
  const { headSeq } = view.current()
  const teacher = await bring('people', PEOPLE, { by: { actor: 'teacher', reason: 'as a favour' } })
  expect(teacher).toMatchObject({
    state: 'refused',
    message: '`teacher` (teacher) may not do `person.put` (neutral)',
  })
  const terse = await bring('people', PEOPLE, { by: { actor: 'nm', reason: 'new' } })
  expect(terse.message).toContain('has less than 10 letters')
  expect(view.current().headSeq).toBe(headSeq)
})

/** A school of twenty more pupils, each with a phone of his own. */
async function bigSchool() {
  const scene = rosterDesk()
  const ids = Array.from({ length: 20 }, (_, n) => `p-${100 + n}`)
  const list = (some: readonly string[]): string =>
    [
      PEOPLE_HEADER,
      'p-pupil,Poppy Example,pupil,secondary,9,',
      'p-staff,Sam Example,staff,,,',
      ...some.map((ref) => `${ref},Pupil ${ref},pupil,secondary,9,`),
      '',
    ].join('\n')
  await scene.bring('people', list(ids))
  return { ...scene, ids, list }
}

test('a whole list that has lost a tenth of the pupils is refused until somebody says how many go', async () => {
  const { bring, view, ids, list } = await bigSchool()
  const { headSeq } = view.current()
  const text = list(ids.slice(6))
  const refused = await bring('people', text, { whole: true })
  expect(refused).toMatchObject({ state: 'refused', removed: 6 })
  expect(refused.message).toBe(
    'it would take away 6 of 21 pupils (29 %), and more than 10 % is taken for a mistake; ' +
      'if it is none, say how many go: 6',
  )
  expect((await bring('people', text, { whole: true, removes: 7 })).message).toBe(
    'it takes away 6, not 7',
  )
  expect(view.current().headSeq).toBe(headSeq)
  expect(await bring('people', text, { whole: true, removes: 6 })).toMatchObject({
    state: 'applied',
    removed: 6,
  })
  expect(view.current().people.size).toBe(16)
})

test('a list that is not the whole school takes nobody away, and an empty whole one is cut off', async () => {
  const { bring, view, list } = await bigSchool()
  expect(await bring('people', list([]))).toMatchObject({ state: 'tried', removed: 0 })
  const cut = await bring('people', `${PEOPLE_HEADER}\n`, { whole: true })
  expect(cut).toMatchObject({ state: 'refused', problemCount: 1 })
  expect(view.current().people.size).toBe(22)
})

test('a leaver’s own devices are revoked and the school’s recalled, at once; a day to come is not yet', async () => {
  const { bring, view } = rosterDesk()
  const rows = ['staff-own:personal', 'staff-school:school'].map((text) => {
    const [id = '', ownership = ''] = text.split(':')
    return deviceRow({ id, ownership, person_ref: 'p-staff' })
  })
  await bring('devices', [DEVICES_HEADER, ...rows, ''].join('\n'))
  const later = await bring('leavers', 'person_ref,left\np-staff,2026-12-18\n')
  expect(later.problems).toEqual([
    'leavers.csv:2:9: left: `p-staff` is still here until 2026-12-18: import the row again then',
  ])
  const done = await bring('leavers', 'person_ref,left\np-staff,2026-11-24\np-none,\n')
  expect(done).toMatchObject({ state: 'applied', removed: 1, waits: 0, problemCount: 1 })
  const { people, devices } = view.current()
  expect(people.has('p-staff')).toBe(false)
  expect(devices.get('staff-own')?.state).toBe('revoked')
  expect(devices.get('staff-school')?.state).toBe('recalled')
})

test('who moves up a year takes his devices along, and who leaves with a duty is named', async () => {
  const { bring, view } = rosterDesk()
  await bring('people', `${PEOPLE_HEADER}\np-pupil,Poppy,pupil,secondary,9,\nnm,Nm,staff,,,\n`)
  expect(view.current().devices.get('pupil-phone')).toMatchObject({ state: 'suspended' })
  const up = await bring('people', `${PEOPLE_HEADER}\np-pupil,Poppy,pupil,sixth,12,\n`, {
    by: null,
  })
  expect(up.lines).toEqual([
    '~ person p-pupil phase secondary -> sixth, year 9 -> 12',
    expect.stringMatching(/^~ device pupil-phone phase \w+ -> sixth, year \w+ -> 12$/),
  ])
  const left = await bring('leavers', 'person_ref\nnm\n', { by: null })
  expect(left.notes).toEqual(['who leaves still has duties, which the head takes away: nm'])
})

test('a device of nobody, with an address, a tag or a number of another’s, is refused with its place', async () => {
  const { bring } = rosterDesk()
  const first = deviceRow({ id: 'd-1', octet: '40', mac: '02:00:00:00:00:01', serial: 'S1' })
  await bring('devices', `${DEVICES_HEADER}\n${first}\n`)
  const rows = [
    deviceRow({ id: 'd-2', octet: '40' }),
    deviceRow({ id: 'd-3', mac: '02-00-00-00-00-01' }),
    deviceRow({ id: 'd-4', serial: 'S1' }),
    deviceRow({ id: 'd-5', person_ref: 'p-nobody' }),
    deviceRow({ id: 'd-6', ownership: 'personal', serial: 'S6' }),
    deviceRow({ id: 'd-7', disposed_on: '2026-02-31' }),
  ]
  const done = await bring('devices', [DEVICES_HEADER, ...rows, ''].join('\n'))
  expect(done.problems.map((line) => line.replace(/^devices\.csv:(\d+):\d+/, '$1'))).toEqual([
    '2: octet: `40` belongs to device `d-1` already',
    '3: mac: `02:00:00:00:00:01` belongs to device `d-1` already',
    '4: serial: `S1` belongs to device `d-1` already',
    '5: person_ref: `p-nobody` is not in people.csv',
    '6: serial: is kept of the school’s own devices alone',
    '7: disposed_on: `2026-02-31` is no day as 2026-11-25',
  ])
})

test('a clash that the list itself clears is none', async () => {
  const { bring } = rosterDesk()
  const two = (a: string, b: string): string =>
    [
      DEVICES_HEADER,
      deviceRow({ id: 'd-1', octet: a }),
      deviceRow({ id: 'd-2', octet: b }),
      '',
    ].join('\n')
  await bring('devices', two('40', '41'))
  expect(await bring('devices', two('41', '40'))).toMatchObject({ problemCount: 0, changed: 2 })
})

test('10,000 devices come in, and once more as no change; the time is printed', async () => {
  const { bring, view } = rosterDesk()
  const rows = Array.from({ length: 10_000 }, (_, n) =>
    deviceRow({
      ...{ id: `d-${n}`, person_ref: 'p-staff', address: `10.${n >> 8}.${n & 255}.7` },
      ...{ asset_tag: `A-${n}`, serial: `S-${n}`, make: 'Dell', model: 'Latitude 5440' },
    }),
  )
  const text = [DEVICES_HEADER, ...rows, ''].join('\n')
  const began = performance.now()
  const done = await bring('devices', text)
  const tookMs = performance.now() - began
  expect(done).toMatchObject({ state: 'applied', rows: 10_000, added: 10_000, problemCount: 0 })
  expect(view.current().devices.size).toBe(10_002)
  const again = performance.now()
  expect(await bring('devices', text)).toMatchObject({ state: 'tried', added: 0, changed: 0 })
  const againMs = performance.now() - again
  console.log(`10,000 devices: ${Math.round(tookMs)} ms, again ${Math.round(againMs)} ms`)
  // Five seconds are what issue 5 gives a machine of its own; a loaded one may be six times as slow.
  expect(tookMs).toBeLessThan(30_000)
}, 120_000)

test('10,000 bad rows are all told', async () => {
  const { bring } = rosterDesk()
  const rows = Array.from({ length: 10_000 }, (_, n) => deviceRow({ id: `d-${n}`, state: 'fine' }))
  const done = await bring('devices', [DEVICES_HEADER, ...rows, ''].join('\n'))
  expect(done).toMatchObject({ state: 'tried', rows: 0, problemCount: 10_000 })
  expect(done.problems).toHaveLength(10_000)
  expect(done.problems.at(-1)).toMatch(/^devices\.csv:10001:\d+: state: `fine` is not one of/)
}, 60_000)
