import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sha256 } from '../../../records/ledger/chain.ts'
import type { LedgerCommand } from '../../../records/ledger/entry.ts'
import { LEDGER_FILE } from '../../../records/ledger/ledger-schema.ts'
import { openLedger, type AppendOptions, type Ledger } from '../../../records/ledger/ledger.ts'
import { commitmentOf, People, saltDetails } from '../../../records/people/people.ts'
import type { DeviceFacts } from '../../../rules/subject.ts'
import { deviceOf } from '../../support/sample-facts.ts'

export const SITE = 'ex'
export const AT = Date.parse('2026-11-24T10:00:00.000Z')
export const POLICY_TEXT = 'school:\n  name: Example\n'
export const POLICY_HASH = sha256(POLICY_TEXT)

export const PHONE = deviceOf({ id: 'staff-phone', personRef: 'p-0001', octet: 7 })

export function options(basedOn: number, more: Partial<AppendOptions> = {}): AppendOptions {
  return { site: SITE, actor: 'file', actorRole: 'file', at: AT, basedOn, ...more }
}

export function devicePut(facts: DeviceFacts, before: DeviceFacts | null = null): LedgerCommand {
  return {
    kind: 'device.put',
    objectId: facts.id,
    before: before && { ...before },
    after: { ...facts },
    direction: 'neutral',
    affectedRoles: [facts.role],
    reason: 'imported from devices.csv',
    approval: null,
  }
}

export function policyPut(text: string): LedgerCommand {
  return {
    ...devicePut(PHONE),
    kind: 'policy.put',
    objectId: 'policy',
    after: { document: sha256(text), name: 'policy.yaml' },
    reason: 'imported from policy.yaml',
  }
}

/** Nine entries: a policy, a person, seven devices, in two batches an hour apart. */
export function sampleLedger(directory: string): Ledger {
  const ledger = openLedger(directory, { site: SITE })
  const people = new People(ledger.db)
  const row = saltDetails({ name: 'Ada Example', email: null })
  const person: LedgerCommand = {
    ...devicePut(PHONE),
    kind: 'person.put',
    objectId: 'p-0001',
    after: { role: 'staff', phase: null, year: null, details: commitmentOf(row) },
  }
  ledger.append([policyPut(POLICY_TEXT), person, devicePut(PHONE)], {
    ...options(0, { documents: [POLICY_TEXT] }),
    alongside: () => {
      people.put('p-0001', row)
    },
  })
  const more = [11, 12, 13, 14, 15, 16].map((octet) =>
    devicePut({ ...PHONE, id: `device-${octet}`, octet }),
  )
  ledger.append(more, options(3, { at: AT + 3_600_000 }))
  return ledger
}

/** What somebody with the file and a SQLite shell can do. */
export function tamper(directory: string, ...scripts: readonly string[]): void {
  const db = new DatabaseSync(join(directory, LEDGER_FILE))
  db.exec(`
    DROP TRIGGER entries_append; DROP TRIGGER entries_update; DROP TRIGGER entries_delete;
    DROP TRIGGER documents_insert; DROP TRIGGER documents_update; DROP TRIGGER documents_delete`)
  for (const script of scripts) db.exec(script)
  db.close()
}
