import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { describeEntry } from '../../../records/ledger/describe-entry.ts'
import { exportLedger } from '../../../records/ledger/export-ledger.ts'
import { openLedger } from '../../../records/ledger/ledger.ts'
import { verifyLedger } from '../../../records/ledger/verify-ledger.ts'
import { erasePerson, type Erasure } from '../../../records/people/erase-person.ts'
import { People } from '../../../records/people/people.ts'
import { importFiles } from '../../../records/register/import-files.ts'
import { RegisterView } from '../../../records/register/register-view.ts'
import { NOW, PEOPLE, sampleSchool, type SampleSchool } from '../register/sample-school.ts'

const ERASURE: Erasure = {
  personRef: 'p-0001',
  actor: 'p-0002',
  reason: 'asked for it after leaving',
  site: 'ex',
  at: NOW + 1000,
}

function school(): SampleSchool {
  const made = sampleSchool()
  importFiles(made.files, NOW, made.deps)
  return made
}

/** Every octet that the store has on disk, log and all. */
function storedText(directory: string): string {
  return readdirSync(directory)
    .filter((name) => name.startsWith('ledger.sqlite') && !name.endsWith('-shm'))
    .map((name) => readFileSync(join(directory, name), 'latin1'))
    .join('')
}

test('the name and the salt are gone from the file, the chain verifies, the export shows no name', () => {
  const { deps, directory } = school()
  const { ledger } = deps
  const before = ledger.head().seq
  const salt = new People(ledger.db).find('p-0001')?.salt ?? ''
  // A name that was corrected earlier must not stay behind either.
  expect(storedText(directory)).toContain('Ada Example')
  expect(storedText(directory)).toContain(salt)

  expect(erasePerson(ledger, ERASURE)).toEqual({
    kind: 'erased',
    seq: before + 1,
    isScrubbed: true,
  })
  expect(storedText(directory)).not.toContain('Ada Example')
  expect(storedText(directory)).not.toContain(salt)
  expect(storedText(directory)).toContain('Bob Example')
  expect(verifyLedger(ledger)).toMatchObject({ ok: true, erased: 1 })
  expect([...exportLedger(ledger)].join('')).not.toContain('Ada')
  expect(new People(ledger.db).find('p-0001')).toBeUndefined()
})

test('a name that was corrected leaves nothing behind', () => {
  const { deps, directory, files, write } = school()
  write('people.csv', PEOPLE.replace('Ada Example', 'Ada Other'))
  importFiles(files, NOW, deps)
  deps.ledger.db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  expect(storedText(directory)).toContain('Ada Other')
  expect(storedText(directory)).not.toContain('Ada Example')
})

test('the ledger says who erased whose name and why, without the name', () => {
  const { deps } = school()
  erasePerson(deps.ledger, ERASURE)
  const [entry] = deps.ledger.entries(deps.ledger.head().seq - 1)
  expect(entry).toMatchObject({
    ...{ kind: 'person.erase', object_id: 'p-0001', actor: 'p-0002', actor_role: 'staff' },
    reason: 'asked for it after leaving',
  })
  if (entry === undefined) throw new Error('no entry')
  expect(describeEntry(entry)).toContain(
    'p-0002 (staff): erased the name of person `p-0001`; because: asked for it after leaving',
  )
})

test('a file that still has the name does not bring it back, and its facts count', () => {
  const { deps, files, write } = school()
  erasePerson(deps.ledger, ERASURE)
  expect(importFiles(files, NOW + 2000, deps).appended).toBe(0)
  write('people.csv', PEOPLE.replace('Ada Example,staff', 'Ada Example,sixth_form'))
  importFiles(files, NOW + 3000, deps)
  const people = new People(deps.ledger.db)
  expect(people.find('p-0001')).toBeUndefined()
  expect(verifyLedger(deps.ledger)).toMatchObject({ ok: true, erased: 1 })
})

test('who left and came back has a name again', () => {
  const { deps, files, write } = school()
  erasePerson(deps.ledger, ERASURE)
  write('people.csv', PEOPLE.replace('p-0001,Ada Example,staff\n', ''))
  write(
    'devices.csv',
    'id,octet,person_ref,role,ownership,type,state,aup,posture\nbob-phone,8,p-0002,staff,personal,phone,approved,signed,ok\n',
  )
  importFiles(files, NOW + 2000, deps)
  expect(deps.view.current().people.has('p-0001')).toBe(false)
  write('people.csv', PEOPLE)
  importFiles(files, NOW + 3000, deps)
  expect(new People(deps.ledger.db).find('p-0001')?.name).toBe('Ada Example')
  expect(verifyLedger(deps.ledger)).toMatchObject({ ok: true, erased: 0 })
})

test('what can’t be done is answered, and nothing is appended', () => {
  const { deps } = school()
  const { seq } = deps.ledger.head()
  const tryTo = (change: Partial<Erasure>) => erasePerson(deps.ledger, { ...ERASURE, ...change })
  expect(tryTo({ personRef: 'p-0009' })).toEqual({ kind: 'unknown' })
  expect(tryTo({ reason: 'asked' })).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('has less than 10 letters') as string,
  })
  expect(tryTo({ actor: 'p-0009' })).toEqual({
    kind: 'refused',
    message: '`p-0009` is no person of this school',
  })
  expect(deps.ledger.head().seq).toBe(seq)
  expect(new People(deps.ledger.db).find('p-0001')?.name).toBe('Ada Example')
})

test('a gate beside it, which has the file open, hinders nothing', () => {
  const { deps, directory } = school()
  const gate = openLedger(directory, { site: 'ex' })
  onTestFinished(() => {
    gate.close()
  })
  new RegisterView(gate).current()
  expect(erasePerson(deps.ledger, ERASURE)).toMatchObject({ kind: 'erased', isScrubbed: true })
  expect(new RegisterView(gate).current().erased.has('p-0001')).toBe(true)
  expect(storedText(directory)).not.toContain('Ada Example')
})

test('says so when a reader keeps the old pages in the log', () => {
  const { deps, directory } = school()
  const reader = openLedger(directory, { readOnly: true })
  reader.db.exec('BEGIN')
  reader.head()
  deps.ledger.db.exec('PRAGMA busy_timeout = 20')
  expect(erasePerson(deps.ledger, ERASURE)).toMatchObject({ kind: 'erased', isScrubbed: false })
  reader.db.exec('ROLLBACK')
  reader.close()
})
