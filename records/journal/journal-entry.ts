import type { Grade, Layer } from '../attempt.ts'
import type { RulingWord } from '../rings/attempt-codec.ts'

/** A row of the journal before it has its number (design.md section 6). */
export interface JournalEntry {
  /** Gate time of the attempt, epoch ms; of the last one in a closing record. */
  readonly at: number
  readonly layer: Layer
  readonly action: RulingWord['action'] | 'warn_continued'
  readonly grade: Grade
  /** `unidentified` where no person is known. */
  readonly personRef: string
  readonly role: string
  readonly deviceId: string | null
  readonly ip: string
  readonly zone: string
  readonly window: string
  /** `sealed:<hex>` for a sealed name. */
  readonly host: string
  readonly category: string | null
  readonly listSource: string | null
  readonly listVersion: string | null
  readonly ruleId: string
  readonly policyVersion: number
  readonly reasonCode: string
  readonly severity: RulingWord['severity']
  readonly blockRef: string
  readonly repeatCount: number
  /** Null where none was visible. */
  readonly urlPath: string | null
}
