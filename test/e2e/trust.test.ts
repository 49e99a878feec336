import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { UnboundUpstream } from './unbound-upstream.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const TUESDAY_10 = '2026-11-24T10:00:00Z'
const LAPTOP = '127.10.10.21'

/** The example school as one of the example trust. */
function ownSchool() {
  const directory = tempDirectory()
  cpSync(join(ROOT, 'examples'), directory, { recursive: true })
  const edit = (name: string, from: string, to: string): void => {
    const path = join(directory, name)
    const text = readFileSync(path, 'utf8')
    expect(text).toContain(from)
    writeFileSync(path, text.replace(from, to))
  }
  edit('policy.yaml', '# extends: trust.yaml', 'extends: trust.yaml')
  return { config: join(directory, 'gate.yaml'), policy: join(directory, 'policy.yaml'), edit }
}

test('a trust’s new floor is in force in its school by itself, and the school can’t lower it', async () => {
  await using upstream = await UnboundUpstream.start()
  const school = ownSchool()
  // A site rule of the school opens it for as long as the floor lets it.
  school.edit(
    'policy.yaml',
    'allow: [bbc.co.uk, gov.uk]',
    'allow: [bbc.co.uk, gov.uk, life-cooking.cat.test]',
  )
  const check = async (file: string) => run(join(ROOT, 'schoolgate'), ['check', file])
  expect((await check(school.policy)).out).toContain('in order')
  expect((await check(school.config)).out).toContain('in order')
  await using gate = await GateProcess.start({
    config: school.config,
    clock: TUESDAY_10,
    set: { 'dns.upstreams': [upstream.url] },
  })
  const ask = async (): Promise<string> =>
    (
      await run('dig', [
        '-b',
        LAPTOP,
        '@127.0.0.1',
        '-p',
        `${gate.dns.port}`,
        'life-cooking.cat.test',
      ])
    ).out
  expect(await ask()).not.toContain('EDE')

  school.edit(
    'trust.yaml',
    'secondary: { comms.social: block }',
    'secondary: { comms.social: block, life.cooking: block }',
  )
  await until(ask, (answer) => answer.includes('EDE: 17'))
  school.edit(
    'policy.yaml',
    '    start_from: secondary\n',
    '    start_from: secondary\n    change: { life.cooking: warn }\n',
  )
  await until(
    () => gate.get('/readyz'),
    ({ body }) =>
      body.includes('life.cooking: `warn` is milder than `block`, the floor of the trust'),
  )
  expect(await ask()).toContain('EDE: 17')
  const { out, code } = await check(school.policy)
  expect([code, out]).toEqual([
    1,
    expect.stringMatching(
      /policy\.yaml:\d+:\d+: profiles\.secondary_lesson\.change\.life\.cooking: /,
    ),
  ])
})

test('a school that follows takes a new parent when the canary has it, and says what it waits for', async () => {
  await using upstream = await UnboundUpstream.start()
  const [canarySchool, school] = [ownSchool(), ownSchool()]
  const report = join(tempDirectory(), 'canary.json')
  const start = (config: string, ring: string): Promise<GateProcess> =>
    GateProcess.start({
      config,
      clock: TUESDAY_10,
      set: { 'dns.upstreams': [upstream.url], trust: { ring, report, holdHours: 0 } },
    })
  await using canary = await start(canarySchool.config, 'canary')
  await using gate = await start(school.config, 'follow')
  const from = 'secondary: { comms.social: block }'
  const to = 'secondary: { comms.social: block, life.cooking: block }'
  const ask = async (of: GateProcess): Promise<string> =>
    (
      await run('dig', [
        '-b',
        LAPTOP,
        '@127.0.0.1',
        '-p',
        `${of.dns.port}`,
        'life-cooking.cat.test',
      ])
    ).out

  school.edit('trust.yaml', from, to)
  await until(
    () => gate.get('/readyz'),
    ({ body }) => body.includes('new policy `trust.yaml` waits: the canary has another one'),
  )
  expect(await ask(gate)).not.toContain('EDE')
  canarySchool.edit('trust.yaml', from, to)
  await until(
    () => ask(canary),
    (answer) => answer.includes('EDE: 17'),
  )
  await until(
    () => ask(gate),
    (answer) => answer.includes('EDE: 17'),
  )
  await until(
    () => gate.get('/readyz'),
    ({ body }) => !body.includes('waits'),
  )
})

test('with the trust’s signers named, a parent that was edited at the school changes nothing', async () => {
  const school = ownSchool()
  const keys = join(tempDirectory(), 'keys')
  const schoolgate = (...args: string[]) => run(join(ROOT, 'schoolgate'), args)
  expect((await schoolgate('lists', 'keys', keys)).code).toBe(0)
  const parent = join(school.policy, '..', 'trust.yaml')
  expect((await schoolgate('trust', 'sign', '--key', join(keys, 'signer.key'), parent)).code).toBe(
    0,
  )
  await using gate = await GateProcess.start({
    config: school.config,
    clock: TUESDAY_10,
    set: { trust: { signers: join(keys, 'signer.pub') } },
  })
  school.edit('trust.yaml', 'secondary: { comms.social: block }', 'secondary: {}')
  await until(
    () => gate.get('/readyz'),
    ({ body }) => body.includes('the parent `trust.yaml` is not what was signed'),
  )
  expect(await gate.metric('schoolgate_policy_revision')).toBe(1)
})
