import { expect, test } from 'vitest'
import {
  mailboxesOf,
  officesAmong,
  officesOf,
  type DutyTable,
} from '../../../records/alerts/duty-table.ts'
import type { Duty } from '../../../records/alerts/told-duties.ts'
import { AT as DESK_AT, holder, REASON, roleEdit, sampleDesk } from '../governance/sample-desk.ts'
import { AT, HOUR } from './sample-alerts.ts'

const iso = (at: number): string => new Date(at).toISOString()
const AWAY = { absent: [{ from: iso(AT), to: iso(AT + HOUR) }] }
const mailboxes = { dsl: ['dsl@school.test'], exams_officer: ['exams@school.test'] }

function told(holders: DutyTable['holders'], duty: Duty, at = AT) {
  return mailboxesOf({ table: { holders, covers: new Map() }, mailboxes }, duty, at)
}

test('an office’s mailbox is read by its holder, who is not told of himself', () => {
  expect(told(new Map([['p-1', holder(['dsl'])]]), 'dsl')).toEqual([
    { personRef: 'p-1', email: 'dsl@school.test' },
  ])
})

test('a mailbox that two people read is nobody’s own', () => {
  const two = new Map([
    ['p-1', holder(['dsl'])],
    ['p-2', holder(['dsl'])],
  ])
  expect(told(two, 'dsl')).toEqual([{ personRef: null, email: 'dsl@school.test' }])
})

test('while the only holder is away nobody reads it, and then again', () => {
  const away = new Map([['p-1', holder(['dsl'], AWAY)]])
  expect(told(away, 'dsl')).toEqual([])
  expect(told(away, 'dsl', AT + HOUR)).toHaveLength(1)
})

test('an office that the register does not know of is told, one without a mailbox is not', () => {
  expect(told(new Map(), 'exams_officer')).toEqual([
    { personRef: null, email: 'exams@school.test' },
  ])
  expect(told(new Map(), 'head')).toEqual([])
})

test('who covers an office holds it for that time', () => {
  const table: DutyTable = {
    holders: new Map([['p-2', holder(['deputy_dsl'])]]),
    covers: new Map([['c', { duty: 'dsl', person: 'p-2', from: iso(AT), to: iso(AT + HOUR) }]]),
  }
  expect(officesOf(table, 'p-2', AT)).toEqual(['dsl', 'deputy_dsl'])
  expect(officesOf(table, 'p-2', AT + HOUR)).toEqual(['deputy_dsl'])
})

test('a teacher holds no office that alerts go to', () => {
  expect(officesAmong(['teacher', 'head', 'it'])).toEqual(['head'])
})

test.each(['chair_of_governors', 'exams_officer', 'dpo'] as const)(
  'who is %s by the register is told as that',
  async (duty) => {
    const { submit, desk, view } = sampleDesk()
    const appointed = await submit([roleEdit('p-9', holder([duty]))], 'head')
    // Of the chair the lead is asked, too.
    if (appointed.kind === 'waiting') await desk.approve(appointed.proposal, 'dsl', REASON, DESK_AT)
    const { holders, covers } = view.current()
    const table = { holders, covers }
    expect(officesOf(table, 'p-9', DESK_AT)).toEqual([duty])
    const boxes = { [duty]: ['office@school.test'] }
    expect(mailboxesOf({ table, mailboxes: boxes }, duty, DESK_AT)).toEqual([
      { personRef: 'p-9', email: 'office@school.test' },
    ])
  },
)
