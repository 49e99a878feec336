import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configOfGate, rememberConfig } from '../../commands/gate-config.ts'
import { schoolFolder } from '../support/school-folder.ts'
import { tempDirectory } from '../support/temp-directory.ts'

test('the configuration that a gate was started with is found from its records, settings and all', () => {
  const [school, records] = [schoolFolder(), tempDirectory()]
  rememberConfig(records, { file: school.path('gate.yaml'), settings: ['gate=west'] })
  expect(configOfGate(records)).toMatchObject({
    config: { site: 'ex', gate: 'west' },
    directory: school.directory,
  })
  expect(statSync(join(records, '.gate-config.json')).mode & 0o777).toBe(0o600)
})

test('what is not known is said', () => {
  const records = tempDirectory()
  expect(configOfGate(records)).toMatch(/does not say by which configuration the gate runs/)
  writeFileSync(join(records, '.gate-config.json'), '{"file":')
  expect(configOfGate(records)).toMatch(/start it once/)
  rememberConfig(records, { file: '/nowhere/gate.yaml', settings: [] })
  expect(configOfGate(records)).toMatch(/cannot read `\/nowhere\/gate\.yaml`/)
})
