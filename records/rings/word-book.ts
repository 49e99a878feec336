import type { AttemptSubject } from '../attempt.ts'
import { isObserved, type Ruling } from '../../rules/verdict.ts'
import { EPOCH_OCTETS, EPOCH_RECORD, MAX_WORDS } from './attempt-codec.ts'
import { WORD_HEAD_OCTETS, WORD_KINDS, WORD_RECORD } from './attempt-codec.ts'
import type { RulingWord, SubjectWord, WordKind } from './attempt-codec.ts'
import type { RingWriter } from './byte-ring.ts'

/** A name longer than this is cut: one word must not fill the ring. */
const MAX_FIELD_LETTERS = 200

interface SentSubject extends SubjectWord {
  readonly number: number
}

/**
 * The numbers by which one data thread's attempts name their words. `introduce` sends what the reader
 * does not know yet; a word that did not fit is not noted, so the next attempt sends it again. Nothing
 * is allocated for words that were sent before.
 */
export class WordBook {
  /** The numbers of the last `introduce`; fields, because an object per attempt would be garbage. */
  subject = 0
  ruling = 0
  window = 0
  readonly #ring: RingWriter
  readonly #subjects = new Map<number, SentSubject>()
  /** Subjects are sent again when their facts change, so their numbers outrun the map's size. */
  #nextSubject = 0
  readonly #rulings = new Map<Ruling, number>()
  readonly #windows = new Map<string, number>()
  #epochSent = false
  #wordsWanted: number

  constructor(ring: RingWriter) {
    this.#ring = ring
    this.#wordsWanted = ring.wordsWanted
  }

  /** True when the reader knows (or will, reading in order) all words of an attempt. */
  introduce(subject: AttemptSubject, ruling: Ruling): boolean {
    if (this.#isFull() || this.#wordsWanted !== this.#ring.wordsWanted) this.#forget()
    if (!this.#epochSent && !this.#sendEpoch()) return false
    return (
      this.#introduceSubject(subject) &&
      this.#introduceRuling(ruling) &&
      this.#introduceWindow(ruling.window ?? subject.shortestWindow)
    )
  }

  #introduceSubject(subject: AttemptSubject): boolean {
    const sent = this.#subjects.get(subject.index)
    if (sent !== undefined && isSame(sent, subject)) {
      this.subject = sent.number
      return true
    }
    const number = this.#nextSubject
    const { address, deviceId, personRef, role, zone } = subject
    if (!this.#send('subject', number, { address, deviceId, personRef, role, zone })) return false
    this.#subjects.set(subject.index, { number, address, deviceId, personRef, role, zone })
    this.#nextSubject += 1
    this.subject = number
    return true
  }

  #introduceRuling(ruling: Ruling): boolean {
    const known = this.#rulings.get(ruling)
    if (known !== undefined) {
      this.ruling = known
      return true
    }
    const number = this.#rulings.size
    if (!this.#send('ruling', number, wordOf(ruling))) return false
    this.#rulings.set(ruling, number)
    this.ruling = number
    return true
  }

  #introduceWindow(window: string): boolean {
    const known = this.#windows.get(window)
    if (known !== undefined) {
      this.window = known
      return true
    }
    const number = this.#windows.size
    if (!this.#send('window', number, window)) return false
    this.#windows.set(window, number)
    this.window = number
    return true
  }

  #send(kind: WordKind, number: number, word: object | string): boolean {
    const json = Buffer.from(JSON.stringify(word, cut))
    const octets = WORD_HEAD_OCTETS + json.length
    const index = this.#ring.reserve(octets)
    if (index < 0) return false
    this.#ring.view.setUint8(index, WORD_RECORD)
    this.#ring.view.setUint8(index + 1, WORD_KINDS.indexOf(kind))
    this.#ring.view.setUint32(index + 4, number, true)
    this.#ring.bytes.set(json, index + WORD_HEAD_OCTETS)
    this.#ring.commit(octets)
    return true
  }

  #sendEpoch(): boolean {
    const index = this.#ring.reserve(EPOCH_OCTETS)
    if (index < 0) return false
    this.#ring.view.setUint8(index, EPOCH_RECORD)
    this.#ring.view.setUint32(index + 4, this.#ring.epoch, true)
    this.#ring.commit(EPOCH_OCTETS)
    this.#epochSent = true
    return true
  }

  #isFull(): boolean {
    return (
      this.#nextSubject >= MAX_WORDS ||
      this.#rulings.size >= MAX_WORDS ||
      this.#windows.size >= MAX_WORDS
    )
  }

  /** Old engines' rulings and departed subjects go; what is still in use is sent once more. */
  #forget(): void {
    this.#wordsWanted = this.#ring.wordsWanted
    this.#epochSent = false
    this.#nextSubject = 0
    this.#subjects.clear()
    this.#rulings.clear()
    this.#windows.clear()
  }
}

/** Equal strings are mostly the same object, so this is five pointer comparisons. */
function isSame(sent: SentSubject, subject: AttemptSubject): boolean {
  return (
    sent.zone === subject.zone &&
    sent.deviceId === subject.deviceId &&
    sent.address === subject.address &&
    sent.personRef === subject.personRef &&
    sent.role === subject.role
  )
}

/** What was let through in a zone that is only observed must be taken for no refusal. */
function actionOf(ruling: Ruling): RulingWord['action'] {
  if (isObserved(ruling)) return 'observe'
  if (ruling.isSlowed === true) return 'throttle'
  return ruling.action === 'block' ? 'block' : 'warn'
}

function wordOf(ruling: Ruling): RulingWord {
  return {
    action: actionOf(ruling),
    // A warning of the ordinary rules has no code of its own; it is the category that warns.
    reasonCode: ruling.reasonCode ?? 'category',
    category: ruling.category,
    ruleId: ruling.ruleId,
    listSource: ruling.listSource,
    listVersion: ruling.listVersion,
    severity: ruling.severity,
    policyVersion: ruling.policyVersion,
  }
}

function cut(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.slice(0, MAX_FIELD_LETTERS) : value
}
