import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { IncidentDesk } from '../../../records/incidents/incident-desk.ts'
import { AlertStore } from '../../../records/alerts/alert-store.ts'
import { forgetPerson } from '../../../records/people/forget-person.ts'
import { LocalPresence } from '../../../records/presence/local-presence.ts'
import { bindingOf } from '../../support/bindings.ts'
import { JournalFolder, aLookup } from '../../support/journal-folder.ts'
import { TEN_O_CLOCK } from '../../support/refusals.ts'
import { macOf, SEEN_AT } from '../../support/sightings.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { aFinding, alertsDb, AT } from '../alerts/sample-alerts.ts'
import { DSL, opening } from '../incidents/sample-incident.ts'
import { entryOf } from '../presence/presence-contract.ts'

test('where there are no stores nothing is reached, and none is made', () => {
  const directory = tempDirectory()
  const reached = forgetPerson(directory, 'p-7', AT)
  expect(new Set(Object.values(reached))).toEqual(new Set([0]))
  expect(readdirSync(directory)).toEqual([])
})

test('more refusals than one step takes are all reached, and no octet of the file has the reference', () => {
  const journal = new JournalFolder()
  const hosts = Array.from({ length: 600 }, (_, i) => `h${i}.example`)
  const person = 'pupil-of-this-test'
  journal.write(
    ...hosts.map((host, i) =>
      aLookup({ host, person, device: null, at: TEN_O_CLOCK + i * 60_000 }),
    ),
    aLookup(),
  )
  expect(forgetPerson(journal.directory, person, AT)).toMatchObject({
    ...{ refusals: 600, refusalsKept: 0 },
  })
  expect(journal.rows('SELECT count(*) AS n FROM journal')).toEqual([{ n: 601 }])
  // One pseudonym a month, so that "how many different pupils" stays a figure.
  const left = journal.rows('SELECT DISTINCT person_ref FROM journal ORDER BY 1 DESC')
  expect(left).toEqual([
    { person_ref: expect.stringMatching(/^~/) as string },
    { person_ref: 'p-7' },
  ])
  journal.store.close(AT)
  expect(readFileSync(join(journal.directory, 'journal.sqlite'), 'latin1')).not.toContain(person)
})

test('an alert that became an incident stays, and a message that is still to be delivered', async () => {
  const directory = tempDirectory()
  const db = alertsDb(directory)
  const store = new AlertStore(db)
  const about = { severity: 'low', personRef: 'p-7' } as const
  const raised = ['1', '2'].map(
    (key) =>
      store.raise(aFinding({ ...about, key }), { duties: ['dsl'], topic: null, now: AT }).alert.id,
  )
  const message = db.prepare(
    `INSERT INTO outbox (id, alert_id, channel, target, subject, body, is_high, created_at, next_at, state)
     VALUES (?, ?, 'mail', 'dsl@ex.test', 's', 'b', 0, 1, 1, ?)`,
  )
  message.run('m1', raised[1] ?? '', 'sent')
  message.run('m2', raised[1] ?? '', 'waiting')
  const desk = new IncidentDesk({ db, clock: () => AT, hold: () => Promise.resolve(null) })
  await desk.open(opening({ alertId: raised[0] ?? '', subjectRef: 'p-7', rows: [] }), DSL)
  expect(forgetPerson(directory, 'p-7', AT)).toMatchObject({
    ...{ alerts: 1, alertsKept: 1, incidentsKept: 1 },
  })
  expect(raised.map((id) => store.get(id).personRef)).toEqual(['p-7', null])
  expect(db.prepare('SELECT id FROM outbox').all()).toMatchObject([{ id: 'm2' }])
})

test('V27: who had which device and who is where: no octet of the file names the erased person, and the devices stay', async () => {
  const directory = tempDirectory()
  const person = 'pupil-of-this-test'
  const mac = macOf('00:1b:63:00:00:07')
  using presence = LocalPresence.open(directory)
  const entries = Array.from({ length: 60 }, (_, i) => {
    const address = `10.3.0.${i}`
    const owner = i % 2 === 0 ? person : 'p-2'
    return entryOf({
      address,
      binding: bindingOf({ address, device: `d${i}`, person: owner, mac }),
    })
  })
  await presence.put(entries, SEEN_AT)
  expect(forgetPerson(directory, person, SEEN_AT)).toMatchObject({ bindings: 30, custody: 30 })
  const left = await presence.kept(SEEN_AT)
  expect(left.map(({ binding }) => binding?.device)).toHaveLength(60)
  expect(left.filter(({ binding }) => binding?.person === 'p-2')).toHaveLength(30)
  expect(presence.custodyOf('d0', 9)).toMatchObject([{ device: 'd0', person: null, mac: null }])
  expect(presence.custodyOf('d1', 9)).toMatchObject([{ person: 'p-2', mac }])
  for (const file of readdirSync(directory))
    expect(readFileSync(join(directory, file), 'latin1')).not.toContain(person)
  expect(forgetPerson(directory, person, SEEN_AT)).toMatchObject({ bindings: 0, custody: 0 })
})
