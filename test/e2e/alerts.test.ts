import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { MailServer } from '../support/smtp-server.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run, type ProgramResult } from './run-program.ts'

const SCHOOLGATE = join(import.meta.dirname, '..', '..', 'schoolgate')
/** Tuesday, in a lesson. */
const CLOCK = '2026-11-24T10:00:00Z'
/** `pupil-y9-laptop` of the example school. */
const LAPTOP = '127.10.10.21'
/** In a paper of the example school's calendar. */
const IN_THE_EXAM = '2027-01-12T09:30:00Z'
/** `staff-phone`, `pupil-y11-phone` and `pupil-y9-phone` in the exam hall. */
const PHONE_IN_HALL = '127.10.14.7'
const CANDIDATES_PHONE_IN_HALL = '127.10.14.27'
const PUPIL_PHONE_IN_HALL = '127.10.14.22'
const EXAM_OFFICES = { exams_officer: ['exams@school.test'], head: ['head@school.test'] }
const BECAUSE = ['--reason', 'decided in the meeting of 24 November']

function settings(port: number, more: Readonly<Record<string, unknown>> = {}) {
  return {
    'dns.upstreams': ['udp://127.0.0.1:9'],
    'alerts.mail': { host: '127.0.0.1', port, from: 'gate@school.test', security: 'none' },
    'alerts.recipients': { dsl: ['dsl@school.test'], network_manager: ['nm@school.test'] },
    ...more,
  }
}

async function reload(gate: GateProcess): Promise<void> {
  const count = () => gate.log.filter((line) => line.includes('revision in force')).length
  const before = count()
  gate.signal('SIGHUP')
  await until(count, (now) => now > before)
}

async function visit(gate: GateProcess, host: string, from = LAPTOP): Promise<string> {
  const proxy = `http://${gate.http.host}:${gate.http.port}`
  const args = ['-s', '-o', '/dev/null', '-w', '%{http_code}', '--interface', from, '-x', proxy]
  return (await run('curl', [...args, `http://${host}/`])).out
}

test('V24: a pupil goes to a high-risk site, and the DSL has one mail within seconds, whatever he repeats', async () => {
  await using server = await MailServer.start()
  await using gate = await GateProcess.start({ clock: CLOCK, set: settings(server.port) })
  const began = performance.now()
  expect(await visit(gate, 'harm-suicide.cat.test')).toBe('403')
  await until(
    () => server.mails.length,
    (count) => count > 0,
  )
  expect(performance.now() - began).toBeLessThan(10_000)
  for (let times = 0; times < 5; times += 1) await visit(gate, 'harm-suicide.cat.test')
  // A clean stop judges and sends the rest: nothing is left that could still become a mail.
  const { code, tookMs } = await gate.stop()
  expect([code, tookMs < 5_000]).toEqual([0, true])
  expect(server.mails.map(({ to }) => to)).toEqual([['dsl@school.test']])
  const [mail] = server.mails
  expect(mail?.text).toContain('p-1002 (pupil): tried to open a site of the kind: Suicide')
  expect(mail?.text).not.toContain('cat.test')
})

test.each([
  ['a teacher’s', PHONE_IN_HALL, 'p-0001 (staff)'],
  ['a candidate’s', CANDIDATES_PHONE_IN_HALL, 'p-1005 (pupil)'],
])(
  'V17: %s phone in the exam hall: the exams officer and the head have a mail within seconds',
  async (_whose, phone, who) => {
    await using server = await MailServer.start()
    const set = settings(server.port, { 'alerts.recipients': EXAM_OFFICES })
    await using gate = await GateProcess.start({ clock: IN_THE_EXAM, set })
    const began = performance.now()
    expect(await visit(gate, 'wikipedia.org', phone)).toBe('403')
    const mails = await until(
      () => server.mails,
      (sent) => sent.length >= 2,
    )
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(mails.flatMap(({ to }) => to).toSorted()).toEqual([
      'exams@school.test',
      'head@school.test',
    ])
    expect(mails[0]?.text).toContain(`${who}: a personal device is in the exam zone \`exam_hall\``)
    expect(mails[0]?.text).not.toContain('rehearsal')
  },
)

test('while an exam is rehearsed its alert goes the same way, and says that it is a rehearsal', async () => {
  await using server = await MailServer.start()
  const set = settings(server.port, { 'alerts.recipients': EXAM_OFFICES })
  // By the wall's clock, by which the command judges; at any hour a rehearsal refuses a phone.
  await using gate = await GateProcess.start({ set })
  const tool = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await run(SCHOOLGATE, [...args, '--records', gate.records])
    expect([code, err]).toEqual([0, ''])
    return out
  }
  await tool('changes', 'appoint', 'p-0001', 'head', ...BECAUSE)
  const asHead = ['--actor', 'p-0001', ...BECAUSE]
  const room = ['--kind', 'exam_rehearsal', '--zones', 'exam_hall']
  const [from, to] = [-1, 1].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString())
  const term = ['--from', from ?? '', '--until', to ?? '']
  await tool('occasions', 'begin', 'mock', ...room, ...term, ...asHead)
  for (let times = 0; times < 2; times += 1) await reload(gate)
  expect(await visit(gate, 'wikipedia.org', PUPIL_PHONE_IN_HALL)).toBe('403')
  const mails = await until(
    () => server.mails,
    (sent) => sent.length >= 2,
  )
  for (const { text } of mails)
    expect(text).toContain('rehearsal: a personal device is in the exam zone')
  expect(await tool('alerts', 'list', '--actor', 'p-0001')).toMatch(/rehearsal: a personal device/)
})

test('an alert is acknowledged and becomes an incident, which holds its entries and is handed over', async () => {
  await using gate = await GateProcess.start({ clock: CLOCK, set: settings(9) })
  const tool = (...args: string[]): Promise<ProgramResult> =>
    run(SCHOOLGATE, [...args, '--records', gate.records])
  await tool('changes', 'appoint', 'p-0001', 'head', ...BECAUSE)
  await tool('changes', 'appoint', 'p-0002', 'dsl', '--actor', 'p-0001', ...BECAUSE)
  await visit(gate, 'harm-suicide.cat.test')
  const asDsl = ['--actor', 'p-0002']
  const { out } = await until(
    () => tool('alerts', 'list', ...asDsl),
    (listed) => listed.out !== '',
  )
  const alert = out.slice(0, 26)
  expect(out).toMatch(/\[high\] p-1002: tried to open .* for dsl/)
  expect((await tool('alerts', 'list', '--actor', 'p-1002')).out).toBe('')
  expect((await tool('alerts', 'acknowledge', alert, ...asDsl, ...BECAUSE)).code).toBe(0)
  const open = await tool('incidents', 'open', alert, ...asDsl, ...BECAUSE)
  expect([open.code, open.err]).toEqual([0, ''])
  expect((await tool('journal', 'stat')).out).toMatch(/hold 1 by p-0002 .*in force/)
  const folder = tempDirectory()
  const incident = open.out.slice(0, 26)
  const handed = await tool(
    'incidents',
    'handover',
    incident,
    '--out',
    folder,
    ...asDsl,
    ...BECAUSE,
  )
  expect([handed.code, handed.err]).toEqual([0, ''])
  const text = readFileSync(join(folder, `incident-${incident}.txt`), 'utf8')
  expect(text).toMatch(/self harm suicide, severity high[^]*Evidence: {2}1 journal entries/)
  // Nobody takes this mail, and whoever looks at the gate sees that.
  const { body } = await gate.get('/readyz')
  expect(body).toContain('alerts cannot be delivered: mail to `dsl@school.test`')
})

test('an announced teaching topic: the class’s look-ups in the lesson are recorded and alarm nobody', async () => {
  await using server = await MailServer.start()
  await using gate = await GateProcess.start({ clock: CLOCK, set: settings(server.port) })
  const tool = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await run(SCHOOLGATE, [...args, '--records', gate.records])
    expect([code, err]).toEqual([0, ''])
    return out
  }
  await tool('changes', 'appoint', 'p-0001', 'head', ...BECAUSE)
  const asHead = ['--actor', 'p-0001', ...BECAUSE]
  await tool('changes', 'appoint', 'p-0002', 'dsl', ...asHead)
  await tool('changes', 'appoint', 'p-0003', 'teacher', ...asHead)
  const lesson = ['--from', '2026-11-24T09:55Z', '--to', '2026-11-24T10:55Z']
  const what = ['--categories', 'harm.suicide', '--pupils', 'p-1002', ...lesson]
  const out = await tool('topics', 'announce', '9A', ...what, '--actor', 'p-0003', ...BECAUSE)
  const asDsl = ['--actor', 'p-0002']
  const proposal = /change (\S+) waits for p-0002/.exec(out)?.[1] ?? 'none'
  await tool('changes', 'approve', proposal, ...asDsl, ...BECAUSE)
  // The second reload began after the yes, whatever the first one was.
  for (let times = 0; times < 2; times += 1) await reload(gate)
  await visit(gate, 'harm-suicide.cat.test')
  await until(
    () => tool('alerts', 'list', ...asDsl),
    (list) => list.includes('explained by a topic'),
  )
  const { code } = await gate.stop()
  expect([code, server.mails.map(({ text }) => text)]).toEqual([0, []])
})

test('a mail server that hangs does not hold up the stop', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })
  const { port } = silent.address() as AddressInfo
  await using gate = await GateProcess.start({ clock: CLOCK, set: settings(port) })
  await visit(gate, 'harm-suicide.cat.test')
  await until(
    () => sockets.length,
    (count) => count > 0,
  )
  const { code, tookMs } = await gate.stop()
  expect([code, tookMs < 5_000]).toEqual([0, true])
  // What it did not take is sent by the next start.
  await using server = await MailServer.start()
  const set = settings(server.port, { 'records.directory': gate.records })
  await using again = await GateProcess.start({ clock: CLOCK, set })
  await until(
    () => server.mails.map(({ to }) => to[0]),
    (to) => to.includes('dsl@school.test'),
  )
  expect(again.log.join('\n')).not.toContain('did not stop cleanly')
})

test('a gate that was killed tells the network manager at its next start', async () => {
  await using server = await MailServer.start()
  await using gate = await GateProcess.start({ clock: CLOCK, set: settings(server.port) })
  gate.signal('SIGKILL')
  await until(
    () => gate.stop(),
    () => true,
  )
  const set = settings(server.port, { 'records.directory': gate.records })
  await using again = await GateProcess.start({ clock: CLOCK, set })
  await until(
    () => server.mails,
    (mails) => mails.length > 0,
  )
  expect(again.log.join('\n')).toContain('did not stop cleanly')
  expect(server.mails[0]).toMatchObject({ to: ['nm@school.test'] })
  expect(server.mails[0]?.text).toContain('the gate ended without a stop')
})

test('a gate makes its backups by itself, and a restored one verifies', async () => {
  const target = tempDirectory()
  const set = settings(9, { 'backup.directory': target })
  await using gate = await GateProcess.start({ clock: CLOCK, set })
  const [name = ''] = await until(
    () => readdirSync(target).filter((file) => file.endsWith('.sgbackup')),
    (files) => files.length > 0,
  )
  expect(name).toMatch(/^schoolgate-ex-20261124T1000\d\dZ\.sgbackup$/)
  const records = join(tempDirectory(), 'records')
  const restored = await run(SCHOOLGATE, ['restore', join(target, name), '--records', records])
  expect([restored.code, restored.err]).toEqual([0, ''])
  const verify = await run(SCHOOLGATE, ['ledger', 'verify', '--records', records])
  expect(verify.code).toBe(0)
  const { body } = await gate.get('/readyz')
  expect(body).not.toContain('backup')
})

test('a target that is away is said', async () => {
  await using server = await MailServer.start()
  const set = settings(server.port, { 'backup.directory': '/nowhere/at/all' })
  await using gate = await GateProcess.start({ clock: CLOCK, set })
  await until(
    () => server.mails.length,
    (count) => count > 0,
  )
  expect(server.mails[0]?.to).toEqual(['nm@school.test'])
  const { body } = await gate.get('/readyz')
  expect(body).toContain('no backup could be made')
})
