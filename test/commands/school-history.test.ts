import { mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SchoolHistory, type SchoolThen } from '../../commands/school-history.ts'
import { policyProblems, schoolFilesOf } from '../../proxy/policy/school-files.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { importFiles } from '../../records/register/import-files.ts'
import { RegisterView } from '../../records/register/register-view.ts'
import { schoolFolder, SCHOOL_FILES, type SchoolFolder } from '../support/school-folder.ts'

const MONDAY = Date.parse('2026-11-23T08:00:00Z')
const TUESDAY = Date.parse('2026-11-24T08:00:00Z')
const STRICTER = (SCHOOL_FILES['policy.yaml'] ?? '').replace(
  'access:\n',
  'access:\n  - { id: nobody, deny: closed }\n',
)

/** The files as they are, in the ledger at a moment. */
function imported(school: SchoolFolder, at: number): void {
  mkdirSync(school.path('records'), { recursive: true })
  const ledger = openLedger(school.path('records'), { site: 'ex' })
  const files = schoolFilesOf(school.config(), school.directory)
  const view = new RegisterView(ledger)
  importFiles(files, at, { site: 'ex', ledger, view, checkPolicy: policyProblems })
  ledger.close()
}

/** A phone on Monday; on Tuesday a policy that refuses it, and another phone in its place. */
function twoRevisions(): SchoolFolder {
  const school = schoolFolder()
  imported(school, MONDAY)
  school.write('policy.yaml', STRICTER)
  school.write('devices.csv', (SCHOOL_FILES['devices.csv'] ?? '').replace('phone,7', 'new,8'))
  imported(school, TUESDAY)
  return school
}

async function at(school: SchoolFolder, ms: number): Promise<SchoolThen> {
  using history = SchoolHistory.open({ config: school.config(), directory: school.directory })
  const then = await history.at(ms)
  if (typeof then === 'string') throw new Error(then)
  return then
}

const devicesOf = ({ register }: SchoolThen): string[] => [...register.devices.keys()]

test('a past moment has the policy and the devices of then, the present those of now', async () => {
  const school = twoRevisions()
  const past = await at(school, TUESDAY - 1)
  expect([past.revision.engine.revision, devicesOf(past)]).toEqual([1, ['phone']])
  expect(past.assumed).toEqual(['the lists held then what they hold now'])
  for (const ms of [TUESDAY, TUESDAY + 1, TUESDAY + 365 * 86_400_000]) {
    const now = await at(school, ms)
    expect([now.revision.engine.revision, devicesOf(now), now.assumed]).toEqual([2, ['new'], []])
  }
})

test('before the ledger began, its first policy is taken, and that is said', async () => {
  const before = await at(twoRevisions(), MONDAY - 1)
  expect([before.revision.engine.revision, devicesOf(before)]).toEqual([1, ['phone']])
  expect(before.assumed[0]).toBe(
    'what was in force first, at 2026-11-23T08:00:00.000Z, held before, too',
  )
})

test('without a ledger the files are what is in force at any time', async () => {
  const then = await at(schoolFolder(), MONDAY)
  expect([then.revision.engine.revision, then.assumed]).toEqual([
    1,
    ['the files are what is in force: there is no ledger yet'],
  ])
})

test('a ledger that holds nothing yet is no ledger', async () => {
  const school = schoolFolder()
  mkdirSync(school.path('records'))
  openLedger(school.path('records'), { site: 'ex' }).close()
  expect((await at(school, MONDAY)).assumed).toHaveLength(1)
})

test('one revision is opened once, and its lists are compiled once for all', async () => {
  const school = twoRevisions()
  using history = SchoolHistory.open({ config: school.config(), directory: school.directory })
  const [one, same, other] = [
    await history.at(MONDAY),
    await history.at(MONDAY + 1),
    await history.at(TUESDAY),
  ]
  expect(same).toBe(one)
  expect(other).not.toBe(one)
})

test('files that are no school are said with their places', async () => {
  const school = schoolFolder({ 'policy.yaml': 'school: 1\n' })
  using history = SchoolHistory.open({ config: school.config(), directory: school.directory })
  expect(await history.at(MONDAY)).toMatch(/policy\.yaml:1:1: school: /)
})

test('a policy of then that this version can not read is said, and nothing is guessed', async () => {
  const school = schoolFolder()
  mkdirSync(school.path('records'))
  const ledger = openLedger(school.path('records'), { site: 'ex' })
  school.write('policy.yaml', 'older: form\n')
  importFiles(schoolFilesOf(school.config(), school.directory), MONDAY, {
    site: 'ex',
    ledger,
    view: new RegisterView(ledger),
    checkPolicy: () => [],
  })
  ledger.close()
  using history = SchoolHistory.open({ config: school.config(), directory: school.directory })
  expect(await history.at(MONDAY)).toMatch(/^policy\.yaml:1:1: /)
})
