import { expect, test } from 'vitest'
import { createAlerter, type AlertConfig } from '../../../records/alerts/alerter.ts'
import type { Observation } from '../../../records/alerts/finding.ts'
import { mailSender } from '../../../records/alerts/send-mail.ts'
import type { OutMessage } from '../../../records/alerts/outbox.ts'
import type { Duty } from '../../../records/alerts/told-duties.ts'
import { MailServer } from '../../support/smtp-server.ts'
import { until } from '../../support/until.ts'
import { alertsDb, anObservation, AT, HOUR, MINUTE } from './sample-alerts.ts'

const NIGHT = { from: 22 * 3_600, to: 7 * 3_600 }
/** The DSL is p-0001, the deputy p-0002, the head p-0003, the network manager p-0004. */
const HOLDERS: Partial<Record<Duty, string>> = {
  dsl: 'p-0001',
  deputy_dsl: 'p-0002',
  head: 'p-0003',
  network_manager: 'p-0004',
  exams_officer: 'p-0006',
}

function scene(more: Partial<AlertConfig> = {}, away: readonly Duty[] = []) {
  const db = alertsDb()
  const state = { now: AT }
  const sent: OutMessage[] = []
  const config: AlertConfig = {
    ...{ school: 'Small School', timezone: 'Europe/London', dashboardUrl: null },
    ...{ quiet: NIGHT, digestAt: 7.5 * 3_600, webhooks: [] },
    recipients: (duty) => {
      const personRef = HOLDERS[duty]
      if (personRef === undefined || away.includes(duty)) return []
      return [{ personRef, email: `${duty}@school.test` }]
    },
    dutiesOf: (ref) =>
      Object.entries(HOLDERS).flatMap(([duty, holder]) => (holder === ref ? [duty as Duty] : [])),
    topicOf: () => null,
    ...more,
  }
  const open = () =>
    createAlerter({
      ...{ db, config, clock: () => state.now },
      deliver: (message) => {
        sent.push(message)
        return Promise.resolve()
      },
    })
  const alerter = open()
  let seq = 0
  const see = async (facts: Partial<Observation> = {}) => {
    seq += 1
    alerter.see([anObservation({ seq, blockRef: `REF-${seq}`, at: state.now, ...facts })])
    await alerter.tick(state.now)
  }
  const tickAt = async (now: number) => {
    state.now = now
    await alerter.tick(now)
  }
  const targets = () => sent.splice(0).map(({ target }) => target)
  const rows = () => db.prepare('SELECT * FROM alerts ORDER BY id').all()
  return { db, state, sent, open, alerter, see, tickAt, targets, rows }
}

const VISIT = { grade: 'navigated' } as const

test('V24: the DSL has the mail within a moment of the attempt, over real SMTP', async () => {
  await using server = await MailServer.start()
  const deliver = mailSender({
    ...{ host: '127.0.0.1', port: server.port, security: 'none', ca: null },
    ...{ user: null, password: null, from: 'gate@school.test' },
  })
  const { db } = scene()
  const recipients = () => [{ personRef: null, email: 'dsl@school.test' }]
  const alerter = createAlerter({
    ...{ db, deliver, clock: () => Date.now() },
    config: {
      ...{ school: 'Small School', timezone: 'Europe/London', dashboardUrl: null, quiet: NIGHT },
      ...{ digestAt: 86_399, webhooks: [], recipients, dutiesOf: () => [], topicOf: () => null },
    },
  })
  const began = performance.now()
  alerter.see([anObservation({ ...VISIT, at: Date.now() })])
  await until(
    () => server.mails.length,
    (count) => count === 1,
  )
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(server.mails[0]?.text).toMatch(
    /p-1001 \(pupil\): tried to open a site of the kind: Suicide/,
  )
  expect(server.mails[0]?.text).not.toContain('cat.test')
})

test('V24: one look-up waits for the digest, the third tells, and the next ones are counted', async () => {
  const { see, targets, rows } = scene()
  await see()
  await see()
  expect(targets()).toEqual([])
  await see()
  expect(targets()).toEqual(['dsl@school.test'])
  await see()
  expect(targets()).toEqual([])
  expect(rows()).toMatchObject([{ count: 4, urgency: 'now', rule: 'high_risk' }])
})

test('V24: at 02:00 what is high is told at once, and what is not waits for the morning', async () => {
  const { state, see, targets, tickAt, alerter } = scene({ digestAt: 86_399 })
  state.now = Date.parse('2026-11-25T02:00:00Z')
  await see({ ...VISIT })
  expect(targets()).toEqual(['dsl@school.test'])
  await see({ category: null, severity: 'medium', reasonCode: 'lost', personRef: 'p-1002' })
  alerter.event('unclean_stop', { at: 'then' })
  await tickAt(state.now + 1_000)
  expect(targets()).toEqual([])
  alerter.acknowledge('none', 'p', 1)
  await tickAt(Date.parse('2026-11-25T07:00:00Z'))
  const told = targets()
  expect(told.filter((target) => target === 'network_manager@school.test').length).toBeGreaterThan(
    1,
  )
})

test('V24: unacknowledged it passes to the deputy after 30 minutes, to the head after 60; acknowledged to nobody', async () => {
  const { see, targets, tickAt, alerter, rows } = scene({ digestAt: 86_399 })
  await see({ ...VISIT })
  expect(targets()).toEqual(['dsl@school.test'])
  await tickAt(AT + 29 * MINUTE)
  expect(targets()).toEqual([])
  await tickAt(AT + 30 * MINUTE)
  expect(targets()).toEqual(['dsl@school.test', 'deputy_dsl@school.test'])
  await tickAt(AT + 31 * MINUTE)
  expect(targets()).toEqual([])
  await tickAt(AT + 60 * MINUTE)
  expect(targets()).toContain('head@school.test')
  expect(alerter.acknowledge(String(rows()[0]?.['id']), 'p-0003', AT + 61 * MINUTE)).toBe(true)
  await tickAt(AT + 7 * HOUR)
  expect(targets()).toEqual([])
})

test('with the DSL away the deputy is told at once; with all away the alarm says so', async () => {
  const away = scene({}, ['dsl'])
  await away.see({ ...VISIT })
  expect(away.targets()).toEqual(['deputy_dsl@school.test'])
  const nobody = scene({ recipients: () => [] })
  await nobody.see({ ...VISIT })
  expect(nobody.alerter.alarm).toMatch(/nobody could be told of/)
})

test.each<[string, string, string]>([
  ['the DSL', 'p-0001', 'head@school.test'],
  ['the network manager', 'p-0004', 'head@school.test'],
  ['a teacher', 'p-0009', 'head@school.test'],
])(
  'of %s the head is told, and of nothing the person himself',
  async (_says, personRef, target) => {
    const { see, targets, tickAt, sent } = scene({ digestAt: 86_399 })
    await see({ ...VISIT, personRef, role: 'staff' })
    expect(targets()).toEqual([target])
    await tickAt(AT + 61 * MINUTE)
    const holder = Object.entries(HOLDERS).find(([, ref]) => ref === personRef)?.[0]
    expect(sent.map((message) => message.target)).not.toContain(`${holder ?? 'none'}@school.test`)
  },
)

test('the exams officer is not told of his own phone in the exam room', async () => {
  const { see, targets } = scene()
  const sighting = {
    category: null,
    severity: 'medium',
    reasonCode: 'exam',
    role: 'staff',
  } as const
  await see({ ...sighting, personRef: 'p-0006' })
  expect(targets()).toEqual(['head@school.test'])
  await see({ ...sighting, personRef: 'p-0007' })
  expect(targets()).toEqual(['exams_officer@school.test', 'head@school.test'])
})

test('where the journal is shorter than what was judged, its next rows are new', async () => {
  const { open, alerter, targets, state } = scene()
  alerter.see([anObservation({ seq: 900, severity: 'low', category: 'media.games' })])
  await alerter.tick(state.now)
  const again = open()
  again.cutBack(3)
  expect([again.seenSeq, again.resumeSeq <= 3]).toEqual([3, true])
  again.see([anObservation({ seq: 4, ...VISIT })])
  await again.tick(state.now)
  expect(targets()).toEqual(['dsl@school.test'])
})

test('a digest a day: what was quiet, what was told, what a topic explains; never a person about himself', async () => {
  const { see, targets, tickAt, sent, state } = scene({
    topicOf: ({ personRef }) => (personRef === 'p-1005' ? '10B' : null),
  })
  await see()
  await see({ ...VISIT, personRef: 'p-1005' })
  await see({ ...VISIT, personRef: 'p-0001', role: 'staff' })
  expect(targets()).toEqual(['head@school.test'])
  state.now = Date.parse('2026-11-25T07:29:59Z')
  await tickAt(state.now)
  sent.splice(0)
  await tickAt(Date.parse('2026-11-25T07:30:00Z'))
  const toDsl = sent.find(({ target }) => target === 'dsl@school.test')
  const toHead = sent.find(({ target }) => target === 'head@school.test')
  expect(toDsl?.body).toMatch(/To look at:\n- .*p-1001/)
  expect(toDsl?.body).toMatch(/Explained by an announced teaching topic:\n- .*p-1005/)
  expect(toDsl?.body).not.toContain('p-0001')
  expect(toHead?.body).toMatch(/p-0001/)
  sent.splice(0)
  await tickAt(Date.parse('2026-11-25T18:00:00Z'))
  expect(sent.filter(({ subject }) => subject.startsWith('Daily'))).toEqual([])
  await tickAt(Date.parse('2026-11-26T07:30:00Z'))
  expect(sent.find(({ target }) => target === 'dsl@school.test')?.body).toMatch(
    /^Nothing to report/,
  )
})

test('after a restart nothing is told twice, and earlier look-ups still count', async () => {
  const { open, alerter, targets, state, rows } = scene()
  const row = (seq: number) => anObservation({ seq, blockRef: `REF-${seq}`, at: AT })
  alerter.see([row(1), row(2)])
  await alerter.tick(state.now)
  const again = open()
  expect(again.resumeSeq).toBe(0)
  expect(again.seenSeq).toBe(2)
  again.see([row(1), row(2), row(3)])
  await again.tick(state.now)
  expect(targets()).toEqual(['dsl@school.test'])
  expect(rows()).toMatchObject([{ count: 3 }])
})

test('a restart begins to read at most some twenty minutes back', async () => {
  const { open, see, tickAt } = scene()
  for (let minute = 0; minute < 40; minute += 1) {
    await tickAt(AT + minute * MINUTE)
    await see({ category: 'media.games', severity: 'low' })
  }
  await tickAt(AT + 40 * MINUTE)
  const { resumeSeq, seenSeq } = open()
  expect(seenSeq).toBe(40)
  expect(resumeSeq).toBeGreaterThanOrEqual(15)
  expect(resumeSeq).toBeLessThanOrEqual(30)
})

test('an alert that cannot be written is an error, and its row is judged when it is seen again', async () => {
  const { alerter, db, rows, targets, state } = scene()
  db.exec("CREATE TRIGGER full BEFORE INSERT ON alerts BEGIN SELECT RAISE(ABORT, 'disk full'); END")
  const visit = anObservation({ ...VISIT })
  expect(() => {
    alerter.see([visit])
  }).toThrow(/disk full/)
  expect(alerter.seenSeq).toBe(0)
  db.exec('DROP TRIGGER full')
  alerter.see([visit])
  await alerter.tick(state.now)
  expect(rows()).toHaveLength(1)
  expect(targets()).toEqual(['dsl@school.test'])
})

test('a webhook is told what a person is told', async () => {
  const { see, sent } = scene({ webhooks: ['https://hooks.school.test/a'] })
  await see({ ...VISIT })
  const [hook] = sent.filter(({ channel }) => channel === 'webhook')
  expect(JSON.parse(hook?.body ?? '{}')).toMatchObject({ kind: 'alert', severity: 'high' })
})
