import { expect, onTestFinished, test } from 'vitest'
import { openSanctions } from '../../../proxy/sanctions/open-sanctions.ts'
import {
  SanctionKeeper,
  type SanctionKeeperParts,
} from '../../../proxy/sanctions/sanction-keeper.ts'
import type { BypassAttempt } from '../../../records/alerts/bypass-attempts.ts'
import { localWriter, type LedgerWriter } from '../../../records/ledger/ledger-writer.ts'
import type { RecordsHandle } from '../../../records/open-records.ts'
import type { Policy } from '../../../rules/policy/policy.ts'
import type { BypassSanction } from '../../../rules/sanctions/sanctions.ts'
import { AT, sampleDesk, SITE } from '../../records/governance/sample-desk.ts'
import { examplePolicy } from '../../support/example-policy.ts'
import { schoolFolder } from '../../support/school-folder.ts'

const RULE: BypassSanction = {
  ...{ count: 3, withinMs: 900_000, lockoutMs: 600_000, profile: null, exempt: ['staff'] },
  counts: ['bypass.vpn'],
}

function attemptOf(id: string, facts: Partial<BypassAttempt> = {}): BypassAttempt {
  return {
    ...{ blockRef: id, at: AT, person: 'p-pupil', device: 'pupil-phone', role: 'pupil' },
    ...{ zone: 'library', category: 'bypass.vpn', reasonCode: 'category', ...facts },
  }
}

function scene({
  rule = RULE,
  writer,
}: { rule?: BypassSanction | null; writer?: LedgerWriter } = {}) {
  const { ledger, view } = sampleDesk()
  const told: unknown[] = []
  const problems: unknown[] = []
  const policy: Policy = { ...examplePolicy(), sanctions: rule }
  const parts: SanctionKeeperParts = {
    ...{ site: SITE, writer: writer ?? localWriter(ledger), register: () => view.current() },
    ...{ policy: () => policy, clock: () => AT },
    tellEvent: (kind, facts) => told.push({ kind, ...facts }),
    log: { info: () => undefined, error: (details) => problems.push(details) },
  }
  const keeper = new SanctionKeeper(parts)
  return { keeper, view, ledger, told, problems }
}

const three = ['a', 'b', 'c'].map((id) => attemptOf(id))

test('enough attempts in time lock the person out, once, and tell whom it concerns', async () => {
  const { keeper, view, told } = scene()
  keeper.attempts(three.slice(0, 2))
  await keeper.idle()
  expect(view.current().sanctions.size).toBe(0)
  keeper.attempts(three)
  // What they have grown to is no other attempt.
  keeper.attempts(three)
  await keeper.idle()
  expect([...view.current().sanctions.values()]).toEqual([
    {
      ...{ kind: 'lockout', person: 'p-pupil', device: null, role: 'pupil', site: null },
      ...{ from: '2026-11-24T10:00:00.000Z', to: '2026-11-24T10:10:00.000Z', attempts: 3 },
    },
  ])
  const until = '2026-11-24T10:10:00.000Z'
  expect(told).toMatchObject([
    { kind: 'sanction', person: 'p-pupil', device: 'pupil-phone', attempts: 3, until },
  ])
  expect(keeper.imposed).toBe(1)
})

test('without a person it is the device that is locked out', async () => {
  const { keeper, view } = scene()
  keeper.attempts(three.map((one) => ({ ...one, person: null })))
  await keeper.idle()
  expect([...view.current().sanctions.values()]).toMatchObject([
    { person: null, device: 'pupil-phone' },
  ])
})

test.each<[says: string, more: Partial<BypassAttempt>]>([
  ['whom the policy exempts', { role: 'staff' }],
  ['what does not count', { category: 'bypass.private_relay' }],
  ['who is locked out already', { reasonCode: 'sanction' }],
])('%s is not locked out', async (_says, more) => {
  const { keeper, view } = scene()
  keeper.attempts(three.map((one) => ({ ...one, ...more })))
  await keeper.idle()
  expect(view.current().sanctions.size).toBe(0)
})

test('a policy without the rule imposes nothing', async () => {
  const { keeper, view } = scene({ rule: null })
  keeper.attempts(three)
  await keeper.idle()
  expect(view.current().sanctions.size).toBe(0)
})

test('a ledger that does not take it is said, and nobody is told of a lock-out that is none', async () => {
  for (const writer of [
    { append: () => Promise.resolve({ kind: 'unavailable', message: 'Redis is down' }) },
    {
      append: () =>
        Promise.resolve({ kind: 'conflict', head: { seq: 0, hash: '', policyVersion: 0 } }),
    },
    { append: () => Promise.reject(new Error('disk full')) },
  ] as LedgerWriter[]) {
    const { keeper, told, problems } = scene({ writer })
    keeper.attempts(three)
    await keeper.idle()
    expect([told, problems.length]).toEqual([[], 1])
  }
})

test('a gate hears of attempts from its records until it stops', async () => {
  const { ledger, view } = sampleDesk()
  const school = schoolFolder()
  const handle: Pick<RecordsHandle, 'onBypass' | 'tellEvent'> = { tellEvent: () => undefined }
  const open = new AsyncDisposableStack()
  onTestFinished(() => open.disposeAsync())
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const options = { config: school.config(), directory: school.directory, version: '', log }
  const policy = { ...examplePolicy(), sanctions: RULE }
  const status = { bundle: { policy } } as never
  const order = { handle: handle as RecordsHandle, writer: localWriter(ledger), view, status }
  const { keeper } = openSanctions({ ...options, clockOffsetMs: 0 }, order, open)
  handle.onBypass?.(three.map((one) => ({ ...one, at: Date.now() })))
  await keeper.idle()
  expect(view.current().sanctions.size).toBe(1)
  await open.disposeAsync()
  handle.onBypass?.(
    three.map((one, at) => ({ ...one, blockRef: `${at}`, at: Date.now() + 10_000 })),
  )
  await keeper.idle()
  expect(view.current().sanctions.size).toBe(1)
})
