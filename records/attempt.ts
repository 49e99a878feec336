import type { Ruling } from '../rules/verdict.ts'

/** Where an attempt was seen (design.md section 6). */
export const LAYERS = ['dns', 'sni', 'http', 'connect', 'network'] as const
export type Layer = (typeof LAYERS)[number]

/**
 * What kind of event it was, so that the A, AAAA and HTTPS look-ups of one host and the connection
 * after them count as one attempt: attempts of a fold are the maximum over these kinds.
 */
export const ATTEMPT_KINDS = [
  'a',
  'aaaa',
  'https',
  'other_type',
  'connection',
  /** A person read a warning and went on; never one attempt with the warning itself. */
  'went_on',
] as const
export type AttemptKind = (typeof ATTEMPT_KINDS)[number]

/** How much of a deliberate act it was (design.md section 4, Attempts). */
export type Grade = 'looked_up' | 'navigated' | 'background'

/** What the journal notes of who asked; the data path hands over its subject as it is. */
export interface AttemptSubject {
  /** Dense per thread and never reused while the thread lives. */
  readonly index: number
  readonly address: string
  readonly deviceId: string | null
  readonly personRef: string | null
  readonly role: string
  readonly zone: string
  /** The shortest window in force, or `none`: noted where the ruling names no window. Changes over time. */
  readonly shortestWindow: string
}

/**
 * The data path's way to the journal. Nothing is allocated per call, nothing waits; what does not fit
 * the ring is counted as lost. The subject's and the ruling's words go through the ring once, before
 * the first attempt that needs them.
 */
export interface AttemptRecorder {
  /** `bytes[offset..]` is an uncompressed wire name. `at` is gate time, epoch ms. */
  lookup(
    subject: AttemptSubject,
    ruling: Ruling,
    kind: AttemptKind,
    name: { readonly bytes: Uint8Array; readonly offset: number; readonly at: number },
  ): void
  /** `path` is `''` where the layer can't see one; never the query string. */
  connection(subject: AttemptSubject, ruling: Ruling, layer: Layer, seen: SeenRequest): void
  /** A person read the warning for a page and went on to it (journal action `warn_continued`). */
  wentOn(subject: AttemptSubject, ruling: Ruling, seen: SeenRequest): void
}

/** `path` is `''` where the layer can't see one; `at` is gate time, epoch ms. */
export interface SeenRequest {
  readonly host: string
  readonly path: string
  readonly at: number
}
