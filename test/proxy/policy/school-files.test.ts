import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  policyProblems,
  recordsDirectoryOf,
  registerOfFiles,
  schoolFilesOf,
} from '../../../proxy/policy/school-files.ts'
import { SCHOOL_FILES, schoolFolder } from '../../support/school-folder.ts'

test('paths are relative to the folder of the configuration, or as they are', () => {
  const { config } = schoolFolder()
  expect(schoolFilesOf(config('people=null', 'devices=/etc/devices.csv'), '/school')).toEqual({
    policy: '/school/policy.yaml',
    people: null,
    devices: '/etc/devices.csv',
    classes: null,
  })
  expect(recordsDirectoryOf(config(), '/school')).toBe('/school/records')
  expect(recordsDirectoryOf(config('records.directory=../var'), '/school')).toBe('/var')
})

test('files found a register as the first start of a gate would, and leave nothing on disk', () => {
  const { config, directory } = schoolFolder()
  const before = readdirSync(directory)
  const { register, report } = registerOfFiles(config(), directory)
  expect(register).toMatchObject({ revision: 1, policy: { name: 'policy.yaml' } })
  expect([...register.devices.keys()]).toEqual(['phone'])
  expect(report).toMatchObject({ founded: true, policyRefused: false, problems: [] })
  expect(readdirSync(directory)).toEqual(before)
})

test('a broken policy founds a register without one, and says why', () => {
  const { config, directory } = schoolFolder({ 'policy.yaml': 'school: 1\n' })
  const { register, report } = registerOfFiles(config(), directory)
  expect(register.policy).toBeNull()
  expect(report.policyRefused).toBe(true)
  expect(report.problems.length).toBeGreaterThan(0)
})

test('a good policy text has no problems, a broken one has places', () => {
  const good = SCHOOL_FILES['policy.yaml'] ?? ''
  expect(policyProblems(good, 'p.yaml')).toEqual([])
  expect(policyProblems(good.replace('zones:', 'zoens:'), 'p.yaml')).toContainEqual(
    expect.objectContaining({ file: 'p.yaml', line: 11, path: 'zoens' }),
  )
})
