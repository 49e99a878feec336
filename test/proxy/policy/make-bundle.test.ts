import { expect, test } from 'vitest'
import { openBundle, type Bundle } from '../../../proxy/policy/bundle.ts'
import { makeBundle } from '../../../proxy/policy/make-bundle.ts'
import { EMPTY_REGISTER } from '../../../records/register/register.ts'
import { SCHOOL_FILES, schoolFolder, type SchoolFolder } from '../../support/school-folder.ts'

const TEN = Date.parse('2026-11-24T10:00:00Z')

async function made(school: SchoolFolder, ...settings: string[]): Promise<Bundle> {
  const order = { register: school.register(), directory: school.directory, imageDirectory: null }
  const result = await makeBundle({ ...order, config: school.config(...settings) })
  if (!result.ok) throw new Error(result.problems.join('\n'))
  return result.bundle
}

test('a bundle is what the files say, ready to decide', async () => {
  const bundle = await made(schoolFolder())
  expect(bundle).toMatchObject({ revision: 1, stranger: null, devices: [{ id: 'phone' }] })
  const { engine, subjects } = openBundle(bundle)
  const { stance } = subjects.at('127.10.20.7', TEN)
  expect(engine.decideHost(stance, 'www.games.example')).toMatchObject({
    action: 'block',
    category: 'media.games',
    listSource: 'starter',
    listVersion: 'v2',
    policyVersion: 1,
  })
  expect(engine.decideHost(stance, 'sealed.example').reasonCode).toBe('sealed')
})

test('a bundle crosses to a thread: it is plain data and shared memory', async () => {
  const bundle = await made(schoolFolder())
  const crossed = structuredClone({ ...bundle, listImage: null, policyImage: null })
  expect(crossed).toEqual({ ...bundle, listImage: null, policyImage: null })
  expect(bundle.listImage).toBeInstanceOf(SharedArrayBuffer)
  expect(bundle.policyImage).toBeInstanceOf(SharedArrayBuffer)
})

test('lists that the configuration adds are read relative to its folder', async () => {
  const school = schoolFolder({ 'extra.txt': 'added.example\n' })
  const bundle = await made(school, 'lists.extra=[{"category":"sec.malware","file":"extra.txt"}]')
  const { engine, subjects } = openBundle(bundle)
  const { stance } = subjects.at('127.10.20.7', TEN)
  expect(engine.decideHost(stance, 'added.example').category).toBe('sec.malware')
})

const STRANGERS: readonly [says: string, set: string, is: object][] = [
  [
    "staff on a school device carry the school's CA",
    '{"role":"staff"}',
    {
      role: 'staff',
      ownership: 'school',
      carriesCa: true,
      voucher: null,
      phase: null,
      type: 'laptop',
    },
  ],
  [
    'a personal device does not',
    '{"role":"staff","ownership":"personal","type":"phone"}',
    { ownership: 'personal', carriesCa: false, type: 'phone' },
  ],
  ['a visitor has a voucher', '{"role":"visitor","ownership":"personal"}', { voucher: 'active' }],
  ['a pupil is of the first phase unless it is said', '{"role":"pupil"}', { phase: 'secondary' }],
  ['or of the phase that is said', '{"role":"pupil","phase":"sixth"}', { phase: 'sixth' }],
]

test.each(STRANGERS)('an unknown address may be somebody: %s', async (_says, set, is) => {
  const { stranger } = await made(schoolFolder(), `subjects.default=${set}`)
  expect(stranger).toMatchObject({
    state: 'approved',
    aup: 'signed',
    posture: 'ok',
    personRef: null,
    ...is,
  })
})

test('a register without a policy makes nothing', async () => {
  const { config, directory } = schoolFolder()
  expect(
    await makeBundle({
      register: EMPTY_REGISTER,
      config: config(),
      directory,
      imageDirectory: null,
    }),
  ).toEqual({ ok: false, problems: ['the ledger holds no policy yet'] })
})

test('a policy of the ledger that this version can not read makes nothing and says where', async () => {
  const { config, directory, register } = schoolFolder()
  const text = (SCHOOL_FILES['policy.yaml'] ?? '').replace('zones:', 'zoens:')
  const broken = { ...register(), policy: { text, name: 'policy.yaml', hash: '' } }
  const order = { register: broken, config: config(), directory, imageDirectory: null }
  expect(await makeBundle(order)).toMatchObject({
    ok: false,
    problems: expect.arrayContaining([
      expect.stringMatching(/^policy\.yaml:11:1: zoens: unknown key; did you mean `zones`\?$/),
    ]) as string[],
  })
})
