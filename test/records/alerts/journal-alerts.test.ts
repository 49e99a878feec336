import { expect, onTestFinished, test } from 'vitest'
import { alertPurgesOf } from '../../../records/alerts/alert-retention.ts'
import { AlertStore } from '../../../records/alerts/alert-store.ts'
import { JournalAlerts, type AlertSettings } from '../../../records/alerts/journal-alerts.ts'
import { JournalStore } from '../../../records/journal/journal-store.ts'
import { MailServer } from '../../support/smtp-server.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { until } from '../../support/until.ts'
import { anEntry } from '../backup/sample-records.ts'
import { holder } from '../governance/sample-desk.ts'
import { aFinding, alertsDb, AT } from './sample-alerts.ts'

const HIGH = { severity: 'high', category: 'harm.suicide', grade: 'navigated' } as const
const NOBODY = { holders: new Map(), covers: new Map(), topics: new Map() }

function scene(port: number | null, directory = tempDirectory()) {
  const store = JournalStore.open({ directory, site: 'ex', gate: 'gate-1', now: AT })
  const mail = { host: '127.0.0.1', port: port ?? 0, from: 'gate@school.test', ca: null }
  const settings: AlertSettings = {
    ...{ school: 'Small School', timezone: 'Europe/London', dashboardUrl: null, quiet: null },
    ...{ digestAt: 86_399, webhooks: [] },
    mail: port === null ? null : { ...mail, security: 'none', user: null, password: null },
    mailboxes: { dsl: ['dsl@school.test'], head: ['head@school.test'] },
  }
  const open = () =>
    new JournalAlerts({ directory, journal: store.db, settings, register: NOBODY, clock: () => AT })
  const write = (personRef = 'p-1001') => {
    const entry = anEntry({ ...HIGH, personRef, blockRef: `REF-${personRef}` })
    const pending = { entry, opens: null }
    store.write({ entries: [pending], grown: [], closed: [], tally: [], now: AT })
  }
  onTestFinished(() => {
    store.close(AT)
  })
  const kept = () => alertsDb(directory).prepare('SELECT person_ref FROM alerts').all()
  return { directory, open, write, kept }
}

test('what was written is judged with the next turn, and mailed to who is in office now', async () => {
  await using server = await MailServer.start()
  const { open, write } = scene(server.port)
  const alerts = open()
  write()
  alerts.turn(0)
  await until(
    () => server.mails.map(({ to }) => to[0]),
    (to) => to.includes('dsl@school.test'),
  )
  // The DSL himself: his superior is told, because the register says who he is.
  alerts.setRegister({ ...NOBODY, holders: new Map([['p-0001', holder(['dsl'])]]) })
  write('p-0001')
  await alerts.end()
  expect(server.mails.map(({ to }) => to[0])).toEqual(['dsl@school.test', 'head@school.test'])
})

test('turns within a second do nothing', async () => {
  const { open, write, kept } = scene(null)
  const alerts = open()
  alerts.turn(0)
  write()
  alerts.turn(999)
  expect(kept()).toHaveLength(0)
  alerts.turn(1_000)
  expect(kept()).toHaveLength(1)
  await alerts.end()
})

test('without a mail server alerts are kept, and that nobody is told is no alarm', async () => {
  const { open, write, kept } = scene(null)
  const alerts = open()
  write()
  alerts.turn(0)
  expect(alerts.alarm).toBeNull()
  expect(kept()).toHaveLength(1)
  await alerts.end()
})

test('a new file owes no alerts of what the journal held before; a known one goes on where it was', async () => {
  const { open, write, kept } = scene(null)
  write('p-1')
  await open().end()
  expect(kept()).toEqual([])
  write('p-2')
  const again = open()
  again.turn(0)
  await again.end()
  expect(kept()).toEqual([{ person_ref: 'p-2' }])
})

test('a server that refuses is an alarm', async () => {
  await using server = await MailServer.start()
  server.refusing = true
  const { open, write } = scene(server.port)
  const alerts = open()
  write()
  alerts.turn(0)
  await until(
    () => alerts.alarm,
    (alarm) => alarm?.includes('try again later') === true,
  )
  await alerts.end()
})

test('an event of the gate is told, and a file that takes nothing more is an alarm and no crash', async () => {
  const { open, directory } = scene(null)
  const alerts = open()
  alerts.event('journal_loss', { lost: 3 })
  const db = alertsDb(directory)
  expect(db.prepare('SELECT detail FROM alerts').get()).toEqual({
    detail: '3 refusals could not be recorded',
  })
  db.exec('DROP TABLE alerts')
  alerts.event('journal_loss', { lost: 4 })
  expect(alerts.alarm).toMatch(/^alerts cannot be kept: /)
  await alerts.end()
})

test('what a teaching topic explains is kept and not told, until the topic is ended', async () => {
  await using server = await MailServer.start()
  const { open, write } = scene(server.port)
  const alerts = open()
  const lesson = {
    ...{ class: '10B', persons: ['p-1001', 'p-1002'], categories: ['harm.suicide'] },
    ...{ from: '2026-11-24T09:00:00Z', to: '2026-11-24T12:00:00Z' },
  }
  alerts.setRegister({ ...NOBODY, topics: new Map([['10B now', lesson]]) })
  write('p-1001')
  alerts.turn(0)
  alerts.setRegister(NOBODY)
  write('p-1002')
  await alerts.end()
  expect(server.mails.map(({ text }) => /p-\d+/.exec(text)?.[0])).toEqual(['p-1002'])
})

test('what is too old is let go by a turn, and what went is noted', async () => {
  const { open, kept, directory } = scene(null)
  const db = alertsDb(directory)
  const finding = aFinding({ severity: 'low', at: AT - 400 * 86_400_000 })
  new AlertStore(db).raise(finding, { duties: ['dsl'], topic: null, now: finding.at })
  const alerts = open()
  alerts.turn(0)
  expect(kept()).toEqual([])
  expect(alertPurgesOf(db)).toMatchObject([
    { rule: 'alert identities', alerts: 1 },
    { rule: 'alerts', alerts: 1 },
  ])
  await alerts.end()
})
