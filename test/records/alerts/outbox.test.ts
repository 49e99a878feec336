import { expect, test } from 'vitest'
import {
  MAX_WAITING,
  Outbox,
  type NewMessage,
  type OutMessage,
} from '../../../records/alerts/outbox.ts'
import { inTransaction } from '../../../records/sqlite/open-database.ts'
import { alertsDb, AT, HOUR } from './sample-alerts.ts'

const MESSAGE: NewMessage = {
  ...{ alertId: null, channel: 'mail', target: 'dsl@school.test', subject: 's', body: 'b' },
  ...{ isHigh: false, sendAt: AT },
}

function scene() {
  const db = alertsDb()
  const sent: OutMessage[] = []
  const state = { fails: false }
  const outbox = new Outbox(
    db,
    (message) => {
      if (state.fails) return Promise.reject(new Error('connection refused'))
      sent.push(message)
      return Promise.resolve()
    },
    () => 1,
  )
  return { db, sent, state, outbox }
}

test('what is due is sent once, high ones first, what is not yet due waits', async () => {
  const { sent, outbox } = scene()
  outbox.put({ ...MESSAGE, subject: 'later', sendAt: AT + HOUR }, AT)
  outbox.put({ ...MESSAGE, subject: 'low' }, AT)
  outbox.put({ ...MESSAGE, subject: 'high', isHigh: true }, AT)
  await outbox.flush(AT)
  await outbox.flush(AT)
  expect(sent.map(({ subject }) => subject)).toEqual(['high', 'low'])
  await outbox.flush(AT + HOUR)
  expect(sent.map(({ subject }) => subject)).toEqual(['high', 'low', 'later'])
  expect(outbox.waiting()).toBe(0)
})

test('a failure is tried again with a growing pause under the same id, and survives a restart', async () => {
  const { db, state, sent, outbox } = scene()
  outbox.put(MESSAGE, AT)
  state.fails = true
  const tries: number[] = []
  let id = ''
  for (let at = AT; at < AT + 600_000; at += 1_000) {
    const before = outbox.error
    const row = db.prepare('SELECT id, tries FROM outbox').get()
    await outbox.flush(at)
    id = String(row?.['id'])
    if (Number(db.prepare('SELECT tries FROM outbox').get()?.['tries']) > Number(row?.['tries']))
      tries.push((at - AT) / 1_000)
    expect(before === null || before.includes('connection refused')).toBe(true)
  }
  expect(tries).toEqual([0, 5, 15, 35, 75, 155, 315])
  const again = new Outbox(db, (message) => {
    sent.push(message)
    return Promise.resolve()
  })
  await again.flush(AT + HOUR)
  expect(sent.map((message) => message.id)).toEqual([id])
})

test('what nobody takes for a day is given up', async () => {
  const { db, state, outbox } = scene()
  outbox.put(MESSAGE, AT)
  state.fails = true
  for (let hour = 0; hour <= 25; hour += 1) await outbox.flush(AT + hour * HOUR)
  expect(db.prepare('SELECT state, error FROM outbox').get()).toMatchObject({ state: 'dead' })
  expect(outbox.waiting()).toBe(0)
})

test('a full queue takes only what is high, at the cost of the oldest that is not', () => {
  const { db, outbox } = scene()
  inTransaction(db, () => {
    for (let i = 0; i < MAX_WAITING; i += 1) outbox.put({ ...MESSAGE, subject: `low ${i}` }, AT)
    outbox.put({ ...MESSAGE, subject: 'one more' }, AT)
    outbox.put({ ...MESSAGE, subject: 'high', isHigh: true }, AT)
  })
  expect(outbox.waiting()).toBe(MAX_WAITING)
  expect(outbox.dropped).toBe(2)
  const subjects = db.prepare("SELECT subject FROM outbox WHERE state = 'waiting'").all()
  const has = (subject: string) => subjects.some((row) => row['subject'] === subject)
  expect([has('high'), has('one more'), has('low 0'), has('low 1')]).toEqual([
    true,
    false,
    false,
    true,
  ])
})

test('a disk that refuses is an error to show, not a rejection', async () => {
  const { db, outbox } = scene()
  db.close()
  await outbox.flush(AT)
  expect(outbox.error).toMatch(/not open/)
})
