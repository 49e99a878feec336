import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readClasses } from '../../../../records/imports/oneroster/read-classes.ts'
import { readUsers } from '../../../../records/imports/oneroster/read-users.ts'
import {
  openRoster,
  readRosterSet,
  rosterOfZip,
} from '../../../../records/imports/oneroster/roster-files.ts'
import { Problems } from '../../../../records/register/csv-table.ts'
import { EMPTY_REGISTER } from '../../../../records/register/register.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'
import { zipOf } from '../../../support/zip-of.ts'
import { SCHOOL, sourcesOf } from './roster-set.ts'

const FILES = Object.fromEntries(
  Object.entries(SCHOOL).map(([name, text]) => [`${name}.csv`, text]),
)

function names(opened: ReturnType<typeof openRoster>): readonly string[] {
  if ('message' in opened) throw new Error(opened.message)
  return opened.map(({ name }) => name).toSorted()
}

test('a folder and an archive hold the same files', () => {
  const folder = join(tempDirectory(), 'roster')
  mkdirSync(folder)
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'read-me.txt'), 'not of OneRoster')
  const zip = join(folder, '..', 'roster.zip')
  writeFileSync(zip, zipOf(FILES))
  expect(names(openRoster(folder))).toEqual(Object.keys(FILES).toSorted())
  expect(names(openRoster(zip))).toEqual(Object.keys(FILES).toSorted())
})

test('what is neither is told', () => {
  const path = join(tempDirectory(), 'users.csv')
  writeFileSync(path, SCHOOL.users)
  expect(openRoster(path)).toMatchObject({ message: expect.stringContaining('no ZIP') as string })
  expect(openRoster(`${path}.none`)).toMatchObject({
    message: expect.stringContaining("can't be read") as string,
  })
  expect(rosterOfZip({ name: 'x.zip', octets: Buffer.from('PK\x03\x04 torn') })).toMatchObject({
    message: expect.stringContaining('ZIP') as string,
  })
})

test('the manifest says which files count and how', () => {
  const set = readRosterSet(sourcesOf(SCHOOL), 10)
  if (set instanceof Problems) throw new Error(JSON.stringify(set.kept))
  expect([set.version, set.modeOf('users'), set.modeOf('roles')]).toEqual(['1.1', 'bulk', 'absent'])
  const context = { org: null, today: '2026-11-24', register: EMPTY_REGISTER }
  const users = readUsers(set, { ...context, emails: [], phases: null })
  expect([...(users?.users ?? [])].map(([ref, { kind }]) => [ref, kind])).toEqual([
    ['u-t', 'person'],
    ['u-1', 'person'],
    ['u-2', 'person'],
    ['u-p', 'other'],
  ])
  const classes = readClasses(set, { ...context, roleOf: () => 'pupil' })
  expect([...(classes?.rows.keys() ?? [])]).toEqual(['9b/Sc1'])
})
