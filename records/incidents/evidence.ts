import { hash } from 'node:crypto'
import { canonicalJson, type Json } from '../canonical-json.ts'

/** An entry of the journal as it stands in the table. */
export type EvidenceRow = Readonly<Record<string, Json>>

/** What an incident stands on: which entries, and hashes by which each can be shown to be unchanged. */
export interface EvidenceManifest {
  readonly entries: readonly {
    readonly id: string
    readonly seq: number
    readonly sha256: string
  }[]
  /** SHA-256 over the canonical JSON of `entries`, hex. */
  readonly manifestHash: string
}

/** 500 entries are a week of one person; more is said by their number in the journal. */
export const MAX_EVIDENCE = 500

/** The manifest of journal rows; of the same rows it is always the same. */
export function evidenceOf(rows: readonly EvidenceRow[]): EvidenceManifest {
  const entries = rows
    .map((row) => ({
      id: row['id'] as string,
      seq: row['seq'] as number,
      sha256: hash('sha256', canonicalJson(row), 'hex'),
    }))
    .toSorted((a, b) => a.seq - b.seq)
  return { entries, manifestHash: hash('sha256', canonicalJson(entries), 'hex') }
}

/** The ids of entries that are missing from `rows` or are no longer what they were. */
export function changedEvidence(
  manifest: EvidenceManifest,
  rows: readonly EvidenceRow[],
): readonly string[] {
  const now = new Map(evidenceOf(rows).entries.map(({ id, sha256 }) => [id, sha256]))
  return manifest.entries.filter(({ id, sha256 }) => now.get(id) !== sha256).map(({ id }) => id)
}
