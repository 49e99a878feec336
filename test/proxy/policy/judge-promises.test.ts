import { expect, test } from 'vitest'
import {
  promisesBrokenBy,
  promisesOf,
  unkeptPromises,
} from '../../../proxy/policy/judge-promises.ts'
import { makeBundle } from '../../../proxy/policy/make-bundle.ts'
import { EMPTY_REGISTER } from '../../../records/register/register.ts'
import { schoolFolder, SCHOOL_FILES } from '../../support/school-folder.ts'

const POLICY = SCHOOL_FILES['policy.yaml'] ?? ''

const promising = (expect: string, id = 'games'): string =>
  `promises:\n  - { id: ${id}, says: Games in the office., who: { device: phone }, zone: office, at: '2026-11-24T10:00:00Z', url: games.example, expect: ${expect} }\n`

const KEPT = POLICY + promising('block')
const BROKEN = POLICY + promising('allow')
/** In which games are open, so that what `KEPT` promises no longer holds. */
const OPENING = POLICY.replace(
  'lists:\n',
  'sites: [{ allow: [games.example], because: A lesson. }]\nlists:\n',
)

/** A school in which `text` is in force. */
function inForce(text: string) {
  const folder = schoolFolder({ 'policy.yaml': text })
  const { directory } = folder
  return { register: folder.register(), config: folder.config(), directory, imageDirectory: null }
}

const breaks = async (now: string, text: string): Promise<string[]> =>
  (await promisesBrokenBy({ text, file: 'p.yaml' }, inForce(now))).map(
    ({ line, path, message }) => `${line} ${path} ${message.slice(0, 28)}`,
  )

test('a change that breaks a promise is told with the place of the promise', async () => {
  const line =
    (OPENING + promising('block')).split('\n').findIndex((one) => one.includes('id: games,')) + 1
  expect(await breaks(KEPT, OPENING + promising('block'))).toEqual([
    `${line} promises.0 promise \`games\` is broken (G`,
  ])
})

test('a change that changes the promise too, or has none, breaks nothing', async () => {
  expect(await breaks(KEPT, OPENING + promising('allow'))).toEqual([])
  expect(await breaks(KEPT, OPENING)).toEqual([])
  expect(await breaks(KEPT, 'school: [')).toEqual([])
})

test('a promise that was broken before stops no other change, one that is new and broken does', async () => {
  expect(await breaks(BROKEN, BROKEN.replace('Small School', 'Other School'))).toEqual([])
  expect(await breaks(POLICY, BROKEN)).toHaveLength(1)
})

test('a promise about a device that comes with the same files stops nothing', async () => {
  expect(await breaks(KEPT, KEPT.replace('device: phone', 'device: tablet'))).toEqual([])
})

test('a school is founded on what it says: nothing is in force that could be broken', async () => {
  const school = { ...inForce(KEPT), register: EMPTY_REGISTER }
  expect(await promisesBrokenBy({ text: BROKEN, file: 'p.yaml' }, school)).toEqual([])
  expect(await unkeptPromises(school, 'p.yaml')).toEqual([])
})

test('what is not kept is told with its place, a promise about nobody too', async () => {
  expect(await unkeptPromises(inForce(KEPT), 'p.yaml')).toEqual([])
  const [broken] = await unkeptPromises(inForce(BROKEN), 'p.yaml')
  expect(broken).toMatchObject({ file: 'p.yaml', path: 'promises.0' })
  const nobody = await unkeptPromises(
    inForce(KEPT.replace('device: phone', 'device: fone')),
    'p.yaml',
  )
  expect(nobody[0]?.message).toContain('no device `fone` is registered')
})

test('a revision tells what becomes of its promises; one without any costs nothing', async () => {
  const made = await makeBundle(inForce(KEPT))
  if (!made.ok) throw new Error(made.problems.join('\n'))
  expect(promisesOf(made.bundle).map(({ promise, broken }) => [promise.id, broken])).toEqual([
    ['games', null],
  ])
  expect(promisesOf({ ...made.bundle, policy: { ...made.bundle.policy, promises: [] } })).toEqual(
    [],
  )
})
