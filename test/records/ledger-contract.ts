import { expect, onTestFinished, test } from 'vitest'
import { GENESIS_HASH } from '../../records/ledger/chain.ts'
import type { Head, LedgerCommand } from '../../records/ledger/entry.ts'
import type { Ledger } from '../../records/ledger/ledger.ts'
import type { LedgerWriter } from '../../records/ledger/ledger-writer.ts'
import { commitmentOf, People, saltDetails } from '../../records/people/people.ts'
import { verifyLedger } from '../../records/ledger/verify-ledger.ts'
import {
  devicePut,
  options,
  PHONE,
  POLICY_HASH,
  POLICY_TEXT,
  policyPut,
} from './ledger/sample-ledger.ts'

/** A ledger whoever keeps it: what a writer may rely on. */
export interface ContractLedger extends LedgerWriter {
  head(): Head
  /** Where it can be read. */
  readonly ledger: Ledger
}

/** Two writers of one ledger, and how long until one reads what the other has appended. */
export interface ContractPair {
  readonly one: ContractLedger
  readonly other: ContractLedger
  readonly settled: () => Promise<void>
  readonly close: () => Promise<void> | void
}

/** What every ledger of a site keeps, in SQLite alone or over Redis; `open` gives a fresh empty one. */
export function ledgerContract(open: () => Promise<ContractPair> | ContractPair): void {
  async function opened(): Promise<ContractPair> {
    const pair = await open()
    onTestFinished(() => pair.close())
    return pair
  }

  test('an empty ledger ends where a chain starts', async () => {
    const { one } = await opened()
    expect(one.head()).toEqual({ seq: 0, hash: GENESIS_HASH, policyVersion: 0 })
  })

  test('what one writer appends, the other reads: the same entries, the texts, a chain that verifies', async () => {
    const { one, other, settled } = await opened()
    const appended = await one.append([policyPut(POLICY_TEXT), devicePut(PHONE)], {
      ...options(0),
      documents: [POLICY_TEXT],
    })
    expect(appended).toEqual({ kind: 'appended', head: one.head() })
    await settled()
    expect(other.head()).toEqual(one.head())
    expect(other.head()).toMatchObject({ seq: 2, policyVersion: 1 })
    expect([...other.ledger.entries()]).toEqual([...one.ledger.entries()])
    expect(other.ledger.findDocument(POLICY_HASH)).toBe(POLICY_TEXT)
    expect(verifyLedger(other.ledger)).toMatchObject({ ok: true, documents: 1 })
  })

  test('a writer who saw an older head is told the new one, and nothing of his is appended', async () => {
    const { one, other, settled } = await opened()
    await one.append([devicePut(PHONE)], options(0))
    const late = await other.append([devicePut({ ...PHONE, id: 'late' })], options(0))
    expect(late).toEqual({ kind: 'conflict', head: one.head() })
    await settled()
    expect([...other.ledger.entries()].map(({ object_id }) => object_id)).toEqual([PHONE.id])
  })

  test('a terse reason refuses the whole batch', async () => {
    const { one } = await opened()
    const terse = { ...devicePut(PHONE), reason: 'as asked' }
    expect(await one.append([devicePut(PHONE), terse], options(0))).toMatchObject({
      kind: 'refused',
    })
    expect(one.head().seq).toBe(0)
  })

  test('of two writers at the same moment from the same head one wins, every time', async () => {
    const { one, other, settled } = await opened()
    const accepted: string[] = []
    for (let round = 0; round < 40; round += 1) {
      await settled()
      const answers = await Promise.all(
        [one, other].map(async (writer, i) => {
          const id = `${i === 0 ? 'one' : 'other'}-${round}`
          const answer = await writer.append([devicePut({ ...PHONE, id })], options(round))
          if (answer.kind === 'appended') accepted.push(id)
          return answer.kind
        }),
      )
      expect(answers.toSorted()).toEqual(['appended', 'conflict'])
    }
    await settled()
    for (const { ledger } of [one, other]) {
      expect(verifyLedger(ledger)).toMatchObject({ ok: true, head: { seq: 40 } })
      expect([...ledger.entries()].map(({ object_id }) => object_id)).toEqual(accepted)
    }
  })

  test('a name goes with its entry to the other writer, and is gone from both with the erasure', async () => {
    const { one, other, settled } = await opened()
    const row = saltDetails({ name: 'Ada Example', email: null })
    const person: LedgerCommand = {
      ...{ ...devicePut(PHONE), kind: 'person.put', objectId: 'p-1', before: null },
      after: { role: 'staff', phase: null, year: null, details: commitmentOf(row) },
    }
    await one.append([person], { ...options(0), people: [['p-1', row]] })
    await settled()
    const names = () => [one, other].map(({ ledger }) => new People(ledger.db).find('p-1')?.name)
    expect(names()).toEqual(['Ada Example', 'Ada Example'])
    const erase: LedgerCommand = { ...person, kind: 'person.erase', after: { erased: true } }
    await other.append([erase], options(1))
    await settled()
    expect(names()).toEqual([undefined, undefined])
    expect(verifyLedger(one.ledger)).toMatchObject({ ok: true, erased: 1 })
  })
}
