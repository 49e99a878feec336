import {
  ATTEMPT_RECORD,
  EPOCH_RECORD,
  TALLY_RECORD,
  WORD_RECORD,
  parseRulingWord,
  parseSubjectWord,
  readAttemptRecord,
  readWordRecord,
} from './attempt-codec.ts'
import type { Attempt, RulingWord, SubjectWord, WordRecord } from './attempt-codec.ts'
import { RingReader } from './byte-ring.ts'
import { readTallyRecord } from '../tally/tally-codec.ts'
import type { TallyDelta } from '../tally/tally-codec.ts'

/** Where a ring's records go. */
export interface IntakeSink {
  attempt(attempt: Attempt): void
  tally(delta: TallyDelta): void
  /** A record that means nothing: counted as a lost attempt, because it probably was one. */
  malformed(): void
  /** Words learnt; a successor of this thread must be given them again (they are sent only once). */
  word(word: WordRecord): void
  /** All words of this ring are forgotten. */
  epoch(): void
}

/** Reads one ring and puts words in the place of numbers. */
export class RingIntake {
  readonly #ring: RingReader
  readonly #sink: IntakeSink
  readonly #subjects: SubjectWord[] = []
  readonly #rulings: RulingWord[] = []
  readonly #windows: string[] = []
  #hasAsked = false

  constructor(ring: SharedArrayBuffer, remembered: readonly WordRecord[], sink: IntakeSink) {
    this.#ring = new RingReader(ring)
    this.#sink = sink
    for (const word of remembered) this.#learn(word)
  }

  /** Passes on at most `limit` records; returns how many. */
  drain(limit: number): number {
    return this.#ring.read(this.#visit, limit)
  }

  /** What was drained is safe: its room may be written again. */
  release(): void {
    this.#ring.release()
  }

  readonly #visit = (index: number, octets: number): void => {
    switch (this.#ring.bytes[index]) {
      case ATTEMPT_RECORD: {
        const attempt = this.#attemptAt(index, octets)
        if (attempt === undefined) this.#sink.malformed()
        else this.#sink.attempt(attempt)
        return
      }
      case WORD_RECORD: {
        const word = readWordRecord(this.#ring.view, index, octets)
        if (word === undefined || !this.#learn(word)) this.#sink.malformed()
        else this.#sink.word(word)
        return
      }
      case TALLY_RECORD: {
        const delta = readTallyRecord(this.#ring.view, index, octets)
        if (delta === undefined) this.#sink.malformed()
        else this.#sink.tally(delta)
        return
      }
      case EPOCH_RECORD:
        this.#subjects.length = 0
        this.#rulings.length = 0
        this.#windows.length = 0
        this.#hasAsked = false
        this.#sink.epoch()
        return
      case undefined:
      default:
        this.#sink.malformed()
    }
  }

  #attemptAt(index: number, octets: number): Attempt | undefined {
    const record = readAttemptRecord(this.#ring.view, index, octets)
    if (record === undefined) return undefined
    const subject = this.#subjects[record.subject]
    const ruling = this.#rulings[record.ruling]
    const window = this.#windows[record.window]
    if (subject === undefined || ruling === undefined || window === undefined) {
      this.#askForWords()
      return undefined
    }
    const { kind, layer, host, path, at } = record
    return { subject, ruling, window, kind, layer, host, path, at }
  }

  /** A predecessor that was ended at a bad moment took words with it: without them every attempt is lost. */
  #askForWords(): void {
    if (this.#hasAsked) return
    this.#hasAsked = true
    this.#ring.wantWords()
  }

  #learn({ kind, number, json }: WordRecord): boolean {
    const value = parseJson(json)
    switch (kind) {
      case 'subject':
        return put(this.#subjects, number, parseSubjectWord(value))
      case 'ruling':
        return put(this.#rulings, number, parseRulingWord(value))
      case 'window':
        return put(this.#windows, number, typeof value === 'string' ? value : undefined)
    }
  }
}

function put<T>(words: T[], number: number, word: T | undefined): boolean {
  if (word === undefined) return false
  words[number] = word
  return true
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
