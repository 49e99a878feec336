import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { explain } from '../../commands/explain.ts'
import { policyProblems, schoolFilesOf } from '../../proxy/policy/school-files.ts'
import { AccessLog } from '../../records/journal/access-log.ts'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../../records/journal/journal-schema.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { importFiles } from '../../records/register/import-files.ts'
import { RegisterView } from '../../records/register/register-view.ts'
import { openDatabase } from '../../records/sqlite/open-database.ts'
import { captured, type Ran } from '../support/captured-output.ts'
import { aLookup, JournalFolder, type AttemptFacts } from '../support/journal-folder.ts'
import { fillJournal } from '../support/sample-journal.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { TEN_O_CLOCK } from '../support/refusals.ts'
import { schoolFolder, SCHOOL_FILES, type SchoolFolder } from '../support/school-folder.ts'

const POLICY = (SCHOOL_FILES['policy.yaml'] ?? '').replace(
  'lists:\n',
  'sites: [{ id: no-cats, block: [cats.example], because: Cats are not part of any lesson. }]\nlists:\n',
)

/** A school with a ledger, and refusals of the staff phone in the office, as they went into the journal. */
function school(...attempts: AttemptFacts[]): { folder: SchoolFolder; records: string } {
  return schoolOn(tempDirectory(), attempts)
}

/** The same in a folder whose journal may hold more. */
function schoolOn(
  directory: string,
  attempts: readonly AttemptFacts[],
): { folder: SchoolFolder; records: string } {
  const journal = new JournalFolder(directory)
  const records = journal.directory
  const folder = schoolFolder({ 'policy.yaml': POLICY })
  mkdirSync(records, { recursive: true })
  const ledger = openLedger(records, { site: 'ex' })
  importFiles(schoolFilesOf(folder.config(), folder.directory), TEN_O_CLOCK - 1000, {
    site: 'ex',
    ledger,
    view: new RegisterView(ledger),
    checkPolicy: policyProblems,
  })
  ledger.close()
  const facts = attempts.map((attempt) =>
    aLookup({ device: 'phone', person: 'p-1', role: 'staff', ...attempt }),
  )
  journal.write(
    ...facts.map((one) => ({
      ...one,
      subject: { ...one.subject, zone: 'office', address: '127.10.20.7' },
      ruling: { ...one.ruling, ruleId: 'no-cats', policyVersion: 1 },
    })),
  )
  journal.index()
  journal.store.close(TEN_O_CLOCK)
  return { folder, records }
}

function ask(
  { folder, records }: ReturnType<typeof school>,
  ref: string,
  ...args: string[]
): Promise<Ran> {
  const set = ['--set', `records.directory=${JSON.stringify(records)}`]
  return captured(() =>
    explain(['--config', folder.path('gate.yaml'), ...set, '--ref', ref, ...args]),
  )
}

const CATS = { host: 'cats.example', reason: 'site' }

test('a code has the whole cause: who by pseudonym, the rule, who put it there, and how it is now', async () => {
  const ran = await ask(school(CATS), 'ref-cats.example')
  expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' })
  const rows = Object.fromEntries(
    ran.out.split('\n').map((line) => [line.slice(0, 12).trim(), line.slice(13)]),
  )
  expect(rows).toMatchObject({
    code: 'ref-cats.example (entry 1 of gate gate-1)',
    when: '2026-11-24T10:00:00.000Z, window lesson',
    who: expect.stringMatching(/^P-\S+, staff, on D-\S+ in office$/) as string,
    'asked for': 'cats.example (dns, looked_up)',
    attempts: '1',
    answer: 'block (site), severity low',
    rule: 'no-cats, policy revision 1',
    'rule says': 'block cats.example for every profile: Cats are not part of any lesson.',
    'policy by': expect.stringMatching(
      /^#2 .* put policy revision 1 .*imported from policy.yaml$/,
    ) as string,
    because: 'Cats are not part of any lesson.',
    'now it is': 'block (site)',
  })
  expect(ran.out).not.toContain('p-1')
})

test('as JSON it is the entries and the cause of each', async () => {
  const ran = await ask(school(CATS), 'ref-cats.example', '--json')
  expect(JSON.parse(ran.out)).toMatchObject({
    entries: [{ seq: 1, host: 'cats.example', name: null }],
    causes: [{ then: { action: 'block', reason_code: 'site', rule_id: 'no-cats' }, missing: [] }],
  })
})

test('what is judged otherwise now than on record is said', async () => {
  const ran = await ask(school({ host: 'dogs.example', reason: 'site' }), 'ref-dogs.example')
  expect(ran.out).toContain('judged again it is `allow`')
})

test('a sealed entry is not judged again, and a high-risk one is not shown to everybody', async () => {
  const sealed = school({ host: 'x', reason: 'sealed' })
  expect(await ask(sealed, 'ref-x')).toMatchObject({ code: 1, out: '' })
  const risky = school({ ...CATS, severity: 'high' })
  const ran = await ask(risky, 'ref-cats.example')
  expect({ code: ran.code, out: ran.out }).toEqual({ code: 1, out: '' })
  expect(ran.err).toContain('no refusal with the code `ref-cats.example` that may be shown here')
})

test('a name is shown to nobody who is not in office, and asking for it is not noted as a look', async () => {
  const asked = school(CATS)
  const as = ['--as', 'dsl', '--actor', 'p-1', '--reason', 'a parent asked me']
  const ran = await ask(asked, 'ref-cats.example', ...as)
  expect({ code: ran.code, err: ran.err }).toEqual({
    code: 1,
    err: 'schoolgate: `p-1` is not dsl now, says the ledger\n',
  })
  using log = AccessLog.open(asked.records)
  expect(log.last(10)).toEqual([])
})

test('a gate without a journal is wrong usage', async () => {
  const folder = schoolFolder()
  const ran = await captured(() =>
    explain(['--config', folder.path('gate.yaml'), '--ref', 'AAAA-AAAA']),
  )
  expect(ran.code).toBe(2)
  expect(ran.err).toContain('journal.sqlite` does not exist')
})

/** What a school of a thousand pupils refuses in a term; a code is found by an index, so more cost the same. */
const MANY = Number(process.env['JOURNAL_ENTRIES'] ?? 100_000)

test(
  'a code is found with its whole cause within five seconds in a journal of a real size',
  { timeout: 600_000 },
  async () => {
    const directory = tempDirectory()
    const db = openDatabase(join(directory, JOURNAL_FILE), JOURNAL_SCHEMA)
    fillJournal(db, MANY)
    db.close()
    const asked = schoolOn(directory, [CATS])
    const began = performance.now()
    const { code, out } = await ask(asked, 'ref-cats.example')
    const tookMs = performance.now() - began
    expect(code).toBe(0)
    expect(out).toContain(`(entry ${MANY + 1} of gate gate-1)`)
    expect(out).toMatch(/^rule says .*Cats are not part of any lesson/m)
    expect(out).toMatch(/^because +Cats are not part of any lesson/m)
    expect(tookMs).toBeLessThan(5_000)
    // One from the middle, whose device the register does not have, likewise.
    const middle = MANY / 2 + 1
    const ref = [middle % 10_000, Math.floor(middle / 10_000)].map((n) => `${n}`.padStart(4, '0'))
    const again = performance.now()
    expect((await ask(asked, ref.join('-'))).out).toContain(`(entry ${middle} of gate g1)`)
    expect(performance.now() - again).toBeLessThan(5_000)
  },
)
