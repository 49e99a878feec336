import { isIP } from 'node:net'
import {
  CONFIDENCES,
  deviceInForce,
  saysTheSame,
  type Binding,
  type Confidence,
} from '../../rules/identity/binding.ts'
import type { EndedEvidence } from '../../rules/identity/ended-evidence.ts'
import { endOf } from '../../rules/identity/evidence-life.ts'
import type { IdentityRegister } from '../../rules/identity/identity-register.ts'
import { settleZone, type Whereabouts } from '../../rules/identity/settle-zone.ts'
import { SIGHTING_SOURCES, type Sighting } from '../../rules/identity/sighting.ts'
import { sightingsOf } from '../../rules/identity/sightings-of.ts'
import { weighSightings } from '../../rules/identity/weigh-sightings.ts'
import { isSelfTestAddress } from '../self-test/stand-in.ts'
import { ADDRESS_WORDS, readAddressWords } from './address-words.ts'
import type { BindingWriter, BoundRow } from './binding-table.ts'
import { SightingBook } from './sighting-book.ts'
import { keyOf } from './word-key.ts'
import { plainAddress } from './zone-map.ts'

/** What a sighting is held against; another one with each revision. */
export interface FollowedSchool {
  readonly register: IdentityRegister
  /** The zone of an address by its network. */
  readonly zoneAt: (address: string) => string
  /** How long a device is in another zone before that counts for a denial. */
  readonly settleMs: number
}

export interface FollowerParts {
  readonly table: BindingWriter
  readonly maxAddresses: number
  /** Gate time, epoch ms. */
  readonly clock: () => number
  /** Told each time that something else is known of an address, or for much longer; null: nothing any more. */
  readonly onChange: (address: string, binding: Binding | null) => void
}

/** A sighting from the future is a clock gone wrong; one some minutes ahead is taken for now. */
const MAX_AHEAD_MS = 10 * 60_000

/** The contract of `Sighting`; what breaks it is not taken. */
const MAX_ADDRESSES = 32
const MAX_LETTERS = 256

/** A row whose end moves by less is not written again; a record of it even more seldom. */
const EXPIRY_GRAIN_MS = 20_000
const RECORD_GRAIN_MS = 120_000

/** A device that was last seen elsewhere longer ago than this, and is no more known there, has come from nowhere. */
const MOVED_WITHIN_MS = 10 * 60_000

const DROPS = ['malformed', 'full', 'crowded'] as const

interface Known {
  readonly binding: Binding
  readonly where: Whereabouts
  /** As the table has it: 0 when it has no row. */
  expires: number
  /** As `onChange` was told. */
  recorded: number
  /** The epoch second at which it is looked at again. */
  due: number
}

interface LastSeen {
  readonly where: Whereabouts
  readonly at: number
  /** When the last evidence for it runs out. */
  readonly expires: number
}

/**
 * Takes what sources tell, weighs it, and keeps the binding table true: on the control thread, bounded,
 * and never in the way of a request.
 */
export class SightingFollower {
  readonly #parts: FollowerParts
  readonly #book: SightingBook
  readonly #known = new Map<string, Known>()
  /** Where each device in force was seen last, for what has just got another address. */
  readonly #lastAt = new Map<string, LastSeen>()
  /** Addresses to look at again, by epoch second. */
  readonly #due = new Map<number, Set<string>>()
  #dueFrom: number
  #school: FollowedSchool
  readonly #told = new Map(SIGHTING_SOURCES.map((source) => [source, 0]))
  readonly #dropped = new Map<(typeof DROPS)[number], number>(DROPS.map((drop) => [drop, 0]))
  readonly #words = new Int32Array(ADDRESS_WORDS)

  constructor(parts: FollowerParts, school: FollowedSchool) {
    this.#parts = parts
    this.#school = school
    this.#book = new SightingBook(parts.maxAddresses)
    this.#dueFrom = Math.floor(parts.clock() / 1000)
  }

  /** Takes in what a source tells. Never throws: what is no sighting is counted. */
  take(told: Sighting): void {
    this.#told.set(told.source, (this.#told.get(told.source) ?? 0) + 1)
    this.recall(told)
  }

  /** The same for what was told before, to this gate or another one. */
  recall(told: Sighting): void {
    const now = this.#parts.clock()
    const sighting = wellFormed(told, now)
    if (sighting === null) {
      this.#drop('malformed')
      return
    }
    const touched = this.#book.add(sighting, now)
    if (touched === null) this.#drop('full')
    else for (const address of touched) this.#weigh(address, now)
  }

  /** Takes in what was known of an address, to this gate before or to another one: evidence, and what has ended. */
  hear(told: string, binding: Binding | null, ended: readonly EndedEvidence[]): void {
    const now = this.#parts.clock()
    const address = plainAddress(told)
    for (const one of isIP(address) === 0 ? [] : ended) {
      if (one.at > now + MAX_AHEAD_MS) this.#drop('malformed')
      else for (const each of this.#book.end(address, one, now)) this.#weigh(each, now)
    }
    for (const sighting of binding === null ? [] : sightingsOf(binding)) this.recall(sighting)
  }

  /** Another revision: who is who is weighed again, some addresses at a time beside the traffic. */
  async follow(school: FollowedSchool): Promise<void> {
    this.#school = school
    let seen = 0
    for (const address of [...this.#known.keys()]) {
      if (this.#school !== school) return
      this.#weigh(address, this.#parts.clock())
      seen += 1
      if (seen % 1_000 === 0) await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }

  /** Once a second: what has run out, and who has been in another zone for long enough. */
  tick(): void {
    const now = this.#parts.clock()
    const second = Math.floor(now / 1000)
    // A clock that was set back or far ahead: everything is looked at.
    if (second < this.#dueFrom || second - this.#dueFrom > this.#due.size + 3_600)
      this.#lookAtAll(now)
    else
      for (let due = this.#dueFrom; due <= second; due += 1) {
        const addresses = this.#due.get(due)
        this.#due.delete(due)
        for (const address of addresses ?? []) this.#weigh(address, now)
      }
    if (second % 60 === 0) this.#book.pruneHardware(now)
    this.#dueFrom = second
  }

  /** What sources took back at an address, for as long as somebody could still believe it. */
  endedAt(address: string): readonly EndedEvidence[] {
    return this.#book.endedAt(plainAddress(address), this.#parts.clock())
  }

  at(address: string): Binding | null {
    return this.#known.get(plainAddress(address))?.binding ?? null
  }

  bindings(): Iterable<Binding> {
    return this.#known.values().map(({ binding }) => binding)
  }

  counts(): {
    readonly told: ReadonlyMap<string, number>
    readonly dropped: ReadonlyMap<string, number>
    readonly bindings: ReadonlyMap<Confidence, number>
  } {
    const bindings = new Map<Confidence, number>(CONFIDENCES.map((one) => [one, 0]))
    for (const { binding } of this.#known.values())
      bindings.set(binding.confidence, (bindings.get(binding.confidence) ?? 0) + 1)
    return { told: this.#told, dropped: this.#dropped, bindings }
  }

  #lookAtAll(now: number): void {
    this.#due.clear()
    for (const address of [...this.#known.keys()]) this.#weigh(address, now)
  }

  #weigh(address: string, now: number): void {
    const { register } = this.#school
    const isLeft = this.#book.prune(address, now)
    const weighed = isLeft ? weighSightings(address, this.#book, { register, now }) : null
    if (weighed === null) this.#forget(address)
    else this.#believe(weighed, now)
  }

  #believe(weighed: Binding, now: number): void {
    const before = this.#known.get(weighed.address)
    const isSame = before !== undefined && saysTheSame(before.binding, weighed)
    const binding = isSame ? { ...weighed, since: before.binding.since } : weighed
    const where = this.#settle(binding, before, now)
    const { expires = 0, recorded = 0, due = 0 } = before ?? {}
    const next = { binding, where, expires, recorded, due }
    this.#known.set(binding.address, next)
    const device = deviceInForce(binding)
    if (device !== null) this.#lastAt.set(device, { where, at: now, expires: binding.expires })
    this.#schedule(next, now)
    this.#publish(next, isSame && sameWhere(before.where, where))
    if (isSame && Math.abs(binding.expires - recorded) < RECORD_GRAIN_MS) return
    next.recorded = binding.expires
    this.#parts.onChange(binding.address, binding)
  }

  #publish(known: Known, isSame: boolean): void {
    if (!isSame || known.expires === 0) this.#write(known)
    else if (Math.abs(known.binding.expires - known.expires) >= EXPIRY_GRAIN_MS) this.#extend(known)
  }

  #settle(binding: Binding, before: Known | undefined, now: number): Whereabouts {
    const { zoneAt, settleMs } = this.#school
    const zone = binding.zone ?? zoneAt(binding.address)
    const device = deviceInForce(binding)
    const last = device === null ? undefined : this.#lastAt.get(device)
    // A lease is told of once and holds for hours.
    const isRecent = last !== undefined && now <= Math.max(last.at + MOVED_WITHIN_MS, last.expires)
    return settleZone(before?.where ?? (isRecent ? last.where : null), zone, { now, settleMs })
  }

  #forget(address: string): void {
    if (!this.#known.delete(address)) return
    readAddressWords(address, this.#words)
    this.#parts.table.delete(this.#words)
    this.#parts.onChange(address, null)
  }

  #write(known: Known): void {
    const { binding } = known
    readAddressWords(binding.address, this.#words)
    if (this.#parts.table.set(this.#words, rowOf(known))) known.expires = binding.expires
    else this.#drop('crowded')
  }

  #extend(known: Known): void {
    readAddressWords(known.binding.address, this.#words)
    known.expires = known.binding.expires
    this.#parts.table.expire(this.#words, known.expires)
  }

  /** At the next end of a sighting or of settling, whichever comes first. */
  #schedule(known: Known, now: number): void {
    const { binding, where } = known
    const settles = where.heldZone === null ? Infinity : where.settlesAt
    const at = Math.min(this.#book.nextEnd(binding.address), settles, now + 3_600_000)
    const second = Math.max(Math.ceil(at / 1000), this.#dueFrom + 1)
    // One that is due sooner is looked at then, and finds its next time: each address waits once.
    if (known.due > this.#dueFrom && known.due <= second) return
    known.due = second
    const due = this.#due.get(second)
    if (due === undefined) this.#due.set(second, new Set([binding.address]))
    else due.add(binding.address)
  }

  #drop(why: (typeof DROPS)[number]): void {
    this.#dropped.set(why, (this.#dropped.get(why) ?? 0) + 1)
  }
}

function sameWhere(a: Whereabouts, b: Whereabouts): boolean {
  return a.zone === b.zone && a.heldZone === b.heldZone && a.settlesAt === b.settlesAt
}

function rowOf({ binding, where }: Known): BoundRow {
  return {
    isProven: binding.confidence === 'proven',
    device: keyOf(deviceInForce(binding)),
    person: keyOf(binding.person),
    zone: binding.zone === null ? 0 : keyOf(where.zone),
    heldZone: keyOf(where.heldZone),
    settlesAt: where.heldZone === null ? 0 : where.settlesAt,
    expires: binding.expires,
  }
}

/** The sighting within the bounds that its readers promise; null for one that breaks them. */
function wellFormed(sighting: Sighting, now: number): Sighting | null {
  const { at, addresses, reporter, device, account, place } = sighting
  const plain = addresses.map(plainAddress)
  const texts = [reporter, device ?? '', account ?? '', place ?? '']
  if (!Number.isFinite(at) || at > now + MAX_AHEAD_MS || addresses.length > MAX_ADDRESSES)
    return null
  if (texts.some((text) => text.length > MAX_LETTERS)) return null
  if (plain.some((address) => isIP(address) === 0 || isSelfTestAddress(address))) return null
  const clamped = { ...sighting, at: Math.min(at, now), addresses: plain }
  return sighting.ended || endOf(clamped) > now ? clamped : { ...clamped, ended: true }
}
