import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { dnsLoad } from './dns-load.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { UnboundUpstream } from './unbound-upstream.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples')
const TUESDAY_10 = '2026-11-24T10:00:00Z'

/** A copy of the example school that a test may edit. */
function ownSchool(): { config: string; policy: string; edit: (from: string, to: string) => void } {
  const directory = tempDirectory()
  cpSync(EXAMPLES, directory, { recursive: true })
  const policy = join(directory, 'policy.yaml')
  const edit = (from: string, to: string): void => {
    const text = readFileSync(policy, 'utf8')
    expect(text).toContain(from)
    writeFileSync(policy, text.replace(from, to))
  }
  return { config: join(directory, 'gate.yaml'), policy, edit }
}

const BLOCK_BBC = [
  'sites:\n',
  'sites:\n  - block: [bbc.co.uk]\n    because: A test blocks it.\n',
] as const
const REVISION = 'schoolgate_policy_revision'

test('a changed policy file is in force by itself, without a query lost', async () => {
  await using upstream = await UnboundUpstream.start()
  const school = ownSchool()
  await using gate = await GateProcess.start({
    config: school.config,
    clock: TUESDAY_10,
    set: { 'dns.upstreams': [upstream.url] },
  })
  const ask = async (): Promise<string> =>
    (await run('dig', ['-b', '127.10.20.7', '@127.0.0.1', '-p', `${gate.dns.port}`, 'bbc.co.uk']))
      .out
  expect(await ask()).toMatch(/IN\s+A\s+127\.9\.3\.1/)

  const names = Array.from({ length: 50 }, (_, i) => `n${i}.life-cooking.cat.test`)
  const load = dnsLoad(gate, { from: '127.10.20.7', names, seconds: 4, perSecond: 2000 })
  school.edit(...BLOCK_BBC)
  await until(
    () => gate.metric(REVISION),
    (revision) => revision === 2,
  )
  expect(await ask()).toMatch(/EDE: 15 .*site: A test blocks it/)
  // Several more swaps under the load, by signal this time.
  for (let revision = 3; revision < 8; revision += 1) {
    school.edit('A test blocks it', 'A test blocks it again')
    gate.signal('SIGHUP')
    await until(
      () => gate.metric(REVISION),
      (now) => now === revision,
    )
  }
  const { sent, completed } = await load
  expect(sent).toBeGreaterThan(1000)
  expect(completed).toBe(sent)
})

test('a broken policy leaves the old one in force and says so everywhere', async () => {
  await using upstream = await UnboundUpstream.start()
  const school = ownSchool()
  await using gate = await GateProcess.start({
    config: school.config,
    clock: TUESDAY_10,
    set: { 'dns.upstreams': [upstream.url] },
  })
  school.edit('\ntimetable:', '\ntimetabel:')
  await until(
    () => gate.metric('schoolgate_policy_rejected_total'),
    (count) => count > 0,
  )
  const ready = await gate.get('/readyz')
  expect(ready.status).toBe(200)
  expect(ready.body).toContain('timetabel: unknown key; did you mean `timetable`?')
  expect(ready.body).toMatch(/policy\.yaml:\d+:1:/)
  expect(gate.log.join('\n')).toContain('did you mean `timetable`')
  expect(await gate.metric(REVISION)).toBe(1)
  const { out } = await run('dig', [
    '-b',
    '127.10.10.7',
    '@127.0.0.1',
    '-p',
    `${gate.dns.port}`,
    'bbc.co.uk',
  ])
  expect(out).toContain('reception_hours')

  school.edit('\ntimetabel:', '\ntimetable:')
  await until(
    () => gate.get('/readyz'),
    ({ body }) => body.startsWith('{"ready":true,"degraded":[],"notices":["sealed feed'),
  )
})

test('a list that comes empty leaves the last good lists in force, and an alarm', async () => {
  const school = ownSchool()
  await using gate = await GateProcess.start({ config: school.config, clock: TUESDAY_10 })
  const list = join(school.policy, '..', 'lists', 'starter', 'money.gambling.txt')
  const whole = readFileSync(list, 'utf8')
  const ask = async (): Promise<string> =>
    (
      await run('dig', [
        ...['-b', '127.10.10.21', '@127.0.0.1', '-p', `${gate.dns.port}`],
        'www.bet365.com',
      ])
    ).out
  expect(await ask()).toContain('EDE: 17')
  writeFileSync(list, '')
  gate.signal('SIGHUP')
  await until(
    () => gate.get('/readyz'),
    ({ body }) => body.includes('money.gambling') && body.includes('last good lists stay'),
  )
  expect(await ask()).toContain('EDE: 17')
  writeFileSync(list, whole)
  gate.signal('SIGHUP')
  await until(
    () => gate.get('/readyz'),
    ({ body }) => body.startsWith('{"ready":true,"degraded":[],"notices":["sealed feed'),
  )
})

test('a device reported lost in devices.csv is refused at once, with policy and lists unchanged', async () => {
  await using upstream = await UnboundUpstream.start()
  const school = ownSchool()
  await using gate = await GateProcess.start({
    config: school.config,
    clock: TUESDAY_10,
    set: { 'dns.upstreams': [upstream.url] },
  })
  const devices = school.policy.replace('policy.yaml', 'devices.csv')
  writeFileSync(
    devices,
    readFileSync(devices, 'utf8').replace(
      'staff-phone,7,p-0001,staff,,,personal,phone,approved',
      'staff-phone,7,p-0001,staff,,,personal,phone,lost',
    ),
  )
  const ask = async (): Promise<string> =>
    (await run('dig', ['-b', '127.10.20.7', '@127.0.0.1', '-p', `${gate.dns.port}`, 'bbc.co.uk']))
      .out
  const began = performance.now()
  await until(ask, (out) => out.includes('EDE: 15 (Blocked): (lost: '))
  expect(performance.now() - began).toBeLessThan(5000)
  await gate.stop()
  const verify = await run(join(EXAMPLES, '..', 'schoolgate'), [
    'ledger',
    'verify',
    '--records',
    gate.records,
  ])
  expect(verify.code).toBe(0)
  const show = await run(join(EXAMPLES, '..', 'schoolgate'), [
    'ledger',
    'show',
    '--last',
    '1',
    '--records',
    gate.records,
  ])
  expect(show.out).toContain('staff-phone')
})
