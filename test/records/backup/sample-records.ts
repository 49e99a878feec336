import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { JournalStore } from '../../../records/journal/journal-store.ts'
import type { JournalEntry } from '../../../records/journal/journal-entry.ts'
import { readOrCreateKey } from '../../../records/key-file.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { AT, sampleLedger, SITE } from '../ledger/sample-ledger.ts'

export const PASSPHRASE = 'correct horse battery staple'

/** A refusal of a pupil's tablet. */
export function anEntry(facts: Partial<JournalEntry> = {}): JournalEntry {
  return {
    at: AT,
    layer: 'dns',
    action: 'block',
    grade: 'looked_up',
    personRef: 'p-1001',
    role: 'pupil',
    deviceId: 'tablet-1',
    ip: '127.10.10.7',
    zone: 'classroom',
    window: 'lesson',
    host: 'games.example',
    category: 'media.games',
    listSource: 'starter',
    listVersion: 'v1',
    ruleId: 'profile:pupil',
    policyVersion: 1,
    reasonCode: 'category',
    severity: 'low',
    blockRef: 'REF-1',
    repeatCount: 1,
    urlPath: null,
    ...facts,
  }
}

/** A records directory with ledger, journal, a key and a file in a folder, as a running gate leaves it. */
export function sampleRecords(entries = 50): { directory: string; close: () => void } {
  const directory = join(tempDirectory(), 'records')
  mkdirSync(directory, { mode: 0o700 })
  const ledger = sampleLedger(directory)
  readOrCreateKey(directory, 'block-ref')
  const journal = JournalStore.open({ directory, site: SITE, gate: 'gate-1', now: AT })
  const pending = Array.from({ length: entries }, (_, index) => ({
    entry: anEntry({ host: `host-${index}.example`, blockRef: `REF-${index}` }),
    opens: null,
  }))
  journal.write({ entries: pending, grown: [], closed: [], tally: [], now: AT })
  const close = (): void => {
    journal.close(AT)
    ledger.close()
  }
  return { directory, close }
}

/** Every file under a directory with its octets, for comparing; SQLite's companions left out. */
export function filesOf(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/-(?:wal|shm)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((path) => [path.slice(directory.length + 1), readFileSync(path).toString('base64')]),
  )
}
