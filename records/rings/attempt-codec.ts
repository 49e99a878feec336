import { ATTEMPT_KINDS, LAYERS } from '../attempt.ts'
import type { AttemptKind, Layer } from '../attempt.ts'

/**
 * How refusals look inside a ring. Words (a subject's, a ruling's, a window's name) go through once,
 * as JSON, before the first attempt that needs them; attempts then carry their numbers:
 *
 *     epoch     1 . . .  epoch:u32
 *     word      2 kind . .  number:u32  JSON...
 *     attempt   3 kind layer .  subject:u32 ruling:u32 window:u32  at:f64  host:u16 path:u16  octets...
 *     tally     4 (records/tally/ring-tally.ts)
 *
 * Little-endian. An epoch forgets all words: a replaced thread starts one, as does a full word book.
 */
export const EPOCH_RECORD = 1
export const WORD_RECORD = 2
export const ATTEMPT_RECORD = 3
export const TALLY_RECORD = 4

export const EPOCH_OCTETS = 8
export const WORD_HEAD_OCTETS = 8
export const ATTEMPT_HEAD_OCTETS = 28

export const WORD_KINDS = ['subject', 'ruling', 'window'] as const
export type WordKind = (typeof WORD_KINDS)[number]

/** Numbers of one kind in one epoch: 16,384 subjects are more than a site's devices. Full: next epoch. */
export const MAX_WORDS = 16_384

/** What the journal keeps of who asked. */
export interface SubjectWord {
  readonly address: string
  readonly deviceId: string | null
  readonly personRef: string | null
  readonly role: string
  readonly zone: string
}

/** What the journal keeps of a ruling. */
export interface RulingWord {
  /** `throttle`: let through, and slowed. `observe`: would have been refused or warned of, and was let through. */
  readonly action: 'block' | 'warn' | 'observe' | 'throttle'
  readonly reasonCode: string
  readonly category: string | null
  readonly ruleId: string
  readonly listSource: string | null
  readonly listVersion: string | null
  readonly severity: 'info' | 'low' | 'medium' | 'high'
  readonly policyVersion: number
}

/** One refused attempt as it left a data thread; `path` is `''` where none was visible. */
export interface Attempt {
  readonly subject: SubjectWord
  readonly ruling: RulingWord
  readonly window: string
  readonly kind: AttemptKind
  readonly layer: Layer
  readonly host: string
  readonly path: string
  /** Gate time, epoch ms. */
  readonly at: number
}

export interface WordRecord {
  readonly kind: WordKind
  readonly number: number
  readonly json: string
}

/** An attempt with its words still as numbers. */
export interface AttemptRecord {
  readonly kind: AttemptKind
  readonly layer: Layer
  readonly subject: number
  readonly ruling: number
  readonly window: number
  readonly at: number
  readonly host: string
  readonly path: string
}

/** The word in `view[index..]`, or undefined where the octets are none. */
export function readWordRecord(
  view: DataView,
  index: number,
  octets: number,
): WordRecord | undefined {
  if (octets < WORD_HEAD_OCTETS) return undefined
  const kind = WORD_KINDS[view.getUint8(index + 1)]
  const number = view.getUint32(index + 4, true)
  if (kind === undefined || number >= MAX_WORDS) return undefined
  const json = textOf(view).toString('utf8', index + WORD_HEAD_OCTETS, index + octets)
  return { kind, number, json }
}

/** The attempt in `view[index..]`, or undefined where the octets are none. */
export function readAttemptRecord(
  view: DataView,
  index: number,
  octets: number,
): AttemptRecord | undefined {
  if (octets < ATTEMPT_HEAD_OCTETS) return undefined
  const kind = ATTEMPT_KINDS[view.getUint8(index + 1)]
  const layer = LAYERS[view.getUint8(index + 2)]
  const at = view.getFloat64(index + 16, true)
  const host = index + ATTEMPT_HEAD_OCTETS
  const path = host + view.getUint16(index + 24, true)
  const end = path + view.getUint16(index + 26, true)
  if (kind === undefined || layer === undefined || !isTime(at)) return undefined
  if (end !== index + octets || host === path) return undefined
  const text = textOf(view)
  return {
    kind,
    layer,
    subject: view.getUint32(index + 4, true),
    ruling: view.getUint32(index + 8, true),
    window: view.getUint32(index + 12, true),
    at,
    host: text.toString('latin1', host, path),
    path: text.toString('latin1', path, end),
  }
}

/** The subject that a word's JSON spells, or undefined. */
export function parseSubjectWord(value: unknown): SubjectWord | undefined {
  if (!isRecord(value)) return undefined
  const { address, deviceId, personRef, role, zone } = value
  if (!isText(address) || !isTextOrNull(deviceId) || !isTextOrNull(personRef)) return undefined
  if (!isText(role) || !isText(zone)) return undefined
  return { address, deviceId, personRef, role, zone }
}

/** The ruling that a word's JSON spells, or undefined. */
export function parseRulingWord(value: unknown): RulingWord | undefined {
  if (!isRecord(value)) return undefined
  const { action, reasonCode, category, ruleId, severity, policyVersion } = value
  const { listSource, listVersion } = value
  if (!isAction(action)) return undefined
  if (!isText(reasonCode) || !isTextOrNull(category) || !isText(ruleId)) return undefined
  if (!isTextOrNull(listSource) || !isTextOrNull(listVersion)) return undefined
  if (!isSeverity(severity) || typeof policyVersion !== 'number') return undefined
  return { action, reasonCode, category, ruleId, listSource, listVersion, severity, policyVersion }
}

const ACTIONS: readonly unknown[] = ['block', 'warn', 'observe', 'throttle']

function isAction(action: unknown): action is RulingWord['action'] {
  return ACTIONS.includes(action)
}

/** The last moment that a `Date` can hold (ECMA-262 section 21.4.1.1): later ones have no ISO form. */
const MAX_TIME = 8.64e15

function isTime(at: number): boolean {
  return at >= 0 && at <= MAX_TIME
}

function isRecord(
  value: unknown,
): value is Readonly<Record<keyof SubjectWord | keyof RulingWord, unknown>> {
  return typeof value === 'object' && value !== null
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}

function isSeverity(value: unknown): value is RulingWord['severity'] {
  return value === 'info' || value === 'low' || value === 'medium' || value === 'high'
}

/** A `Buffer` over the view's memory decodes in place; `TextDecoder` refuses shared memory. */
function textOf(view: DataView): Buffer {
  const known = texts.get(view)
  if (known !== undefined) return known
  const text = Buffer.from(view.buffer, view.byteOffset, view.byteLength)
  texts.set(view, text)
  return text
}

// INVARIANT: a cache of a pure function; an entry lives as long as its view.
const texts = new WeakMap<DataView, Buffer>()
