import { mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { imageOfConfig, readSchool, recordsOfConfig } from '../../commands/read-school.ts'
import { schoolFilesOf, policyProblems } from '../../proxy/policy/school-files.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { importFiles } from '../../records/register/import-files.ts'
import { RegisterView } from '../../records/register/register-view.ts'
import { ListImage } from '../../rules/lists/list-image.ts'
import { schoolFolder, type SchoolFolder } from '../support/school-folder.ts'

const NOW = Date.parse('2026-11-24T10:00:00Z')

/** As the first start of a gate does. */
function founded(school: SchoolFolder): void {
  mkdirSync(school.path('records'))
  const ledger = openLedger(school.path('records'), { site: 'ex' })
  const view = new RegisterView(ledger)
  const files = schoolFilesOf(school.config(), school.directory)
  importFiles(files, NOW, { site: 'ex', ledger, view, checkPolicy: policyProblems })
  ledger.close()
}

const read = (school: SchoolFolder) =>
  readSchool({ config: school.config(), directory: school.directory })

test('without a ledger the school is what its files say', async () => {
  expect(await read(schoolFolder())).toMatchObject({ revision: 1, devices: [{ id: 'phone' }] })
})

test('with a ledger it is what was decided, whatever the files say by now', async () => {
  const school = schoolFolder()
  founded(school)
  school.write('policy.yaml', 'school: 1\n')
  school.write('devices.csv', 'id\n')
  expect(await read(school)).toMatchObject({ revision: 1, devices: [{ id: 'phone' }] })
})

test('without people there is a school too', async () => {
  const school = schoolFolder()
  const config = school.config('people=null', 'devices=null')
  const bundle = await readSchool({ config, directory: school.directory })
  expect(bundle).toMatchObject({ revision: 1, devices: [] })
})

test('files without a policy are no school, and it is said why', async () => {
  const said = await read(schoolFolder({ 'policy.yaml': 'school: 1\n' }))
  expect(said).toMatch(/policy\.yaml:1:1: school: /)
})

test('a command gets the lists of a configuration', async () => {
  const { path } = schoolFolder()
  const image = await imageOfConfig(path('gate.yaml'))
  const opened = image instanceof SharedArrayBuffer ? ListImage.open(image) : image
  if (!(opened instanceof ListImage)) throw new Error(opened.problem)
  expect(opened.holders('www.games.example').map(({ list }) => list.id)).toEqual(['starter'])
  expect(await imageOfConfig(path('gaet.yaml'))).toEqual({
    problem: expect.stringContaining('cannot read') as string,
  })
})

test('a command gets the records of a configuration, wherever it is called', () => {
  const { path } = schoolFolder()
  expect(recordsOfConfig(path('gate.yaml'))).toEqual({ directory: path('records') })
  expect(recordsOfConfig(path('gaet.yaml'))).toEqual({
    problem: expect.stringContaining('cannot read') as string,
  })
})
