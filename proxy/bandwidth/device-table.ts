import { createHmac } from 'node:crypto'
import { MAX_CLASSES } from '../../rules/bandwidth/bandwidth.ts'

/** Devices that move bytes within an hour: more than any school of ours has. */
const PLACES = 65_536
/** Places that a key may be at; a device that finds them all taken goes unmetered and is counted. */
const WAYS = 32

/** Numbers of 32 bits for each place, after all the keys. */
const FIELDS = 8
const DOWN_TIME = 0
const UP_TIME = 1
const OCTETS = 2
/** What holds for the device: a bit for each class whose quota is used up, and two more. */
const FLAGS = 3
/** Class in force, from 1; 0 for none. Whose quota the octets count for. */
const CLASS = 4
/** Counts whose place it was: a place that is somebody else's now must not be charged. */
const OWNER = 5

export const HEAVY = 1 << MAX_CLASSES

/** A way to tell devices apart in shared memory without their names in it. */
export interface DeviceTableStart {
  readonly memory: SharedArrayBuffer
  readonly key: Uint8Array
}

/**
 * Rates and volumes of devices in memory that all threads see, so that a device's connections share
 * one allowance wherever they are. Data threads charge and read; the control thread alone judges volumes
 * (`usage-keeper.ts`) and gives places back.
 */
export class DeviceTable {
  readonly #keys: BigInt64Array
  readonly fields: Int32Array
  readonly #secret: Uint8Array

  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(PLACES * (8 + FIELDS * 4))
  }

  constructor({ memory, key }: DeviceTableStart) {
    this.#keys = new BigInt64Array(memory, 0, PLACES)
    this.fields = new Int32Array(memory, PLACES * 8)
    this.#secret = key
  }

  /** The place of a device's key, taken if it has none yet; -1 where there is no room. */
  claim(key: bigint): number {
    const first = Number(key & BigInt(PLACES - 1))
    for (let way = 0; way < WAYS; way += 1) {
      const place = (first + way) % PLACES
      if (Atomics.load(this.#keys, place) === key) return place
    }
    for (let way = 0; way < WAYS; way += 1) {
      const place = (first + way) % PLACES
      const was = Atomics.compareExchange(this.#keys, place, 0n, key)
      // Another thread may have been first, with the same device or another one.
      if (was === 0n || was === key) return place
    }
    return -1
  }

  /** `who` is a device's id, else an address. */
  keyOf(who: string): bigint {
    const key = createHmac('sha256', this.#secret).update(who).digest().readBigInt64LE()
    return key === 0n ? 1n : key
  }

  /** All places that somebody has; the control thread's. */
  *taken(): Generator<number> {
    for (let place = 0; place < PLACES; place += 1)
      if (Atomics.load(this.#keys, place) !== 0n) yield place
  }

  keyAt(place: number): bigint {
    return Atomics.load(this.#keys, place)
  }

  /** Gives a place back; who still holds it finds out by its owner's number. */
  release(place: number): void {
    Atomics.add(this.fields, at(place, OWNER), 1)
    for (const field of [DOWN_TIME, UP_TIME, OCTETS, FLAGS, CLASS])
      Atomics.store(this.fields, at(place, field), 0)
    Atomics.store(this.#keys, place, 0n)
  }

  ownerOf(place: number): number {
    return Atomics.load(this.fields, at(place, OWNER))
  }

  octetsOf(place: number): number {
    return Atomics.load(this.fields, at(place, OCTETS))
  }

  /** From 1; 0 for none. */
  classOf(place: number): number {
    return Atomics.load(this.fields, at(place, CLASS))
  }

  flagsOf(place: number): number {
    return Atomics.load(this.fields, at(place, FLAGS))
  }

  /** Tells what changed, so that the caller need not remember. */
  setFlag(place: number, flag: number, isSet: boolean): boolean {
    const index = at(place, FLAGS)
    const was = isSet
      ? Atomics.or(this.fields, index, flag)
      : Atomics.and(this.fields, index, ~flag)
    return ((was & flag) !== 0) !== isSet
  }
}

/** Debts beyond this are not debts but a time that has wrapped round: a place unused for days. */
const MAX_DEBT_TICKS = 600_000 * 16

/** One device as a data thread sees it: charged for each chunk without an allocation. */
export class Account {
  readonly #table: DeviceTable
  readonly #fields: Int32Array
  readonly #key: bigint
  readonly #onClaim: (place: number) => void
  #place = -1
  #owner = 0

  constructor(table: DeviceTable, key: bigint, onClaim: (place: number) => void) {
    this.#table = table
    this.#fields = table.fields
    this.#key = key
    this.#onClaim = onClaim
    this.#settle()
  }

  /** False for a device that found no room: it is neither slowed nor counted. */
  get isMetered(): boolean {
    return this.#place >= 0
  }

  get isHeavy(): boolean {
    return this.#hasFlag(HEAVY)
  }

  /** The quota of the class is used up. */
  isSpent(classIndex: number): boolean {
    return this.#hasFlag(1 << classIndex)
  }

  /** The class that what comes counts for; `null` for none. */
  belongTo(classIndex: number | null): void {
    const place = this.#settle()
    if (place >= 0)
      Atomics.store(this.#fields, at(place, CLASS), classIndex === null ? 0 : classIndex + 1)
  }

  count(octets: number): void {
    const place = this.#settle()
    if (place >= 0) Atomics.add(this.#fields, at(place, OCTETS), octets)
  }

  /**
   * The generic cell rate algorithm (ITU-T I.371): the time at which all that was taken so far, this
   * too, has been paid for. Ticks, which wrap: only differences mean anything.
   */
  pay(isUp: boolean, now: number, ticks: number): number {
    const place = this.#settle()
    if (place < 0) return now
    const index = at(place, isUp ? UP_TIME : DOWN_TIME)
    for (;;) {
      const was = Atomics.load(this.#fields, index)
      const debt = (was - now) | 0
      const next = ((debt < 0 || debt > MAX_DEBT_TICKS ? now : was) + ticks) | 0
      if (Atomics.compareExchange(this.#fields, index, was, next) === was) return next
    }
  }

  #hasFlag(flag: number): boolean {
    const place = this.#settle()
    return place >= 0 && (Atomics.load(this.#fields, at(place, FLAGS)) & flag) !== 0
  }

  /** Its place, sought anew where it was given back meanwhile. */
  #settle(): number {
    if (this.#place >= 0 && this.#table.ownerOf(this.#place) === this.#owner) return this.#place
    this.#place = this.#table.claim(this.#key)
    if (this.#place >= 0) {
      this.#owner = this.#table.ownerOf(this.#place)
      this.#onClaim(this.#place)
    }
    return this.#place
  }
}

function at(place: number, field: number): number {
  return place * FIELDS + field
}
