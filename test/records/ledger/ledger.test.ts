import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { GENESIS_HASH } from '../../../records/ledger/chain.ts'
import { LedgerBroken, openLedger } from '../../../records/ledger/ledger.ts'
import { verifyLedger } from '../../../records/ledger/verify-ledger.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import {
  AT,
  devicePut,
  options,
  PHONE,
  POLICY_HASH,
  POLICY_TEXT,
  policyPut,
  sampleLedger,
  SITE,
  tamper,
} from './sample-ledger.ts'

test('an entry holds what requirements.md 6.2 asks for, chained to the one before', () => {
  const ledger = sampleLedger(tempDirectory())
  const [first, second] = ledger.entries()
  expect(first).toMatchObject({
    v: 1,
    seq: 1,
    batch: first?.id,
    ts: '2026-11-24T10:00:00.000Z',
    site: SITE,
    actor: 'file',
    actor_role: 'file',
    kind: 'policy.put',
    object_type: 'policy',
    object_id: 'policy',
    before: null,
    after: { document: POLICY_HASH, name: 'policy.yaml' },
    direction: 'neutral',
    affected_roles: ['staff'],
    reason: 'imported from policy.yaml',
    approval: null,
    review: null,
    policy_version_from: 0,
    policy_version_to: 1,
    prev_hash: GENESIS_HASH,
  })
  expect(second).toMatchObject({
    seq: 2,
    batch: first?.id,
    policy_version_from: 1,
    policy_version_to: 1,
    prev_hash: first?.hash,
  })
  expect(ledger.findDocument(POLICY_HASH)).toBe(POLICY_TEXT)
  ledger.close()
})

test('the head of an empty ledger is where a chain starts', () => {
  const ledger = openLedger(tempDirectory(), { site: SITE })
  expect(ledger.head()).toEqual({ seq: 0, hash: GENESIS_HASH, policyVersion: 0 })
  ledger.close()
})

test('a writer who saw an older head is told the new one, and nothing is appended', () => {
  const ledger = sampleLedger(tempDirectory())
  const head = ledger.head()
  const late = { ...PHONE, state: 'lost' as const }
  expect(ledger.append([devicePut(late)], options(head.seq - 1))).toEqual({
    kind: 'conflict',
    head,
  })
  expect(ledger.head()).toEqual(head)
  ledger.close()
})

test('a reason of less than ten letters is refused, and the whole batch with it', () => {
  const ledger = sampleLedger(tempDirectory())
  const terse = { ...devicePut(PHONE), reason: ' as asked  ' }
  const result = ledger.append([devicePut(PHONE), terse], options(9))
  expect(result).toEqual({
    kind: 'refused',
    message: 'the reason ` as asked  ` has less than 10 letters',
  })
  expect(ledger.head().seq).toBe(9)
  ledger.close()
})

test('a batch whose rows beside the ledger fail leaves no entry behind', () => {
  const ledger = sampleLedger(tempDirectory())
  const fail = () =>
    ledger.append([policyPut('other')], {
      ...options(9, { documents: ['other'] }),
      alongside: () => {
        throw new Error('no people table')
      },
    })
  expect(fail).toThrow('no people table')
  expect(ledger.head().seq).toBe(9)
  expect(verifyLedger(ledger).ok).toBe(true)
  ledger.close()
})

test('the entry in force at a moment is found by order, also after the clock was set back', () => {
  const ledger = sampleLedger(tempDirectory())
  ledger.append([devicePut(PHONE)], options(9, { at: AT - 60_000 }))
  expect(ledger.seqAt(AT - 60_001)).toBe(0)
  // Written last by a clock that went wrong: what was in force then includes all before it.
  expect(ledger.seqAt(AT - 60_000)).toBe(10)
  const orderly = sampleLedger(tempDirectory())
  expect(orderly.seqAt(AT - 1)).toBe(0)
  expect(orderly.seqAt(AT)).toBe(3)
  expect(orderly.seqAt(AT + 3_599_999)).toBe(3)
  expect(orderly.seqAt(AT + 3_600_000)).toBe(9)
  ledger.close()
  orderly.close()
})

test('reading stops at the first entry that is not what was appended', () => {
  const directory = tempDirectory()
  sampleLedger(directory).close()
  tamper(directory, `UPDATE entries SET body = replace(body, 'approved', 'lost') WHERE seq = 5`)
  const ledger = openLedger(directory)
  const read: number[] = []
  const readAll = () => {
    for (const { seq } of ledger.entries()) read.push(seq)
  }
  expect(readAll).toThrow(LedgerBroken)
  expect(read).toEqual([1, 2, 3, 4])
  expect([...ledger.entries(6)].map(({ seq }) => seq)).toEqual([7, 8, 9])
  ledger.close()
})

test('a gate is refused the ledger of another site', () => {
  const directory = tempDirectory()
  sampleLedger(directory).close()
  expect(() => openLedger(directory, { site: 'other' })).toThrow(
    'is the ledger of site `ex`, not of `other`',
  )
})

test('of two processes that append at the same moment from the same head one wins, every time', async () => {
  const directory = tempDirectory()
  const writers = ['left', 'right'].map((name) => startWriter(name, directory))
  const accepted: string[] = []
  for (let round = 0; round < 60; round += 1) {
    await Promise.all(writers.map((writer) => ask(writer, 'look')))
    const ids = writers.map(({ name }) => `${name}-${round}`)
    const answers = await Promise.all(writers.map((writer, i) => ask(writer, ids[i] ?? '')))
    expect(answers.toSorted()).toEqual(['appended', 'conflict'])
    accepted.push(ids[answers.indexOf('appended')] ?? '')
  }
  const ledger = openLedger(directory)
  expect(verifyLedger(ledger)).toMatchObject({ ok: true, head: { seq: 60 } })
  expect([...ledger.entries()].map(({ object_id }) => object_id)).toEqual(accepted)
  ledger.close()
})

interface Writer {
  readonly name: string
  readonly child: ChildProcess
  readonly death: Promise<never>
}

function startWriter(name: string, directory: string): Writer {
  const child = fork(join(import.meta.dirname, 'racing-writer.ts'), [directory])
  onTestFinished(() => {
    if (child.connected) child.disconnect()
  })
  const death = once(child, 'exit').then(([code]) => {
    throw new Error(`the writer ended with ${String(code)}`)
  })
  // At the end of the test it may end; before that, `ask` hears of it.
  death.catch(() => undefined)
  return { name, child, death }
}

async function ask({ child, death }: Writer, order: string): Promise<string> {
  const answer = once(child, 'message')
  child.send(order)
  return String((await Promise.race([answer, death]))[0])
}
