import { viewerOf } from '../../records/journal/viewer-pseudonyms.ts'
import type { Duty } from '../../records/governance/governance-state.ts'

/** Whose eyes a person looks at the journal with: a duty that sees names before one that does not. */
export function lookingAs(duties: readonly Duty[]): string {
  return duties.find((duty) => viewerOf(duty).isNamed) ?? duties[0] ?? 'nobody'
}
