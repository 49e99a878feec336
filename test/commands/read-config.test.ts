import { relative } from 'node:path'
import { expect, test } from 'vitest'
import { DEFAULT_CONFIG, readConfig } from '../../commands/read-config.ts'
import { schoolFolder } from '../support/school-folder.ts'

test('a configuration comes with the folder that its paths are relative to', () => {
  const { path, directory } = schoolFolder()
  const loaded = readConfig(path('gate.yaml'), ['dns.maxTtl=60'])
  expect(loaded).toMatchObject({ directory, config: { site: 'ex', dns: { maxTtl: 60 } } })
  // The folder is absolute, from wherever the command was called.
  expect(readConfig(relative(process.cwd(), path('gate.yaml')))).toMatchObject({ directory })
})

test('a file that is not there is said', () => {
  expect(readConfig('/nowhere/gate.yaml')).toMatch(/^cannot read `\/nowhere\/gate\.yaml`: ENOENT/)
})

test('every problem is a line', () => {
  const { path } = schoolFolder({ 'gate.yaml': 'site: EX\nhtpp: {}\n' })
  const said = readConfig(path('gate.yaml'))
  expect(typeof said === 'string' ? said.split('\n').length : 0).toBe(3)
})

test('without a name it is the file of the folder that one is in', () => {
  expect(DEFAULT_CONFIG).toBe('gate.yaml')
})
