import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { describeEntry } from '../../../records/ledger/describe-entry.ts'
import { exportLedger } from '../../../records/ledger/export-ledger.ts'
import { openLedger, type Ledger } from '../../../records/ledger/ledger.ts'
import { verifyLedger } from '../../../records/ledger/verify-ledger.ts'
import { erasePerson, type Erased, type Erasure } from '../../../records/people/erase-person.ts'
import { People } from '../../../records/people/people.ts'
import { importFiles } from '../../../records/register/import-files.ts'
import { RegisterView } from '../../../records/register/register-view.ts'
import { deskOn, holder, REASON, roleEdit } from '../governance/sample-desk.ts'
import { NOW, PEOPLE, sampleSchool, type SampleSchool } from '../register/sample-school.ts'

const ERASURE: Erasure = {
  personRef: 'p-0001',
  actor: 'p-0002',
  reason: 'asked for it after leaving',
  at: NOW + 1000,
}

/** A school whose head is `p-0002`. */
async function school(): Promise<SampleSchool> {
  const made = sampleSchool()
  importFiles(made.files, NOW, made.deps)
  const { desk } = deskOn(made.deps.ledger)
  const basedOn = made.deps.view.current().headSeq
  const edits = [roleEdit('p-0002', holder(['head']))]
  await desk.submit({ basedOn, reason: REASON, edits }, 'console', NOW)
  return made
}

function erase(ledger: Ledger, change: Partial<Erasure> = {}): Promise<Erased> {
  const { desk, view } = deskOn(ledger)
  const basedOn = view.current().headSeq
  return erasePerson({ ledger, desk, basedOn }, { ...ERASURE, ...change })
}

/** Every octet that the store has on disk, log and all. */
function storedText(directory: string): string {
  return readdirSync(directory)
    .filter((name) => name.startsWith('ledger.sqlite') && !name.endsWith('-shm'))
    .map((name) => readFileSync(join(directory, name), 'latin1'))
    .join('')
}

test('the name and the salt are gone from the file, the chain verifies, the export shows no name', async () => {
  const { deps, directory } = await school()
  const { ledger } = deps
  const before = ledger.head().seq
  const salt = new People(ledger.db).find('p-0001')?.salt ?? ''
  // A name that was corrected earlier must not stay behind either.
  expect(storedText(directory)).toContain('Ada Example')
  expect(storedText(directory)).toContain(salt)

  expect(await erase(ledger)).toEqual({
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

test('a name that was corrected leaves nothing behind', async () => {
  const { deps, directory, files, write } = await school()
  write('people.csv', PEOPLE.replace('Ada Example', 'Ada Other'))
  importFiles(files, NOW, deps)
  deps.ledger.db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  expect(storedText(directory)).toContain('Ada Other')
  expect(storedText(directory)).not.toContain('Ada Example')
})

test('the ledger says who erased whose name and why, without the name', async () => {
  const { deps } = await school()
  await erase(deps.ledger)
  const [entry] = deps.ledger.entries(deps.ledger.head().seq - 1)
  expect(entry).toMatchObject({
    ...{ kind: 'person.erase', object_id: 'p-0001', actor: 'p-0002', actor_role: 'head' },
    reason: 'asked for it after leaving',
  })
  if (entry === undefined) throw new Error('no entry')
  expect(describeEntry(entry)).toContain(
    'p-0002 (head): erased the name of person `p-0001`; because: asked for it after leaving',
  )
})

test('a file that still has the name does not bring it back, and its facts count', async () => {
  const { deps, files, write } = await school()
  await erase(deps.ledger)
  expect(importFiles(files, NOW + 2000, deps).appended).toBe(0)
  write('people.csv', PEOPLE.replace('Ada Example,staff', 'Ada Example,sixth_form'))
  importFiles(files, NOW + 3000, deps)
  const people = new People(deps.ledger.db)
  expect(people.find('p-0001')).toBeUndefined()
  expect(verifyLedger(deps.ledger)).toMatchObject({ ok: true, erased: 1 })
})

test('who left and came back has a name again', async () => {
  const { deps, files, write } = await school()
  await erase(deps.ledger)
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

test('what can’t be done is answered, and nothing is appended', async () => {
  const { deps } = await school()
  const { seq } = deps.ledger.head()
  const tryTo = (change: Partial<Erasure>) => erase(deps.ledger, change)
  expect(await tryTo({ personRef: 'p-0009' })).toEqual({ kind: 'unknown' })
  expect(await tryTo({ reason: 'asked' })).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('has less than 10 letters') as string,
  })
  expect(await tryTo({ actor: 'p-0009' })).toEqual({
    kind: 'refused',
    message: '`p-0009` has no duty that is in force',
  })
  expect(deps.ledger.head().seq).toBe(seq)
  expect(new People(deps.ledger.db).find('p-0001')?.name).toBe('Ada Example')
})

test('a gate beside it, which has the file open, hinders nothing', async () => {
  const { deps, directory } = await school()
  const gate = openLedger(directory, { site: 'ex' })
  onTestFinished(() => {
    gate.close()
  })
  new RegisterView(gate).current()
  expect(await erase(deps.ledger)).toMatchObject({ kind: 'erased', isScrubbed: true })
  expect(new RegisterView(gate).current().erased.has('p-0001')).toBe(true)
  expect(storedText(directory)).not.toContain('Ada Example')
})

test('says so when a reader keeps the old pages in the log', async () => {
  const { deps, directory } = await school()
  const reader = openLedger(directory, { readOnly: true })
  reader.db.exec('BEGIN')
  reader.head()
  deps.ledger.db.exec('PRAGMA busy_timeout = 20')
  expect(await erase(deps.ledger)).toMatchObject({ kind: 'erased', isScrubbed: false })
  reader.db.exec('ROLLBACK')
  reader.close()
})
