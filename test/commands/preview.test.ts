import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { preview } from '../../commands/preview.ts'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../../records/journal/journal-schema.ts'
import { openDatabase } from '../../records/sqlite/open-database.ts'
import { TallyStore } from '../../records/tally/tally-store.ts'
import { captured, type Ran } from '../support/captured-output.ts'
import { schoolFolder, SCHOOL_FILES } from '../support/school-folder.ts'

const POLICY = SCHOOL_FILES['policy.yaml'] ?? ''
const OPENING = POLICY.replace(
  'lists:\n',
  'sites: [{ id: fun, allow: [games.example], because: A lesson. }, { id: dull, block: [a.example], because: No lesson. }]\nlists:\n',
)
const HOUR = Date.UTC(2026, 10, 24, 10) / 3_600_000

const SEEN = [
  { host: 'games.example', profile: 'staff', verdict: 'block', requests: 4 },
  { host: 'a.example', profile: 'staff', verdict: 'allow', requests: 2 },
  { host: 'games.example', profile: '', verdict: 'block', requests: 1 },
] as const

/** A school with an hour's traffic and a draft. */
async function run(draft: string, args: readonly string[] = [], hour = HOUR): Promise<Ran> {
  const school = schoolFolder({ 'new.yaml': draft })
  mkdirSync(school.path('records'))
  const db = openDatabase(join(school.path('records'), JOURNAL_FILE), JOURNAL_SCHEMA)
  const tally = new TallyStore(db)
  for (const row of SEEN) tally.add({ ...row, hour, sketch: new Uint8Array(32).fill(1, 0, 3) })
  db.close()
  const { path } = school
  return captured(() =>
    preview(['--config', path('gate.yaml'), '--policy', path('new.yaml'), ...args]),
  )
}

test('a draft’s effects on recent traffic are told in both directions, most devices first', async () => {
  const { code, out, err } = await run(OPENING)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.replace(/^`.*new\.yaml`/, 'new.yaml')).toBe(
    `new.yaml against policy revision 1, on the traffic of 24 hours up to 2026-11-24T11:00:00.000Z: 2 hosts, 7 requests
opens 1, most devices first:
  games.example for staff: block -> allow, media.games, by fun; about 3 devices, 4 requests
closes 1, most devices first:
  a.example for staff: allow -> block (site), no category, by dull; about 3 devices, 2 requests
1 requests came from devices that were let in nowhere
`,
  )
})

test('as JSON it is one object', async () => {
  const { out } = await run(OPENING, ['--json'])
  expect(JSON.parse(out)).toMatchObject({
    ...{ against: 1, hours: 24, seen: { hosts: 2, requests: 7 }, refused: 1, gone: [], broken: [] },
    opens: [{ host: 'games.example', from: 'block', to: 'allow', devices: 3, requests: 4 }],
    closes: [{ host: 'a.example', reason: 'site' }],
    access: { opens: [], closes: [] },
  })
})

test('who is let in where and when is compared too, and a promise that the draft breaks is told', async () => {
  const promise =
    'promises: [{ id: a, says: Words., who: { role: staff }, url: b.example, expect: allow }]\n'
  const shut = POLICY.replace('access:\n', 'access:\n  - { id: nobody, deny: closed }\n') + promise
  const { out } = await run(shut)
  expect(out).toMatch(/^shuts out: staff.*: .*becomes refused \(`closed`\)$/m)
  expect(out).toMatch(/^would be refused: promise `a` is broken/m)
})

test('only the hours asked for count, by the gate’s own clock', async () => {
  const { out } = await run(OPENING, ['--hours', '1'], HOUR - 4_000)
  expect(out).toContain('traffic of 1 hours')
  expect(out).toContain('games.example for staff')
})

test('without any traffic only who is let in is compared', async () => {
  const { path } = schoolFolder({ 'new.yaml': OPENING })
  const ran = await captured(() =>
    preview(['--config', path('gate.yaml'), '--policy', path('new.yaml')]),
  )
  expect(ran.code).toBe(0)
  expect(ran.out).toContain('no traffic has been counted yet')
})

test('a draft that is none, none at all, and a wrong number are wrong usage', async () => {
  const torn = await run(POLICY.replace('zones:', 'zoens:'))
  expect(torn).toMatchObject({ code: 2, out: '' })
  expect(torn.err).toMatch(/new\.yaml:11:1: zoens: unknown key; did you mean `zones`\?/)
  expect((await run(OPENING, ['--hours', '49'])).err).toContain('a number from 1 to 48')
  expect((await captured(() => preview([]))).err).toContain('name the draft')
  expect((await captured(() => preview(['--policy', '/nowhere.yaml']))).err).toContain(
    'cannot read',
  )
})
