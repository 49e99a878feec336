import { expect, test } from 'vitest'
import { parentOfPolicy, readPolicyFile } from '../../../records/register/policy-file.ts'
import { splitPolicyText } from '../../../rules/policy/policy-text.ts'
import { schoolFolder, SCHOOL_FILES } from '../../support/school-folder.ts'

const OWN = `extends: trust/policy.yaml\n${SCHOOL_FILES['policy.yaml'] ?? ''}`

test('a policy brings its parent along, from beside its own file', () => {
  const { path } = schoolFolder({ 'policy.yaml': OWN, 'trust/policy.yaml': 'floor: {}\n' })
  const read = readPolicyFile(path('policy.yaml'))
  if (!('text' in read)) throw new Error(read.message)
  expect(splitPolicyText(read.text)).toEqual({
    own: OWN,
    parent: { name: 'policy.yaml', text: 'floor: {}\n' },
  })
  expect(parentOfPolicy(path('policy.yaml'))).toBe(path('trust/policy.yaml'))
})

test('a parent that can’t be read is a problem at `extends`', () => {
  const { path } = schoolFolder({ 'policy.yaml': OWN })
  expect(readPolicyFile(path('policy.yaml'))).toMatchObject({
    ...{ file: path('policy.yaml'), line: 1, path: 'extends' },
    message: expect.stringContaining('ENOENT') as string,
  })
})

test('a policy without a parent is its own text', () => {
  const { path } = schoolFolder()
  expect(readPolicyFile(path('policy.yaml'))).toEqual({ text: SCHOOL_FILES['policy.yaml'] })
  expect(parentOfPolicy(path('policy.yaml'))).toBeNull()
  expect(parentOfPolicy(path('nowhere.yaml'))).toBeNull()
})
