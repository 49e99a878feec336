import { isObserved, type Ruling } from '../../rules/verdict.ts'
import type {
  AttemptKind,
  AttemptRecorder,
  AttemptSubject,
  Layer,
  SeenRequest,
} from '../attempt.ts'
import { ATTEMPT_HEAD_OCTETS, ATTEMPT_RECORD } from './attempt-codec.ts'
import type { RingWriter } from './byte-ring.ts'
import { MAX_HOST_OCTETS, writeTextHost, writeWireHost } from './host-octets.ts'
import { WordBook } from './word-book.ts'

/** Longer paths are cut: what the DSL reads fits, and no request can fill the ring. */
const MAX_PATH_OCTETS = 512

/**
 * The data thread's `AttemptRecorder`: a copy into the ring, 0.3 us, no allocation once an attempt's
 * words are known. What does not fit, or has no host to name, is counted as lost.
 */
export class RingRecorder implements AttemptRecorder {
  readonly #ring: RingWriter
  readonly #words: WordBook

  constructor(ring: RingWriter) {
    this.#ring = ring
    this.#words = new WordBook(ring)
  }

  lookup(
    subject: AttemptSubject,
    ruling: Ruling,
    kind: AttemptKind,
    name: { readonly bytes: Uint8Array; readonly offset: number; readonly at: number },
  ): void {
    const index = this.#begin(subject, ruling)
    if (index < 0) return
    const from = index + ATTEMPT_HEAD_OCTETS
    const host = writeWireHost(this.#ring.bytes, from, name.bytes, name.offset)
    if (host < 0) {
      this.#ring.lose()
      return
    }
    this.#ring.view.setUint8(index + 1, kindNumber(kind))
    this.#ring.view.setUint8(index + 2, DNS)
    // Here and not in `#finish`: a number of 64 bits passed to a function that V8 does not inline is boxed.
    this.#ring.view.setFloat64(index + 16, name.at, true)
    this.#finish(index, host, 0)
  }

  connection(subject: AttemptSubject, ruling: Ruling, layer: Layer, seen: SeenRequest): void {
    this.#request(subject, ruling, seen, CONNECTION, layerNumber(layer))
  }

  wentOn(subject: AttemptSubject, ruling: Ruling, seen: SeenRequest): void {
    this.#request(subject, ruling, seen, WENT_ON, HTTP)
  }

  // eslint-disable-next-line max-params -- an object for two bytes would be garbage on every attempt
  #request(
    subject: AttemptSubject,
    ruling: Ruling,
    seen: SeenRequest,
    kind: number,
    layer: number,
  ): void {
    const index = this.#begin(subject, ruling)
    if (index < 0) return
    const from = index + ATTEMPT_HEAD_OCTETS
    const host = writeTextHost(this.#ring.bytes, from, seen.host)
    if (host < 0) {
      this.#ring.lose()
      return
    }
    const path = writePath(this.#ring.bytes, from + host, seen.path)
    this.#ring.view.setUint8(index + 1, kind)
    this.#ring.view.setUint8(index + 2, layer)
    this.#ring.view.setFloat64(index + 16, seen.at, true)
    this.#finish(index, host, path)
  }

  /** Index of a reserved attempt with its words in place, or -1: nothing to record, or no room. */
  #begin(subject: AttemptSubject, ruling: Ruling): number {
    // Only refusals and warnings, observed ones too, are attempts; a caller that records every verdict may do so.
    const isSlowed = ruling.isSlowed === true
    if (ruling.action !== 'block' && !ruling.warn && !isObserved(ruling) && !isSlowed) return -1
    const known = this.#words.introduce(subject, ruling)
    const index = known ? this.#ring.reserve(MAX_ATTEMPT_OCTETS) : -1
    if (index < 0) {
      this.#ring.lose()
      return -1
    }
    const { view } = this.#ring
    view.setUint8(index, ATTEMPT_RECORD)
    view.setUint32(index + 4, this.#words.subject, true)
    view.setUint32(index + 8, this.#words.ruling, true)
    view.setUint32(index + 12, this.#words.window, true)
    return index
  }

  #finish(index: number, host: number, path: number): void {
    const { view } = this.#ring
    view.setUint16(index + 24, host, true)
    view.setUint16(index + 26, path, true)
    this.#ring.commit(ATTEMPT_HEAD_OCTETS + host + path)
  }
}

const MAX_ATTEMPT_OCTETS = ATTEMPT_HEAD_OCTETS + MAX_HOST_OCTETS + MAX_PATH_OCTETS

/** Copies a path up to its query: search words are personal, and no part of what was refused. */
function writePath(out: Uint8Array, at: number, path: string): number {
  const length = Math.min(path.length, MAX_PATH_OCTETS)
  for (let i = 0; i < length; i += 1) {
    const code = path.charCodeAt(i)
    if (code === QUESTION_MARK || code === HASH) return i
    out[at + i] = code > SPACE && code < DELETE ? code : QUESTION_MARK
  }
  return length
}

const SPACE = 0x20
const HASH = 0x23
const QUESTION_MARK = 0x3f
const DELETE = 0x7f

/** Positions in `ATTEMPT_KINDS` and `LAYERS`, written out because `indexOf` compares up to five strings. */
function kindNumber(kind: AttemptKind): number {
  switch (kind) {
    case 'a':
      return 0
    case 'aaaa':
      return 1
    case 'https':
      return 2
    case 'other_type':
      return 3
    case 'connection':
      return CONNECTION
    case 'went_on':
      return WENT_ON
  }
}

function layerNumber(layer: Layer): number {
  switch (layer) {
    case 'dns':
      return DNS
    case 'sni':
      return 1
    case 'http':
      return HTTP
    case 'connect':
      return 3
    case 'network':
      return 4
  }
}

const CONNECTION = 4
const WENT_ON = 5
const DNS = 0
const HTTP = 2
