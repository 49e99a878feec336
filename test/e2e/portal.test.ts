import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run, type ProgramResult } from './run-program.ts'
import { ORIGIN, UnboundUpstream } from './unbound-upstream.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const BECAUSE = ['--reason', 'decided at the front desk today']
/** A Tuesday at eleven. */
const CLOCK = '2026-11-24T11:00:00Z'
const EVENING = '2026-11-24T16:00:00Z'

/** Nobody's devices, in reception. */
const STRANGER = '127.10.30.201'
const SECOND = '127.10.30.202'
const LIMIT_MS = 5_000

interface Scene {
  readonly gate: GateProcess
  readonly port: number
  readonly tool: (...args: string[]) => Promise<ProgramResult>
}

async function withGate(work: (scene: Scene) => Promise<void>): Promise<void> {
  await using upstream = await UnboundUpstream.start()
  const origin = createServer((_request, response) => response.end('open')).listen(0, ORIGIN)
  await once(origin, 'listening')
  const { port } = origin.address() as AddressInfo
  await using gate = await GateProcess.start({
    clock: CLOCK,
    set: {
      ...{ 'dashboard.enabled': true, 'dashboard.listen': '127.0.0.1:0' },
      ...{ 'portal.listen': '127.0.0.1:0', threads: 1 },
      ...{ 'dns.upstreams': [upstream.url], 'http.allowTargets': [`${ORIGIN}/32`] },
    },
  })
  const tool = (...args: string[]): Promise<ProgramResult> =>
    run(join(ROOT, 'schoolgate'), [...args, '--records', gate.records, '--clock', CLOCK])
  await appoint(tool)
  await work({ gate, port, tool })
  origin.closeAllConnections()
  origin.close()
}

async function appoint(tool: Scene['tool']): Promise<void> {
  const duties = [
    ['p-0004', 'head'],
    ['p-0005', 'reception', '--actor', 'p-0004'],
    ['p-0006', 'it', '--actor', 'p-0004'],
  ]
  for (const words of duties) {
    const done = await tool('changes', 'appoint', ...words, ...BECAUSE)
    expect([done.code, done.err]).toEqual([0, ''])
  }
}

async function dig({ gate }: Scene, from: string, name: string): Promise<string> {
  const args = ['-b', from, '@127.0.0.1', '-p', `${gate.dns.port}`, '+short', name]
  return (await run('dig', args)).out.trim()
}

async function curl(from: string, ...args: string[]): Promise<string> {
  return (await run('curl', ['-si', '--interface', from, ...args])).out
}

/** A request to the block page's port, as the sign-in sheet makes it; `form` posts. */
function portal({ gate }: Scene, from: string, path: string, form?: Record<string, string>) {
  const fields = Object.entries(form ?? {}).flatMap(([name, value]) => [
    '--data-urlencode',
    `${name}=${value}`,
  ])
  return curl(from, ...fields, `http://127.0.0.1:${gate.blockPage.port}${path}`)
}

/** A cut may come as a reset, so `once` would reject. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    socket.once('close', () => {
      resolve()
    })
  })
}

function stateIn(html: string): string {
  return /name="state" value="([^"]+)"/.exec(html)?.[1] ?? ''
}

async function isOpen(scene: Scene, from: string): Promise<boolean> {
  return (await dig(scene, from, 'bbc.co.uk')).includes(ORIGIN)
}

/** What a visitor's phone gets of the proxy. */
async function browse({ gate, port }: Scene, from: string): Promise<string> {
  const answer = await curl(
    from,
    ...['-x', `http://127.0.0.1:${gate.http.port}`, `http://bbc.co.uk:${port}/`],
  )
  return answer.split('\r\n')[0] ?? ''
}

async function issue({ tool }: Scene, ...more: string[]): Promise<{ id: string; code: string }> {
  const issued = await tool(
    ...['vouchers', 'issue', 'day', '--name', 'Vera Visitor', '--host', 'p-0001'],
    ...['--zone', 'reception', '--to', EVENING, '--actor', 'p-0005', ...BECAUSE, ...more],
  )
  expect(issued.err).toBe('')
  const [, id = ''] = /voucher `(v\d+)`/.exec(issued.out) ?? []
  const [, code = ''] = /^code (\S+)$/m.exec(issued.out) ?? []
  return { id, code }
}

test('a stranger is led to the portal, registers with a voucher and browses; revoked, everything ends (V12, V16)', async () => {
  await withGate(async (scene) => {
    expect(await isOpen(scene, STRANGER)).toBe(false)
    // The sign-in sheet opens: the probe of the system leads to the portal.
    expect(await dig(scene, STRANGER, 'captive.apple.com')).toBe('127.0.0.1')
    const { gate } = scene
    const probe = await curl(
      STRANGER,
      ...['-H', 'Host: captive.apple.com', `http://127.0.0.1:${gate.blockPage.port}/`],
    )
    expect(probe).toMatch(/^HTTP\/1\.1 302 /)
    expect(probe).toContain(`Location: http://127.0.0.1:${gate.blockPage.port}/portal\r\n`)
    expect(await portal(scene, STRANGER, '/portal')).toContain('Code on your slip')
    expect(await portal(scene, STRANGER, '/portal/api')).toContain('"captive":true')

    const { id, code } = await issue(scene)
    const agreement = await portal(scene, STRANGER, '/portal/code', { code: code.toLowerCase() })
    expect(agreement).toContain('Using the school&#39;s Wi-Fi as a visitor')
    expect(agreement).toContain('The school filters and records')
    const state = stateIn(agreement)
    // Not without the yes, and not from another address.
    const refused = await portal(scene, STRANGER, '/portal/accept', { state, type: 'phone' })
    expect(refused).toContain('Tick the box')
    const stolen = { state, type: 'phone', accept: 'yes' }
    expect(await portal(scene, SECOND, '/portal/accept', stolen)).toContain('another address')
    expect(await isOpen(scene, STRANGER)).toBe(false)

    const done = await portal(scene, STRANGER, '/portal/accept', { ...stolen })
    const began = performance.now()
    expect(done).toContain('This device is registered')
    await until(
      () => isOpen(scene, STRANGER),
      (open) => open,
    )
    expect(performance.now() - began).toBeLessThan(LIMIT_MS)
    expect(await browse(scene, STRANGER)).toBe('HTTP/1.1 200 OK')
    expect(await portal(scene, STRANGER, '/portal/api')).toContain('"captive":false')
    // One voucher, one device.
    const again = await portal(scene, SECOND, '/portal/code', { code })
    expect(again).toContain('used already')
    expect(await isOpen(scene, SECOND)).toBe(false)

    const revoke = await scene.tool('vouchers', 'revoke', id, '--actor', 'p-0005', ...BECAUSE)
    const revoked = performance.now()
    expect([revoke.code, revoke.err]).toEqual([0, ''])
    await until(
      () => isOpen(scene, STRANGER),
      (open) => !open,
    )
    expect(performance.now() - revoked).toBeLessThan(LIMIT_MS)
    expect(await browse(scene, STRANGER)).toContain('403')
  })
}, 120_000)

/** A member of staff's phone in the staffroom, as devices.csv has it. */
const PHONE = '127.10.20.7'
const SHUT_OUT = ['lost', 'suspended', 'confiscated', 'recalled', 'revoked', 'disposed'] as const

test('each state that shuts a device out is in force on DNS, proxy and open connections in 5 s (V15)', async () => {
  await withGate(async (scene) => {
    const { tool, gate, port } = scene
    const set = async (state: string, actor: string): Promise<number> => {
      const done = await tool('devices', 'set', 'staff-phone', state, '--actor', actor, ...BECAUSE)
      expect([done.code, done.err]).toEqual([0, ''])
      return performance.now()
    }
    for (const state of [...SHUT_OUT, 'quarantine'] as const) {
      expect(await browse(scene, PHONE)).toBe('HTTP/1.1 200 OK')
      const kept = connect({ host: gate.http.host, port: gate.http.port, localAddress: PHONE })
      kept.on('error', () => undefined)
      kept.write(`GET http://bbc.co.uk:${port}/ HTTP/1.1\r\nHost: bbc.co.uk:${port}\r\n\r\n`)
      await once(kept, 'data')
      const closed = closing(kept)
      const began = await set(state, state === 'lost' ? 'p-0005' : 'p-0006')
      await closed
      await until(
        () => isOpen(scene, PHONE),
        (open) => !open,
      )
      expect(performance.now() - began, state).toBeLessThan(LIMIT_MS)
      expect(await browse(scene, PHONE), state).toContain('403')
      await set('approved', 'p-0006')
      await until(
        () => isOpen(scene, PHONE),
        (open) => open,
      )
    }
    // That a lost device showed up somebody is told.
    const alerts = await until(
      () =>
        run(join(ROOT, 'schoolgate'), [
          'alerts',
          'list',
          '--actor',
          'p-0005',
          '--records',
          gate.records,
        ]),
      ({ out }) => out.includes('reported lost'),
      60_000,
    )
    expect(alerts.out).toContain('staffroom')
  })
}, 240_000)

test('a device of staff waits for the technician; one whose agreement is missing signs it at the portal (V12)', async () => {
  await withGate(async (scene) => {
    const { tool, gate } = scene
    const own = '127.10.20.203'
    const args = ['registrations', 'invite', 'p-0002', '--actor', 'p-0005', ...BECAUSE]
    const [, code = ''] = /^code (\S+)$/m.exec((await tool(...args)).out) ?? []
    const page = await portal(scene, own, '/portal/code', { code })
    expect(page).toContain('with your own device')
    const form = { state: stateIn(page), type: 'phone', accept: 'yes' }
    expect(await portal(scene, own, '/portal/accept', form)).toContain('must approve')
    const waits = await until(
      () => portal(scene, own, '/portal'),
      (html) => !html.includes('Code on your slip'),
    )
    expect(waits).toContain('waits for the yes of a technician')
    expect(await isOpen(scene, own)).toBe(false)
    const [device = ''] = /\bd\d+\b/.exec((await tool('registrations', 'list')).out) ?? []
    const yes = await tool('registrations', 'approve', device, '--actor', 'p-0006', ...BECAUSE)
    expect([yes.code, yes.err]).toEqual([0, ''])
    await until(
      () => isOpen(scene, own),
      (open) => open,
    )

    // By name through the proxy, although the device is in a closed profile and nothing else is open to it.
    const unsigned = '127.10.20.11'
    expect(await browse(scene, unsigned)).toContain('403')
    const proxy = ['-x', `http://127.0.0.1:${gate.http.port}`]
    const asked = await curl(unsigned, ...proxy, 'http://schoolgate.internal/portal')
    expect(asked).toContain('with your own device')
    const fields = ['--data-urlencode', `state=${stateIn(asked)}`, '--data', 'accept=yes']
    await curl(unsigned, ...proxy, ...fields, 'http://schoolgate.internal/portal/accept')
    await until(
      () => isOpen(scene, unsigned),
      (open) => open,
    )
    expect(await browse(scene, unsigned)).toBe('HTTP/1.1 200 OK')
  })
}, 120_000)

test('a device comes again at another address by its own code; the one it has left is a stranger’s (V05, V12)', async () => {
  await withGate(async (scene) => {
    const { code } = await issue(scene)
    const state = stateIn(await portal(scene, STRANGER, '/portal/code', { code }))
    const done = await portal(scene, STRANGER, '/portal/accept', { state, accept: 'yes' })
    const [, again = ''] = /class="code">([^<]+)</.exec(done) ?? []
    await until(
      () => isOpen(scene, STRANGER),
      (open) => open,
    )
    expect(await portal(scene, SECOND, '/portal/code', { code: again })).toContain('registered')
    await until(
      () => isOpen(scene, SECOND),
      (open) => open,
    )
    await until(
      () => isOpen(scene, STRANGER),
      (open) => !open,
    )
  })
}, 120_000)
