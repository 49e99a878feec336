import { expect, test } from 'vitest'
import { policyProblems } from '../../../proxy/policy/school-files.ts'
import { withPromises } from '../../../proxy/policy/with-promises.ts'
import { schoolFolder, SCHOOL_FILES } from '../../support/school-folder.ts'

const POLICY = SCHOOL_FILES['policy.yaml'] ?? ''
const BROKEN = `${POLICY}promises: [{ id: a, says: Words., url: games.example, expect: allow }]\n`

/** The small school is in force, and its file says `text` now. */
async function checking(text: string) {
  const folder = schoolFolder()
  const school = {
    register: folder.register(),
    config: folder.config(),
    directory: folder.directory,
  }
  folder.write('policy.yaml', text)
  return withPromises(policyProblems, { policy: folder.path('policy.yaml') }, school)
}

test('the file that is in force has nothing to break, and a torn one has its own problems', async () => {
  const { check } = await checking(POLICY)
  expect(check(POLICY, 'p.yaml')).toEqual([])
  expect((await checking('school: 1\n')).check('school: 1\n', 'p.yaml')[0]?.path).toBe('school')
})

test('a promise that the file breaks is a problem of the file', async () => {
  const { check, wasOvertaken } = await checking(BROKEN)
  expect(check(BROKEN, 'p.yaml').map(({ path }) => path)).toEqual(['promises.0'])
  expect(wasOvertaken()).toBe(false)
})

test('a text that was not judged is not taken over, and is to be read again', async () => {
  const { check, wasOvertaken } = await checking(POLICY.replace('Small', 'Other'))
  expect(check(POLICY.replace('Small', 'Third'), 'p.yaml')[0]?.message).toMatch(/^saved again/)
  expect(wasOvertaken()).toBe(true)
})
