import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ImportedFiles } from '../../../proxy/policy/imported-files.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

function school() {
  const directory = tempDirectory()
  const files = {
    policy: join(directory, 'policy.yaml'),
    people: join(directory, 'people.csv'),
    devices: null,
    classes: null,
  }
  writeFileSync(files.policy, 'policy')
  writeFileSync(files.people, 'people')
  return { directory, files }
}

test('files are new once, also to the next start', () => {
  const { directory, files } = school()
  expect(new ImportedFiles(directory).areNew(files)).toBe(true)
  new ImportedFiles(directory).remember(files)
  expect(new ImportedFiles(directory).areNew(files)).toBe(false)
})

test('a changed, moved or missing text is new again', () => {
  const { directory, files } = school()
  const memory = new ImportedFiles(directory)
  memory.remember(files)
  writeFileSync(files.people, 'other people')
  expect(memory.areNew(files)).toBe(true)
  writeFileSync(files.people, 'people')
  expect(memory.areNew(files)).toBe(false)
  // The same letters, cut elsewhere.
  writeFileSync(files.policy, 'policyp')
  writeFileSync(files.people, 'eople')
  expect(memory.areNew(files)).toBe(true)
  memory.remember(files)
  rmSync(files.people)
  expect(memory.areNew(files)).toBe(true)
})
