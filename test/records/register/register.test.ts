import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sha256 } from '../../../records/ledger/chain.ts'
import type { LedgerCommand, LedgerEntry } from '../../../records/ledger/entry.ts'
import { LEDGER_SCHEMA } from '../../../records/ledger/ledger-schema.ts'
import { Ledger } from '../../../records/ledger/ledger.ts'
import type { TextOf } from '../../../records/register/projection.ts'
import { EMPTY_REGISTER, fold } from '../../../records/register/register.ts'
import { openDatabase } from '../../../records/sqlite/open-database.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import {
  devicePut,
  options,
  PHONE,
  policyPut,
  POLICY_TEXT,
  sampleLedger,
} from '../ledger/sample-ledger.ts'

const PERSON = { role: 'staff', phase: null, year: null, details: 'c0ffee' }

function removeOf(command: LedgerCommand): LedgerCommand {
  const kind = command.kind === 'device.put' ? 'device.remove' : 'person.remove'
  return { ...command, kind, before: command.after, after: null }
}

test('the register holds what the entries add up to', () => {
  const ledger = sampleLedger(tempDirectory())
  const register = fold(ledger.entries(), (hash) => ledger.findDocument(hash))
  expect(register.policy).toEqual({
    text: POLICY_TEXT,
    name: 'policy.yaml',
    hash: sha256(POLICY_TEXT),
  })
  expect(register.revision).toBe(1)
  expect(register.devices.get('staff-phone')).toEqual(PHONE)
  expect(register.devices.size).toBe(7)
  expect([...register.people.keys()]).toEqual(['p-0001'])
  expect(register).toMatchObject({ headSeq: 9, headHash: ledger.head().hash })
  // Neutral changes need no review; see projections/review-queue.test.ts for those that do.
  expect(register.unreviewed).toBe(0)
  ledger.close()
})

/** Any history of a few devices, people and policies. */
const arbitraryCommand: fc.Arbitrary<LedgerCommand> = fc.oneof(
  fc
    .record({ id: fc.constantFrom('a', 'b', 'c'), state: fc.constantFrom('approved', 'lost') })
    .map((facts) => devicePut({ ...PHONE, ...(facts as { id: string; state: 'lost' }) })),
  fc.constantFrom('a', 'b', 'c').map((id) => removeOf(devicePut({ ...PHONE, id }))),
  fc.constantFrom('p', 'q').map((objectId) => ({
    ...devicePut(PHONE),
    kind: 'person.put' as const,
    objectId,
    after: PERSON,
  })),
  fc
    .constantFrom('p', 'q')
    .map((objectId) =>
      removeOf({ ...devicePut(PHONE), kind: 'person.put', objectId, after: PERSON }),
    ),
  fc.constantFrom('one', 'two').map(policyPut),
)

const textOf: TextOf = (hash) => ['one', 'two'].find((text) => sha256(text) === hash)

function historyOf(commands: readonly LedgerCommand[]): LedgerEntry[] {
  const ledger = new Ledger(openDatabase(':memory:', LEDGER_SCHEMA))
  ledger.append(commands, options(0))
  const entries = [...ledger.entries()]
  ledger.close()
  return entries
}

test('reading on from any register gives what reading from the beginning gives', () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryCommand, { minLength: 1, maxLength: 30 }),
      fc.nat({ max: 30 }),
      (commands, cut) => {
        const entries = historyOf(commands)
        const then = fold(entries.slice(0, cut), textOf)
        expect(fold(entries.slice(cut), textOf, then)).toEqual(fold(entries, textOf))
        // The register of that time is a value: reading on must not have changed it.
        expect(then).toEqual(fold(entries.slice(0, cut), textOf))
        expect(then.headSeq).toBe(Math.min(cut, entries.length))
      },
    ),
    { numRuns: Math.ceil(FUZZ_RUNS / 10) },
  )
})

test('the last word on an object counts, and a plain model agrees', () => {
  fc.assert(
    fc.property(fc.array(arbitraryCommand, { minLength: 1, maxLength: 30 }), (commands) => {
      const register = fold(historyOf(commands), textOf)
      const last = new Map(
        commands.map((command) => [`${command.kind.split('.')[0]} ${command.objectId}`, command]),
      )
      const there = [...last].filter(([, { after }]) => after !== null).map(([key]) => key)
      const held = [
        ...[...register.devices.keys()].map((id) => `device ${id}`),
        ...[...register.people.keys()].map((ref) => `person ${ref}`),
        ...(register.policy === null ? [] : ['policy policy']),
      ]
      expect(held.toSorted()).toEqual(there.toSorted())
      expect(register.revision).toBe(commands.filter(({ kind }) => kind === 'policy.put').length)
    }),
    { numRuns: Math.ceil(FUZZ_RUNS / 10) },
  )
})

test('nothing appended is the empty register', () => {
  expect(fold([], textOf)).toEqual(EMPTY_REGISTER)
})

/** The first entry of a ledger with a few fields otherwise. */
function entryWith(change: Partial<LedgerEntry>): LedgerEntry {
  const [entry] = historyOf([devicePut(PHONE)])
  if (entry === undefined) throw new Error('no entry')
  // The fold takes the chain check for done, so the hash may be the old one.
  return { ...entry, ...change }
}

const MEANINGLESS: readonly [says: string, change: Partial<LedgerEntry>, message: string][] = [
  ['facts that are none', { after: { id: 'x' } }, 'holds no usable facts (personRef'],
  [
    'a state that no device has',
    { after: { ...PHONE, state: 'stolen' } },
    'holds no usable facts (state',
  ],
  [
    'a policy whose text is lost',
    { kind: 'policy.put', object_id: 'policy', after: { document: 'abc', name: 'policy.yaml' } },
    'points to the text `abc`, which is missing',
  ],
  ['an entry that follows another', { prev_hash: sha256('other') }, 'does not follow entry 0'],
]

test.each(MEANINGLESS)('%s stops the reading, with the entry named', (_, change, message) => {
  expect(() => fold([entryWith(change)], textOf)).toThrow(`ledger entry 1 `)
  expect(() => fold([entryWith(change)], textOf)).toThrow(message)
})

test('a kind that is none of the register’s is passed over', () => {
  const register = fold([entryWith({ kind: 'future.put', after: { anything: true } })], textOf)
  expect(register).toMatchObject({ headSeq: 1, devices: new Map() })
})
