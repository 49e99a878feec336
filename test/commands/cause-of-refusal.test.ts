import { mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { causeOf } from '../../commands/cause-of-refusal.ts'
import { policyProblems, schoolFilesOf } from '../../proxy/policy/school-files.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { importFiles } from '../../records/register/import-files.ts'
import { RegisterView } from '../../records/register/register-view.ts'
import { aLookup, JournalFolder } from '../support/journal-folder.ts'
import { TEN_O_CLOCK } from '../support/refusals.ts'
import { schoolFolder, SCHOOL_FILES } from '../support/school-folder.ts'

const HOUR_MS = 3_600_000
const POLICY = SCHOOL_FILES['policy.yaml'] ?? ''

/** The policy of a revision: each closes the office on the phone's owner for another reason. */
const revision = (number: number): string =>
  POLICY.replace('access:\n', `access:\n  - { id: closed, deny: reason_${number} }\n`)

/** Three revisions an hour apart, and a refusal of the phone in the middle of the second. */
function scene() {
  const journal = new JournalFolder()
  const school = schoolFolder()
  mkdirSync(school.path('records'))
  const ledger = openLedger(school.path('records'), { site: 'ex' })
  const view = new RegisterView(ledger)
  const files = schoolFilesOf(school.config(), school.directory)
  for (const number of [1, 2, 3]) {
    school.write('policy.yaml', revision(number))
    const at = TEN_O_CLOCK + (number - 2.5) * HOUR_MS
    importFiles(files, at, { site: 'ex', ledger, view, checkPolicy: policyProblems })
  }
  ledger.close()
  const attempt = aLookup({ device: 'phone', host: 'a.example', reason: 'reason_2' })
  journal.write({
    ...attempt,
    subject: { ...attempt.subject, zone: 'office', address: '127.10.20.7' },
    ruling: { ...attempt.ruling, ruleId: 'closed', policyVersion: 2 },
  })
  const loaded = { config: school.config(), directory: school.directory }
  const deps = { db: journal.db, loaded, now: TEN_O_CLOCK + 24 * HOUR_MS }
  const [row = {}] = journal.rows('SELECT * FROM journal') as Record<
    string,
    string | number | null
  >[]
  return { deps, row }
}

test('the rule, its revision and the answer are those of then; what it is now stands beside', async () => {
  const { deps, row } = scene()
  const cause = await causeOf(row, deps)
  expect(cause).toMatchObject({
    rule: 'any device: refused (reason_2)',
    policy: expect.stringContaining('put policy revision 2') as string,
    then: { reason_code: 'reason_2', policy_version: 2 },
    now: { reason_code: 'reason_3', policy_version: 3 },
    missing: [],
  })
})

test('a sealed entry and one that is gone are not judged again', async () => {
  const { deps, row } = scene()
  const sealed = await causeOf({ ...row, reason_code: 'sealed' }, deps)
  expect(sealed).toMatchObject({ then: null, now: null })
  expect(sealed.missing[0]).toContain('sealed list')
  expect((await causeOf({ ...row, seq: 99 }, deps)).missing).toEqual(['the entry is gone by now'])
})

test('a device that was not registered then is said, not guessed', async () => {
  const { deps, row } = scene()
  deps.db.exec(`INSERT INTO purge_permits VALUES (1, 'pseudonymise')`)
  deps.db.exec(`UPDATE journal SET device_id = 'gone' WHERE seq = 1`)
  expect(await causeOf(row, deps)).toMatchObject({ then: null, missing: ['no device `gone`'] })
})

test('a revision that the ledger does not know has no rule', async () => {
  const { deps, row } = scene()
  expect(await causeOf({ ...row, policy_version: 9 }, deps)).toMatchObject({
    rule: null,
    policy: null,
  })
})
