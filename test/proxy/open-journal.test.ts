import { chmodSync, mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { GateRefused } from '../../proxy/gate-refused.ts'
import type { GateOptions } from '../../proxy/gate-options.ts'
import { openJournal, recordsRegisterOf } from '../../proxy/open-journal.ts'
import { recentBackupRuns } from '../../records/backup/backup-log.ts'
import { parsePolicy } from '../../rules/policy/parse-policy.ts'
import { sampleLedger } from '../records/ledger/sample-ledger.ts'
import { SCHOOL_FILES, schoolFolder } from '../support/school-folder.ts'
import { until } from '../support/until.ts'

const KEY = new Uint8Array(32)

function scene(...set: string[]) {
  const school = schoolFolder({ secret: 'correct horse battery\n' })
  chmodSync(school.path('secret'), 0o644)
  mkdirSync(school.path('records'))
  sampleLedger(school.path('records')).close()
  const parsed = parsePolicy(SCHOOL_FILES['policy.yaml'] ?? '', 'policy.yaml')
  if (!parsed.ok) throw new Error('the small school has a policy')
  const warnings: string[] = []
  const say = (_details: object, message: string) => void warnings.push(message)
  const options: GateOptions = {
    ...{ config: school.config(...set), directory: school.directory, clockOffsetMs: 0 },
    ...{ version: '0', log: { info: say, warn: say, error: say } },
  }
  const kept = { register: school.register(), policy: parsed.policy, blockRefKey: KEY }
  const open = (stack: AsyncDisposableStack) => openJournal(options, kept, stack)
  return { records: school.path('records'), warnings, open }
}

const REFUSED: readonly [what: string, set: string, says: string][] = [
  [
    'a secret of alerts that others can read',
    'alerts.webhooks=[{"url":"https://hook.test/","secretFile":"secret"}]',
    'alerts.webhooks: ',
  ],
  [
    'a passphrase of backups that others can read',
    'backup={"directory":"away","passphraseFile":"secret"}',
    'backup.passphraseFile: ',
  ],
]

test.each(REFUSED)('%s keeps a gate from starting, in words', async (_what, set, says) => {
  await using stack = new AsyncDisposableStack()
  const refusal = await scene(set)
    .open(stack)
    .catch((cause: unknown) => cause)
  expect(refusal).toBeInstanceOf(GateRefused)
  expect(String(refusal)).toContain(says)
  expect(String(refusal)).toContain('can be read by others')
})

test('the first backup that is due is made at the start', async () => {
  await using stack = new AsyncDisposableStack()
  const { open, records } = scene('backup.directory=records')
  const { watch } = await open(stack)
  await until(
    () => recentBackupRuns(records, 1),
    ([run]) => run?.ok === true,
  )
  expect(watch.degraded()).toEqual([])
})

test('the records thread gets of the register who is in office, what is taught or was lately, and what is held', () => {
  const lesson = (from: string, to: string) => ({
    class: '10B',
    persons: [],
    categories: [],
    from,
    to,
  })
  const topics = new Map([
    ['then', lesson('2026-11-20T10:00:00Z', '2026-11-20T11:00:00Z')],
    ['now', lesson('2026-11-24T10:00:00Z', '2026-11-24T11:00:00Z')],
  ])
  const register = { ...schoolFolder().register(), topics }
  const told = recordsRegisterOf(register, Date.parse('2026-11-24T12:00:00Z'))
  expect(Object.keys(told)).toEqual(['holders', 'covers', 'topics', 'holds'])
  expect([...told.topics.keys()]).toEqual(['now'])
})
