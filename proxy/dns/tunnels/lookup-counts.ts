import type { HostPattern } from '../../../rules/policy/policy.ts'
import {
  entropyOf,
  KNOWN_LOOKUPS,
  TUNNEL_WINDOW_MS,
} from '../../../rules/sanctions/tunnel-signs.ts'
import type { Subject } from '../../plane.ts'
import { lowerCase, NameParts } from './name-parts.ts'

/** Domains below which devices of one thread look up much at a time; a few hundred more are being stopped already. */
const CELLS = 1_024
/** Cells in which one device and domain may be; the one with the fewest names gives way. */
const WAYS = 4
/** A bit for each name by its hash: another name is told from one that was seen. */
const BITS = 2_048
const BIT_WORDS = BITS / 32
/** `a` to `z`, digits, `-`, and what else there is. */
const LETTERS = 38
const MAX_DOMAIN_OCTETS = 64

/** Shorter ones carry nothing: `www`, `mail`, `r3`. */
const MIN_OWN_OCTETS = 5

/** Fewer names since the last time are told with the next. */
const MIN_TOLD = 3

/** What a device looked up below a domain since the thread told of it last. */
export interface ToldLookups {
  readonly device: string | null
  readonly person: string | null
  readonly address: string
  readonly role: string
  readonly zone: string
  readonly domain: string
  readonly names: number
  /** `Lookups.octets` of these names. */
  readonly octets: number
}

/**
 * Counts names by device and domain as they go upstream, for what finds tunnels. On the way of each look-up: allocates
 * nothing, and looks no further at names that are short.
 */
export class LookupCounts {
  readonly #parts = new NameParts()
  readonly #keys = new Int32Array(CELLS)
  readonly #subjects = new Int32Array(CELLS)
  readonly #who: (Subject | null)[] = Array.from({ length: CELLS }, () => null)
  readonly #began = new Float64Array(CELLS)
  readonly #names = new Int32Array(CELLS)
  readonly #toldNames = new Int32Array(CELLS)
  readonly #octets = new Int32Array(CELLS)
  readonly #toldOctets = new Int32Array(CELLS)
  readonly #bits = new Int32Array(CELLS * BIT_WORDS)
  readonly #letters = new Uint32Array(CELLS * LETTERS)
  readonly #domains = new Uint8Array(CELLS * MAX_DOMAIN_OCTETS)
  #known: readonly Uint8Array[] = wireNames(KNOWN_LOOKUPS)
  /** As of the last `take`, epoch ms: a clock for each name would cost an allocation. */
  #now = 0
  #domainHash = 0
  #nameHash = 0

  /** With each revision: below these domains devices may talk as they like. */
  follow(except: readonly HostPattern[]): void {
    this.#known = wireNames([...KNOWN_LOOKUPS, ...except.map(({ host }) => host)])
  }

  /** A name that is let through; `bytes[offset..]` is an uncompressed wire name. */
  note(subject: Subject, bytes: Uint8Array, offset: number): void {
    const parts = this.#parts
    if (!parts.read(bytes, offset) || parts.domainAt - offset < MIN_OWN_OCTETS) return
    if (parts.end - parts.domainAt > MAX_DOMAIN_OCTETS) return
    this.#hash(bytes, offset)
    const cell = this.#cellOf(subject, bytes)
    if (this.#now - (this.#began[cell] ?? 0) > TUNNEL_WINDOW_MS) this.#beginAgain(cell)
    const bit = this.#nameHash & (BITS - 1)
    const word = cell * BIT_WORDS + (bit >>> 5)
    const mask = 1 << (bit & 31)
    if (((this.#bits[word] ?? 0) & mask) !== 0 || this.#isKnown(bytes, offset)) return
    this.#bits[word] = (this.#bits[word] ?? 0) | mask
    this.#add(cell, bytes, offset)
  }

  /** What there is to tell since the last time, at `now` (gate time, epoch ms). Off the way of look-ups. */
  take(now: number): readonly ToldLookups[] {
    this.#now = now
    const told: ToldLookups[] = []
    for (let cell = 0; cell < CELLS; cell += 1) {
      const names = (this.#names[cell] ?? 0) - (this.#toldNames[cell] ?? 0)
      const subject = this.#who[cell] ?? null
      if (subject === null || names < MIN_TOLD) continue
      told.push(this.#told(cell, subject, names))
      this.#toldNames[cell] = this.#names[cell] ?? 0
      this.#toldOctets[cell] = this.#octets[cell] ?? 0
    }
    return told
  }

  #told(cell: number, subject: Subject, names: number): ToldLookups {
    const letters = this.#letters.subarray(cell * LETTERS, (cell + 1) * LETTERS)
    const octets = (this.#octets[cell] ?? 0) - (this.#toldOctets[cell] ?? 0)
    const { deviceId: device, personRef: person, address, role, zone } = subject
    const domain = textOf(this.#domains.subarray(cell * MAX_DOMAIN_OCTETS))
    return {
      ...{ device, person, address, role, zone, domain, names },
      octets: (octets * entropyOf(letters)) / 8,
    }
  }

  /** Of the domain, and of the whole name. */
  #hash(bytes: Uint8Array, offset: number): void {
    const { domainAt, end } = this.#parts
    let hash = 0
    for (let at = domainAt; at < end; at += 1) hash = mix(hash ^ lowerCase(bytes[at] ?? 0))
    this.#domainHash = hash
    // In lower case: some resolvers mix the case of each question by chance, as a secret against forgers.
    for (let at = offset; at < domainAt; at += 1) hash = mix(hash ^ lowerCase(bytes[at] ?? 0))
    this.#nameHash = hash
  }

  #cellOf(subject: Subject, bytes: Uint8Array): number {
    const key = this.#domainHash
    const first = (mix(key ^ subject.index) & (CELLS / WAYS - 1)) * WAYS
    let weakest = first
    for (let cell = first; cell < first + WAYS; cell += 1) {
      const isIts = this.#keys[cell] === key && this.#subjects[cell] === subject.index
      if (isIts && this.#who[cell] !== null) return cell
      if ((this.#names[cell] ?? 0) < (this.#names[weakest] ?? 0)) weakest = cell
    }
    this.#keys[weakest] = key
    this.#subjects[weakest] = subject.index
    this.#who[weakest] = subject
    const { domainAt, end } = this.#parts
    const from = weakest * MAX_DOMAIN_OCTETS
    for (let at = domainAt; at < end; at += 1)
      this.#domains[from + at - domainAt] = lowerCase(bytes[at] ?? 0)
    this.#beginAgain(weakest)
    return weakest
  }

  #beginAgain(cell: number): void {
    this.#began[cell] = this.#now
    this.#names[cell] = 0
    this.#toldNames[cell] = 0
    this.#octets[cell] = 0
    this.#toldOctets[cell] = 0
    this.#bits.fill(0, cell * BIT_WORDS, (cell + 1) * BIT_WORDS)
    this.#letters.fill(0, cell * LETTERS, (cell + 1) * LETTERS)
  }

  #add(cell: number, bytes: Uint8Array, offset: number): void {
    const { domainAt } = this.#parts
    this.#names[cell] = (this.#names[cell] ?? 0) + 1
    for (let at = offset; at < domainAt; at += (bytes[at] ?? 0) + 1) {
      const length = bytes[at] ?? 0
      this.#octets[cell] = (this.#octets[cell] ?? 0) + length
      for (let letter = at + 1; letter <= at + length; letter += 1) {
        const index = cell * LETTERS + classOf(lowerCase(bytes[letter] ?? 0))
        this.#letters[index] = (this.#letters[index] ?? 0) + 1
      }
    }
  }

  #isKnown(bytes: Uint8Array, offset: number): boolean {
    const { end } = this.#parts
    for (const name of this.#known)
      if (end - name.length >= offset && endsWith(bytes, end - name.length, name)) return true
    return false
  }
}

function endsWith(bytes: Uint8Array, from: number, name: Uint8Array): boolean {
  for (let at = 0; at < name.length; at += 1)
    if (lowerCase(bytes[from + at] ?? 0) !== name[at]) return false
  return true
}

function mix(word: number): number {
  const mixed = Math.imul(word ^ (word >>> 15), 0x85ebca6b)
  return mixed ^ (mixed >>> 13)
}

/** Letters by place in the alphabet, then digits, the hyphen, and all else. */
function classOf(octet: number): number {
  if (octet >= 0x61 && octet <= 0x7a) return octet - 0x61
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30 + 26
  return octet === 0x2d ? 36 : 37
}

function wireNames(hosts: readonly string[]): readonly Uint8Array[] {
  return hosts.map((host) => {
    const labels = host.split('.').map((label) => Buffer.from(label))
    const parts = labels.flatMap((label) => [Buffer.from([label.length]), label])
    return Uint8Array.from(Buffer.concat([...parts, Buffer.from([0])]))
  })
}

/** Of a wire name whose labels hold nothing but letters of host names; others as they are written there. */
function textOf(wire: Uint8Array): string {
  const labels: string[] = []
  for (let at = 0, length = wire[0] ?? 0; length !== 0; at += length + 1, length = wire[at] ?? 0)
    labels.push(String.fromCharCode(...wire.subarray(at + 1, at + 1 + length)))
  return labels.join('.')
}
