import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ALERTS_FILE, ALERTS_SCHEMA } from '../../../records/alerts/alert-schema.ts'
import { AlertStore } from '../../../records/alerts/alert-store.ts'
import { IncidentDesk } from '../../../records/incidents/incident-desk.ts'
import { AccessLog } from '../../../records/journal/access-log.ts'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../../../records/journal/journal-schema.ts'
import { placeHold, releaseHold } from '../../../records/journal/legal-holds.ts'
import { openLedger } from '../../../records/ledger/ledger.ts'
import { People, saltDetails } from '../../../records/people/people.ts'
import { subjectAccess } from '../../../records/people/subject-access.ts'
import { alertRowsOf } from '../../../records/people/subject-alerts.ts'
import { journalRowsOf } from '../../../records/people/subject-journal.ts'
import { accessRowsOf } from '../../../records/people/subject-looks.ts'
import { presenceRowsOf } from '../../../records/people/subject-presence.ts'
import { LocalPresence } from '../../../records/presence/local-presence.ts'
import { inTransaction, openDatabase } from '../../../records/sqlite/open-database.ts'
import { bindingOf } from '../../support/bindings.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { SEEN_AT } from '../../support/sightings.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { aFinding, AT } from '../alerts/sample-alerts.ts'
import { opening } from '../incidents/sample-incident.ts'
import { SITE } from '../ledger/sample-ledger.ts'
import { endedOf, entryOf } from '../presence/presence-contract.ts'

/** One reference is the beginning of another. */
const NAMES = ['a', 'b', 'ab'] as const
type Name = (typeof NAMES)[number]
const name = fc.constantFrom(...NAMES)
const nameOrNobody = fc.option(name)
const REASON = 'somebody asked for it'

/** Everybody's mark in free text: none but his own may be in his export. */
const markOf = (person: string | null): string => `<mark of ${person ?? 'nobody'}>`

const mailOf = (person: string): string => `<${person}>@ex.test`

const history = fc.record({
  alerts: fc.array(fc.record({ about: nameOrNobody, seenBy: nameOrNobody }), { maxLength: 6 }),
  incidents: fc.array(fc.record({ about: nameOrNobody, by: name, conflict: nameOrNobody }), {
    maxLength: 6,
  }),
  looks: fc.array(fc.record({ by: name, asked: fc.subarray([...NAMES]), shown: nameOrNobody }), {
    maxLength: 6,
  }),
  devices: fc.array(nameOrNobody, { maxLength: 6 }),
  holds: fc.array(fc.record({ on: nameOrNobody, by: name, releasedBy: nameOrNobody }), {
    maxLength: 6,
  }),
})
type History = typeof history extends fc.Arbitrary<infer T> ? T : never

async function write(
  directory: string,
  { alerts, incidents, looks, devices, holds }: History,
): Promise<void> {
  const db = openDatabase(join(directory, ALERTS_FILE), ALERTS_SCHEMA)
  const store = new AlertStore(db)
  const message = db.prepare(
    `INSERT INTO outbox (id, alert_id, channel, target, subject, body, is_high, created_at, next_at)
     VALUES (?, ?, 'mail', ?, ?, ?, 1, 1, 1)`,
  )
  for (const [at, { about, seenBy }] of alerts.entries()) {
    const finding = aFinding({ key: `${at}`, personRef: about, detail: markOf(about) })
    const { alert } = store.raise(finding, { duties: ['dsl'], topic: null, now: AT + at })
    if (seenBy === null) continue
    inTransaction(db, () => store.acknowledge(alert.id, seenBy, AT + at))
    message.run(`m${at}`, alert.id, mailOf(seenBy), 'an alert', markOf(about))
  }
  const desk = new IncidentDesk({ db, clock: () => AT, hold: () => Promise.resolve(null) })
  for (const { about, by, conflict } of incidents) {
    const conflicts = conflict === null ? [] : [conflict]
    const told = opening({ subjectRef: about, conflicts, rows: [], alertId: markOf(about) })
    await desk.open(told, { personRef: by, duties: [] })
  }
  db.close()
  writeLooks(directory, looks)
  writeHolds(directory, holds)
  await writeDevices(directory, devices)
}

/** Each with a session that somebody else had at the address before. */
async function writeDevices(directory: string, devices: History['devices']): Promise<void> {
  using presence = LocalPresence.open(directory)
  const entries = devices.map((person, i) => {
    const address = `10.3.0.${i}`
    const of = { address, device: `d${i}`, person, place: markOf(person) }
    const ended = [endedOf({ reporter: 'device of another' })]
    return entryOf({ address, binding: bindingOf(of), ended })
  })
  await presence.put(entries, SEEN_AT)
}

function writeLooks(directory: string, looks: History['looks']): void {
  using log = AccessLog.open(directory)
  for (const [at, { by, asked, shown }] of looks.entries()) {
    const people = [...new Set([...asked, ...(shown === null ? [] : [shown])])]
    const query = { person_ref: asked, device_id: `device of ${asked.join()}` }
    log.note({ at, viewer: by, role: 'dsl', query, rows: 1, reason: null, people })
  }
}

function writeHolds(directory: string, holds: History['holds']): void {
  const db = openDatabase(join(directory, JOURNAL_FILE), JOURNAL_SCHEMA)
  for (const { on, by, releasedBy } of holds) {
    const entries = { first: 1, ...(on === null ? {} : { personRef: on }) }
    const id = placeHold(db, { entries, by, reason: `${REASON} ${markOf(on)}`, at: AT })
    if (releasedBy !== null)
      releaseHold(db, { id: Number(id), by: releasedBy, reason: REASON, at: AT })
  }
  db.close()
}

/** How many rows of each kind are the person's, worked out from the history. */
function ownRows({ alerts, incidents, looks, devices, holds }: History, person: Name) {
  const opened = incidents.filter(({ about, by }) => about === null || about !== by)
  const count = <T>(some: readonly T[], is: (one: T) => boolean): number => some.filter(is).length
  return {
    alerts: count(alerts, ({ about }) => about === person),
    acknowledged: count(alerts, ({ about, seenBy }) => seenBy === person && about !== person),
    messages: count(
      alerts,
      ({ about, seenBy }) => seenBy !== null && (about === person || seenBy === person),
    ),
    incidents: count(opened, ({ about }) => about === person),
    incident_acts: count(
      opened,
      ({ about, by, conflict }) => about !== person && (by === person || conflict === person),
    ),
    seen_by: count(looks, ({ asked, shown }) => asked.includes(person) || shown === person),
    looked: count(looks, ({ by }) => by === person),
    bindings: count(devices, (of) => of === person),
    custody: count(devices, (of) => of === person),
    holds: count(
      holds,
      ({ on, by, releasedBy }) => on === person || by === person || releasedBy === person,
    ),
  }
}

test('V27: any history: alerts, incidents, messages, looks and holds of the person, all and only his', async () => {
  const root = tempDirectory()
  let run = 0
  await fc.assert(
    fc.asyncProperty(history, async (happened) => {
      const directory = join(root, `${(run += 1)}`)
      mkdirSync(directory)
      const ledger = openLedger(directory, { site: SITE })
      for (const ref of NAMES)
        new People(ledger.db).put(ref, saltDetails({ name: ref, email: mailOf(ref) }))
      await write(directory, happened)
      for (const person of NAMES) {
        const kept = subjectAccess(ledger, person)
        const own = ownRows(happened, person)
        const lists: Readonly<Record<keyof typeof own, readonly unknown[]>> = kept
        for (const [kind, count] of Object.entries(own))
          expect([kind, lists[kind as keyof typeof own].length]).toEqual([kind, count])
        const text = JSON.stringify(kept)
        for (const other of NAMES.filter((each) => each !== person)) {
          expect(text).not.toContain(markOf(other))
          expect(text).not.toContain(mailOf(other))
        }
        expect(text).not.toContain('device of')
      }
      ledger.close()
    }),
    { numRuns: Math.ceil(FUZZ_RUNS / 20) },
  )
})

test('where a store is not, nothing is kept and none is made', () => {
  const directory = tempDirectory()
  const kept = {
    ...journalRowsOf(directory, 'a'),
    ...alertRowsOf(directory, 'a', null),
    ...accessRowsOf(directory, 'a'),
    ...presenceRowsOf(directory, 'a'),
  }
  expect(Object.values(kept).flat()).toEqual([])
  expect(readdirSync(directory)).toEqual([])
})
