import { rmSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { exportLedger } from '../../../records/ledger/export-ledger.ts'
import { openLedger } from '../../../records/ledger/ledger.ts'
import { verifyLedger } from '../../../records/ledger/verify-ledger.ts'
import { People } from '../../../records/people/people.ts'
import { importFiles, type ImportReport } from '../../../records/register/import-files.ts'
import { describeProblem } from '../../../rules/policy/yaml-source.ts'
import { devicePut, options, PHONE } from '../ledger/sample-ledger.ts'
import { DEVICES, NOW, PEOPLE, sampleSchool, type SampleSchool } from './sample-school.ts'

function importInto({ files, deps }: SampleSchool, now = NOW): ImportReport {
  return importFiles(files, now, deps)
}

/** Problems without the directory, which differs from run to run. */
function said(report: ImportReport): string[] {
  return report.problems.map((problem) =>
    describeProblem({ ...problem, file: basename(problem.file) }),
  )
}

test('the first import founds the ledger, in one batch that needs no approval', () => {
  const school = sampleSchool()
  const report = importInto(school)
  expect(report).toMatchObject({
    founded: true,
    appended: 6,
    changed: { policy: 1, people: 2, devices: 2 },
    policyRefused: false,
    problems: [],
    head: { seq: 6, policyVersion: 1 },
  })
  const entries = [...school.deps.ledger.entries()]
  expect(entries.map(({ kind, object_id }) => `${kind} ${object_id}`)).toEqual([
    'ledger.found ex',
    'policy.put policy',
    'person.put p-0001',
    'person.put p-0002',
    'device.put ada-phone',
    'device.put bob-phone',
  ])
  expect(new Set(entries.map(({ batch }) => batch)).size).toBe(1)
  for (const entry of entries) {
    expect(entry).toMatchObject({ actor: 'file', ts: '2026-11-24T10:00:00.000Z', before: null })
    expect(entry.approval).toMatchObject({ needed: false, comment: 'founds the ledger' })
    expect(entry.direction).toBe('neutral')
    expect(entry.reason.length).toBeGreaterThanOrEqual(10)
  }
  expect(school.deps.view.current().policy).toMatchObject({
    name: 'policy.yaml',
    text: 'school: {name: Example}\n',
  })
  expect(verifyLedger(school.deps.ledger).ok).toBe(true)
})

test('names stay beside the ledger, and leave with their row', () => {
  const school = sampleSchool()
  importInto(school)
  expect([...exportLedger(school.deps.ledger)].join('\n')).not.toMatch(/Ada|Bob/)
  expect(new People(school.deps.ledger.db).find('p-0001')?.name).toBe('Ada Example')
  school.deps.ledger.db.exec(`DELETE FROM people WHERE person_ref = 'p-0001'`)
  expect(verifyLedger(school.deps.ledger)).toMatchObject({ ok: true, erased: 1 })
})

test('unchanged files append nothing', () => {
  const school = sampleSchool()
  importInto(school)
  expect(importInto(school, NOW + 1)).toMatchObject({ founded: false, appended: 0, problems: [] })
  const again = openLedger(school.directory)
  expect(again.head().seq).toBe(6)
  again.close()
})

type Edit = (school: SampleSchool) => void

const EDITS: readonly [says: string, edit: Edit, entries: readonly string[]][] = [
  [
    'a lost phone',
    ({ write }) => {
      write('devices.csv', DEVICES.replace('approved,signed,ok\nbob', 'lost,signed,ok\nbob'))
    },
    ['device.put ada-phone approved -> lost'],
  ],
  [
    'a device that is gone from the file',
    ({ write }) => {
      write('devices.csv', DEVICES.replace(/bob.*\n/, ''))
    },
    ['device.remove bob-phone approved -> '],
  ],
  [
    'a note, which is the file’s own',
    ({ write }) => {
      const lines = DEVICES.trim().split('\n')
      write('devices.csv', lines.map((line, i) => `${line},${i === 0 ? 'note' : 'x'}`).join('\n'))
    },
    [],
  ],
  [
    'rows in another order, with CRLF',
    ({ write }) => {
      const [head, ...rows] = DEVICES.trim().split('\n')
      write('devices.csv', [head, ...rows.reverse()].join('\r\n'))
    },
    [],
  ],
  [
    'a new name',
    ({ write }) => {
      write('people.csv', PEOPLE.replace('Ada Example', 'Ada Married'))
    },
    ['person.put p-0001  -> '],
  ],
  [
    'a person who left, with the phone',
    ({ write }) => {
      write('people.csv', PEOPLE.replace(/p-0002.*\n/, ''))
      write('devices.csv', DEVICES.replace(/bob.*\n/, ''))
    },
    ['device.remove bob-phone approved -> ', 'person.remove p-0002  -> '],
  ],
  [
    'another policy',
    ({ write }) => {
      write('policy.yaml', 'school: {name: Renamed}\n')
    },
    ['policy.put policy  -> '],
  ],
]

test.each(EDITS)('%s: only what changed is appended', (_, edit, expected) => {
  const school = sampleSchool()
  importInto(school)
  edit(school)
  const report = importInto(school, NOW + 60_000)
  expect(said(report)).toEqual([])
  const state = (facts: unknown) => (facts as { state?: string } | null)?.state ?? ''
  const appended = [...school.deps.ledger.entries(6)].map(
    ({ kind, object_id, before, after }) =>
      `${kind} ${object_id} ${state(before)} -> ${state(after)}`,
  )
  expect(appended.toSorted()).toEqual(expected)
  for (const { approval, before } of school.deps.ledger.entries(6)) {
    expect(approval).toBeNull()
    expect(before).not.toBeNull()
  }
  expect(importInto(school).appended).toBe(0)
  expect(verifyLedger(school.deps.ledger).ok).toBe(true)
})

const BROKEN: readonly [says: string, edit: Edit, problem: string][] = [
  [
    'a broken policy',
    ({ write }) => {
      write('policy.yaml', 'broken')
    },
    'policy.yaml:1:1: school: broken',
  ],
  [
    'a misspelt column',
    ({ write }) => {
      write('devices.csv', DEVICES.replace('octet', 'octett'))
    },
    'devices.csv:1:4: unknown column `octett`; did you mean `octet`?',
  ],
  [
    'a file that is gone',
    ({ files }) => {
      rmSync(files.people ?? '')
    },
    "people.csv:1:1: can't be read",
  ],
  [
    'a file that was cut off behind its header',
    ({ write }) => {
      write('devices.csv', `${DEVICES.split('\n')[0] ?? ''}\n`)
    },
    'devices.csv:1:1: no rows below the header, and the register has 2',
  ],
]

test.each(BROKEN)(
  '%s changes nothing of its kind, and the others still count',
  (_, edit, problem) => {
    const school = sampleSchool()
    importInto(school)
    const before = school.deps.view.current()
    edit(school)
    const report = importInto(school)
    expect(said(report)[0]).toContain(problem)
    expect(report.problemCount).toBe(1)
    expect(report.appended).toBe(0)
    expect(school.deps.view.current()).toBe(before)

    school.write('policy.yaml', 'school: {name: Renamed}\n')
    expect(importInto(school).changed.policy).toBe(1)
  },
)

test('a bad row leaves its device as it was, and takes no other with it', () => {
  const school = sampleSchool()
  importInto(school)
  school.write(
    'devices.csv',
    DEVICES.replace('7,p-0001,staff', '7,p-0001,stuff').replace(/bob.*\n/, ''),
  )
  const report = importInto(school)
  expect(said(report)).toEqual([
    'devices.csv:2:20: role: `stuff` is not one of pupil, staff, governor, visitor; did you mean `staff`?',
  ])
  expect([...school.deps.view.current().devices.keys()]).toEqual(['ada-phone'])
})

test('while a row can not be told, no device is taken for removed', () => {
  const school = sampleSchool()
  importInto(school)
  school.write('devices.csv', DEVICES.replace('bob-phone', '"bob-phone').replace('7,p', '9,p'))
  const report = importInto(school)
  expect(said(report)).toEqual(['devices.csv:3:1: a quote that is never closed'])
  expect(report.changed.devices).toBe(1)
  expect([...school.deps.view.current().devices.keys()]).toEqual(['ada-phone', 'bob-phone'])
})

test('a device of a person who is in no row is refused, unless the people file is damaged', () => {
  const school = sampleSchool()
  school.write('people.csv', PEOPLE.replace(/p-0002.*\n/, ''))
  expect(said(importInto(school))).toEqual([
    'devices.csv:3:13: person_ref: `p-0002` is not in people.csv',
  ])
  const damaged = sampleSchool()
  damaged.write('people.csv', PEOPLE.replace('p-0002', '"p-0002'))
  expect(said(importInto(damaged))).toEqual(['people.csv:3:1: a quote that is never closed'])
  expect(damaged.deps.view.current().devices.size).toBe(2)
})

test('a ledger is not founded without a policy', () => {
  const school = sampleSchool()
  school.write('policy.yaml', 'broken')
  expect(importInto(school)).toMatchObject({ founded: false, appended: 0, policyRefused: true })
  school.write('policy.yaml', 'good')
  expect(importInto(school)).toMatchObject({ founded: true, policyRefused: false })
})

test('a school without people and devices files is founded by its policy', () => {
  const { files, deps } = sampleSchool()
  const report = importFiles({ ...files, people: null, devices: null }, NOW, deps)
  expect(report).toMatchObject({ founded: true, appended: 2, problems: [] })
})

test('an import that meets another writer looks again and appends what is still missing', () => {
  const school = sampleSchool()
  importInto(school)
  school.write('devices.csv', DEVICES.replace('approved,signed,ok\nbob', 'lost,signed,ok\nbob'))
  const { deps, files } = school
  const other = openLedger(school.directory)
  let met = 0
  const meddled = {
    ...deps,
    // Reading the policy lies between reading the head and appending: here the other writer comes in.
    checkPolicy: () => {
      if (met++ === 0) other.append([devicePut({ ...PHONE, id: 'third' })], options(6))
      return []
    },
  }
  expect(importFiles(files, NOW, meddled)).toMatchObject({ appended: 2, head: { seq: 9 } })
  expect([...other.entries(6)].map(({ kind, object_id }) => `${kind} ${object_id}`)).toEqual([
    'device.put third',
    'device.put ada-phone',
    // The files say what there is, and they do not name it.
    'device.remove third',
  ])
  expect(met).toBe(2)
  other.close()
})

test('ten thousand devices are imported in five seconds, and compared in one', () => {
  const school = sampleSchool()
  const refs = Array.from({ length: 10_000 }, (_, i) => `p-${i}`)
  school.write(
    'people.csv',
    `person_ref,name,role\n${refs.map((ref, i) => `${ref},Name ${i},staff\n`).join('')}`,
  )
  const header = 'id,address,person_ref,role,ownership,type,state,aup,posture\n'
  const rows = refs.map(
    (ref, i) => `d-${i},10.${i >> 8}.${i & 255}.1,${ref},staff,personal,phone,approved,signed,ok\n`,
  )
  school.write('devices.csv', header + rows.join(''))
  const started = performance.now()
  expect(importInto(school)).toMatchObject({ problemCount: 0, appended: 20_002 })
  const imported = performance.now()
  expect(importInto(school)).toMatchObject({ problemCount: 0, appended: 0 })
  const compared = performance.now()
  expect(imported - started).toBeLessThan(5_000)
  expect(compared - imported).toBeLessThan(2_500)
})
