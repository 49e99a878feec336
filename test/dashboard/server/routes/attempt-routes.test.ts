import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { JournalIndex } from '../../../../records/journal/journal-index.ts'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../../../../records/journal/journal-schema.ts'
import { openDatabase } from '../../../../records/sqlite/open-database.ts'
import { fillJournal, SAMPLE_START } from '../../../support/sample-journal.ts'
import { dashboardScene, type DashboardScene } from '../dashboard-scene.ts'

const FROM = new Date(SAMPLE_START).toISOString()

async function sceneWithAttempts(): Promise<DashboardScene> {
  const scene = await dashboardScene()
  const db = openDatabase(scene.folder.path(`records/${JOURNAL_FILE}`), JOURNAL_SCHEMA)
  fillJournal(db, 4_000)
  db.close()
  return scene
}

interface Rows {
  readonly named: boolean
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly cursor: number | null
}

it('the safeguarding lead sees who, and that look is written down (V38)', async () => {
  const { signedIn, folder } = await sceneWithAttempts()
  const dsl = await signedIn('dsl')
  const { body } = await dsl.get(`/api/attempts?from=${FROM}&reason=weekly%20look%20at%20gambling`)
  const { named, rows, cursor } = body as unknown as Rows
  expect(named).toBe(true)
  expect(rows).toHaveLength(100)
  expect(rows.some(({ person_ref }) => /^p-\d+$/.test(String(person_ref)))).toBe(true)
  const older = (await dsl.get(`/api/attempts?cursor=${String(cursor)}`)).body as unknown as Rows
  expect(Number(older.rows[0]?.['seq'])).toBeLessThan(Number(rows.at(-1)?.['seq']))
  const views = new DatabaseSync(folder.path('records/access.sqlite'), { readOnly: true })
  const noted = views.prepare('SELECT viewer, role, reason FROM views ORDER BY id').get()
  views.close()
  expect(noted).toMatchObject({ viewer: 'p-dsl', role: 'dsl', reason: 'weekly look at gambling' })
})

it.each(['nm', 'it'] as const)(
  '%s sees pseudonyms, no address, nothing high-risk',
  async (login) => {
    const { signedIn } = await sceneWithAttempts()
    const one = await signedIn(login)
    const { named, rows } = (await one.get(`/api/attempts?from=${FROM}`)).body as unknown as Rows
    expect(named).toBe(false)
    expect(rows.length).toBeGreaterThan(0)
    for (const { person_ref, ip, severity, name } of rows) {
      expect(String(person_ref)).not.toMatch(/^p-/)
      expect({ ip, name }).toEqual({ ip: '', name: null })
      expect(severity).not.toBe('high')
    }
  },
)

it.each(['office', 'teacher', 'governor'] as const)('%s sees no row of it', async (login) => {
  const { signedIn } = await sceneWithAttempts()
  expect((await (await signedIn(login)).get('/api/attempts')).status).toBe(403)
})

it('a governor sees sums, and of few only that they are few (V38)', async () => {
  const { signedIn, folder } = await dashboardScene()
  const db = openDatabase(folder.path(`records/${JOURNAL_FILE}`), JOURNAL_SCHEMA)
  fillJournal(db, 40)
  const index = new JournalIndex(db)
  while (index.step());
  db.close()
  const url = '/api/attempts/counts?by=category&days=400'
  const [dsl, governor] = [await signedIn('dsl'), await signedIn('governor')]
  const counts = async (one: typeof dsl) =>
    (await one.get(url)).body['counts'] as { label: string; attempts: number | string }[]
  const whole = await counts(dsl)
  expect(whole.some(({ attempts }) => Number(attempts) < 5)).toBe(true)
  const expected = whole.map(({ label, attempts }) => [
    label,
    Number(attempts) < 5 ? '<5' : attempts,
  ])
  expect((await counts(governor)).map(({ label, attempts }) => [label, attempts])).toEqual(expected)
})

it('a year is the list of its people', async () => {
  const { signedIn } = await sceneWithAttempts()
  const dsl = await signedIn('dsl')
  const { rows } = (await dsl.get('/api/attempts?person=year:9')).body as unknown as Rows
  expect(rows).toEqual([])
})

it('counts are by one thing, for as many days as asked', async () => {
  const { signedIn } = await sceneWithAttempts()
  const dsl = await signedIn('dsl')
  const { status, body } = await dsl.get('/api/attempts/counts?by=role&days=400')
  expect(status).toBe(200)
  expect(body['counts']).toBeInstanceOf(Array)
  expect((await dsl.get('/api/attempts/counts?by=person')).status).toBe(400)
  expect((await dsl.get('/api/attempts/counts?by=day&days=4000')).status).toBe(400)
})

it('who is behind a pseudonym is asked with a reason, and waits for the safeguarding lead', async () => {
  const { signedIn } = await sceneWithAttempts()
  const nm = await signedIn('nm')
  const ask = { pseudonym: 'P-ABCDEFGH', seenAt: FROM, reason: 'a device that misbehaves' }
  expect((await nm.post('/api/attempts/unmask', { ...ask, reason: 'why not' })).status).toBe(422)
  expect((await nm.post('/api/attempts/unmask', ask)).body['kind']).toBe('waiting')
})

it('before the gate has refused anything there is nothing to see', async () => {
  const { signedIn } = await dashboardScene()
  const { body } = await (await signedIn('dsl')).get('/api/attempts')
  expect(body).toMatchObject({ rows: [], cursor: null })
})
