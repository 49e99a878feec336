import type { Engine } from '../../rules/engine.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import type { Stance } from '../../rules/decider.ts'
import { deviceInForce, type Binding } from '../../rules/identity/binding.ts'
import type { DeviceFacts, ZoneFacts } from '../../rules/subject.ts'
import { SchoolTime } from '../../rules/time/school-time.ts'
import type { Subject } from '../plane.ts'
import { isSelfTestAddress, SELF_TEST_ROLE, type StandIn } from '../self-test/stand-in.ts'
import { ADDRESS_WORDS, readAddressWords } from './address-words.ts'
import type { BindingReader, BoundRow } from './binding-table.ts'
import { DeviceIndex } from './device-index.ts'
import { Outlooks } from './outlooks.ts'
import { PostureFacts } from './posture-facts.ts'
import { readTokenSource } from './token-source.ts'
import { plainAddress, ZoneMap } from './zone-map.ts'

/** A source address costs some 300 octets here; a flood of forged ones must not cost more than 20 MB. */
const MAX_SUBJECTS = 65_536

export interface SubjectTableParts {
  readonly engine: Engine
  readonly policy: Policy
  readonly devices: readonly DeviceFacts[]
  /** Who an address without a device is (`subjects.default`); null: an unregistered device. */
  readonly stranger: DeviceFacts | null
  /** Numbers that this thread has given to subjects so far; the journal knows subjects by them. */
  readonly indices: { next: number }
  /** What sources tell of addresses; null or absent where nobody reads any. */
  readonly bindings?: BindingReader | null
  /** What devices report of themselves; absent where nobody listens. */
  readonly postures?: PostureFacts
  /** Whether a device has used up the quota that its stance has; without it nobody has. */
  readonly isSpent?: IsSpent
}

/** `now` is gate time, epoch ms. */
export type IsSpent = (subject: Omit<Subject, 'stance'>, stance: Stance, now: number) => boolean

/**
 * Who is at an address, with the stance that holds now. One table per engine: a new policy or a
 * changed register makes a new one, so what is remembered here goes by time and by bindings alone.
 */
export class SubjectTable {
  readonly #parts: SubjectTableParts
  readonly #time: SchoolTime
  readonly #zones: ZoneMap
  readonly #devices: DeviceIndex
  readonly #outlooks: Outlooks
  #subjects = new Map<string, LiveSubject>()
  /** By address; empty but for the seconds of a self-test. */
  #standIns: ReadonlyMap<string, StandIn> = new Map()
  readonly #bindings: BindingReader | null
  readonly #words = new Int32Array(ADDRESS_WORDS)
  readonly #postures: PostureFacts

  constructor(parts: SubjectTableParts) {
    this.#parts = parts
    this.#time = new SchoolTime(parts.policy.time)
    this.#outlooks = new Outlooks(parts.engine, this.#time)
    this.#zones = new ZoneMap(parts.policy.zones)
    this.#devices = new DeviceIndex(parts.devices, parts.policy.lastOctetNetworks)
    this.#bindings = parts.bindings ?? null
    this.#postures = parts.postures ?? new PostureFacts()
  }

  /**
   * Never misses; `now` is gate time in epoch ms. `address` may also be a device's token from an address
   * (`token-source.ts`). Allocates only for what it has not seen.
   */
  at(address: string, now: number): Subject {
    const known = this.#subjects.get(address)
    if (known === undefined) return this.#meet(address, now)
    if (this.#bindings !== null && this.#isOutOfDate(known, this.#bindings, now))
      return this.#meet(address, now)
    // Also when the clock was set back: a stance is good from its moment on, not before.
    if (now >= known.refreshAt || now < known.judgedAt) this.#refresh(known, now)
    else if (known.judged.bandwidth != null) this.#settleQuota(known, now)
    return known
  }

  /** A quota may be used up, or another day may have begun, at any time. */
  #settleQuota(subject: LiveSubject, now: number): void {
    const { judged } = subject
    const isSpent = this.#parts.isSpent?.(subject, judged, now) === true
    subject.stance = isSpent ? this.#parts.engine.spent(judged) : judged
  }

  /**
   * A question of `explain`: a device by id, or whoever an address and what is known of it says, in a
   * zone if one is named.
   */
  ask(asked: Asked, now: number): Subject | null {
    const found = this.#whoIsAsked(asked)
    return found === null ? null : this.#create(found.address, found.device, { ...found, now })
  }

  /** The stance alone, without looking ahead to its end: for a probe of hundreds. */
  stanceOf(asked: Asked, now: number): Stance | null {
    const found = this.#whoIsAsked(asked)
    const moment = this.#time.at(now)
    return found === null ? null : this.#parts.engine.judge({ ...found, moment }, now)
  }

  #whoIsAsked(asked: Asked): AskedFound | null {
    const address = plainAddress(asked.address ?? '')
    const device = asked.device === undefined ? null : this.#devices.withId(asked.device)
    if (asked.device !== undefined && device === null) return null
    const zone = this.#zoneAsked(asked)
    if (device !== null || asked.address === undefined)
      return { address, device: device ?? this.#parts.stranger, zone }
    const who = this.#whoIsAt(address, this.#boundTo(asked.binding), {
      isProven: asked.binding?.confidence === 'proven',
    })
    return { address, device: who, zone }
  }

  #zoneAsked({ zone, address, binding }: Asked): ZoneFacts {
    const named = zone ?? binding?.zone ?? (address === undefined ? 'unknown' : null)
    return named === null ? this.#zones.at(plainAddress(address ?? '')) : this.#zones.named(named)
  }

  #boundTo(binding: Binding | undefined): DeviceFacts | null {
    const id = binding === undefined ? null : deviceInForce(binding)
    return id === null ? null : this.#devices.withId(id)
  }

  /**
   * From now on these self-test addresses are those whom they stand for, and the ones before are nobody
   * again. Addresses outside 127.255.0.0/16 are passed over: no device can be stood in for.
   */
  standIn(standIns: readonly StandIn[]): void {
    for (const address of this.#standIns.keys()) this.#subjects.delete(address)
    const own = standIns.filter(({ address }) => isSelfTestAddress(address))
    this.#standIns = new Map(own.map((one) => [one.address, one]))
    // Met before, as strangers.
    for (const address of this.#standIns.keys()) this.#subjects.delete(address)
  }

  /** These devices have reported, or have been silent for too long: their next request is judged anew. */
  postureChanged(devices: ReadonlySet<string>): void {
    for (const subject of this.#subjects.values())
      if (subject.deviceId !== null && devices.has(subject.deviceId)) subject.refreshAt = -Infinity
  }

  hasZone(id: string): boolean {
    return this.#zones.has(id)
  }

  /** The next instant at which any window, exam, kind of day, permission or waking device changes. */
  nextEdge(now: number): number {
    const permission = this.#parts.engine.nextPermissionEdge(now)
    return Math.min(this.#time.nextEdge(now), permission, this.#postures.nextEdge(now))
  }

  #meet(address: string, now: number): Subject {
    if (this.#subjects.size >= MAX_SUBJECTS) this.#subjects = new Map()
    const token = readTokenSource(address)
    const plain = plainAddress(token?.address ?? address)
    const standIn = token === null ? this.#standIns.get(plain) : undefined
    const subject =
      standIn === undefined ? this.#identify(plain, token, now) : this.#pretend(standIn, now)
    this.#subjects.set(address, subject)
    return subject
  }

  #identify(plain: string, token: Token | null, now: number): LiveSubject {
    const bindings = this.#bindings
    // Read first: a change after this is seen by the next request.
    const epoch = bindings?.epoch ?? 0
    const isBound = bindings !== null && this.#find(plain, bindings) && now < bindings.expires
    if (!isBound) return { ...this.#place(plain, null, { token, now }), epoch }
    const row = bindings.row()
    const placed = this.#place(plain, row, { token, now })
    return { ...placed, epoch, version: bindings.version, ends: row.expires }
  }

  #place(
    plain: string,
    row: BoundRow | null,
    { token, now }: { readonly token: Token | null; readonly now: number },
  ): LiveSubject {
    const told = row === null ? null : this.#zones.withKey(row.zone)
    if (token !== null) {
      // A device that has left the register since is nobody, and not who strangers are taken for.
      const device = this.#devices.withKey(token.device)
      return this.#create(plain, device, { zone: told ?? this.#zones.ofToken(plain), now })
    }
    const bound = row === null ? null : this.#devices.withKey(row.device)
    const device = this.#whoIsAt(plain, bound, { isProven: row?.isProven === true })
    const zone = told ?? this.#zones.at(plain)
    const held = row === null ? null : this.#zones.withKey(row.heldZone)
    return this.#create(plain, device, { zone, now, held, settlesAt: row?.settlesAt ?? 0 })
  }

  /**
   * What a key, a token or a sign-in proves goes before what the register says of the address, and that before what
   * hardware makes likely: a static address is somebody's decision, a hardware address anybody's claim.
   */
  #whoIsAt(
    plain: string,
    bound: DeviceFacts | null,
    { isProven }: { readonly isProven: boolean },
  ): DeviceFacts | null {
    const proven = isProven ? bound : null
    return proven ?? this.#devices.at(plain) ?? bound ?? this.#parts.stranger
  }

  /** Whether sources say something else of its address by now. Another address's change costs one look-up. */
  #isOutOfDate(known: LiveSubject, bindings: BindingReader, now: number): boolean {
    const { epoch } = bindings
    if (epoch === known.epoch && now < known.ends) return false
    const isBound = this.#find(known.address, bindings) && now < bindings.expires
    if ((isBound ? bindings.version : 0) !== known.version) return true
    known.epoch = epoch
    known.ends = isBound ? bindings.expires : Infinity
    return false
  }

  #find(plain: string, bindings: BindingReader): boolean {
    return readAddressWords(plain, this.#words) && bindings.find(this.#words)
  }

  /** Judged like any such device, and for records the gate itself. */
  #pretend({ address, device, zone }: StandIn, now: number): LiveSubject {
    const subject = this.#create(address, device, { zone: this.#zones.named(zone), now })
    return { ...subject, registered: null, deviceId: null, personRef: null, role: SELF_TEST_ROLE }
  }

  #create(
    address: string,
    found: DeviceFacts | null,
    { zone, now, held = null, settlesAt = 0 }: Placed,
  ): LiveSubject {
    const { engine, indices, stranger } = this.#parts
    const moment = this.#time.at(now)
    const registered = found === stranger ? null : found
    const device = this.#judgedAs(registered, now) ?? found
    const judged = engine.judge({ device, zone, moment }, now)
    const subject: LiveSubject = {
      index: indices.next++,
      address,
      deviceId: registered?.id ?? null,
      ...identityOf(device),
      zone: zone.id,
      device,
      registered,
      chained: zone.mode === 'chain',
      place: zone,
      held,
      settlesAt,
      epoch: 0,
      version: 0,
      ends: Infinity,
      stance: judged,
      judged,
      windows: [],
      shortestWindow: 'none',
      validUntil: now,
      refreshAt: now,
      judgedAt: now,
    }
    this.#refresh(subject, now)
    return subject
  }

  /** The registered device with what it reports in place of what the register says. */
  #judgedAs(registered: DeviceFacts | null, now: number): DeviceFacts | null {
    return registered === null ? null : this.#postures.of(registered, now)
  }

  #refresh(subject: LiveSubject, now: number): void {
    const { registered } = subject
    if (registered !== null) subject.device = this.#judgedAs(registered, now)
    const { device } = subject
    const moment = this.#time.at(now)
    const phase = device?.phase ?? null
    const { engine } = this.#parts
    const place = this.#placeThatCounts(subject, now)
    const stance = engine.judge({ device, zone: place, moment }, now)
    subject.judged = stance
    this.#settleQuota(subject, now)
    subject.windows = moment.windowsOf(phase)
    subject.shortestWindow = moment.shortest(phase) ?? 'none'
    subject.judgedAt = now
    // The names of the windows change at every edge, the stance at few of them.
    const wakes = this.#postures.edgeOf(registered, now)
    subject.refreshAt = Math.min(moment.until, engine.permissionEdge(device, now), wakes)
    const { validUntil } = this.#outlooks.of({ device, zone: place }, stance, now)
    subject.validUntil = Math.min(validUntil, wakes)
    if (subject.held === null || now >= subject.settlesAt) return
    subject.refreshAt = Math.min(subject.refreshAt, subject.settlesAt)
    subject.validUntil = Math.min(subject.validUntil, subject.settlesAt)
  }

  /** Radio crosses walls: where the new zone denies or alarms, the old one counts until it has settled. */
  #placeThatCounts({ device, place, held, settlesAt }: LiveSubject, now: number): ZoneFacts {
    if (held === null || now >= settlesAt) return place
    const moment = this.#time.at(now)
    const stance = this.#parts.engine.judge({ device, zone: place, moment }, now)
    return stance.profile === null || stance.alert ? held : place
  }
}

function identityOf(
  device: DeviceFacts | null,
): Pick<LiveSubject, 'personRef' | 'role' | 'carriesCa'> {
  if (device === null) return { personRef: null, role: 'unidentified', carriesCa: false }
  const { personRef, role, carriesCa } = device
  return { personRef, role, carriesCa }
}

/** Whom a question is about, and where. */
interface AskedFound {
  readonly address: string
  readonly device: DeviceFacts | null
  readonly zone: ZoneFacts
}

type Token = NonNullable<ReturnType<typeof readTokenSource>>

/** Of whom `explain` asks. */
interface Asked {
  readonly device?: string
  readonly address?: string
  readonly zone?: string
  readonly binding?: Binding
}

/** Where somebody is, and where until lately, if that still counts. */
interface Placed {
  readonly zone: ZoneFacts
  readonly now: number
  readonly held?: ZoneFacts | null
  readonly settlesAt?: number
}

/** Mutable only here: the data path sees it as a `Subject`. */
interface LiveSubject extends Subject {
  device: DeviceFacts | null
  /** The device as the register has it; null for a stranger. */
  readonly registered: DeviceFacts | null
  readonly place: ZoneFacts
  readonly held: ZoneFacts | null
  readonly settlesAt: number
  /** The binding table's when its row was last looked at, and that row's version; 0 for none. */
  epoch: number
  readonly version: number
  /** When the row has run out, unless it was extended meanwhile. */
  ends: number
  stance: Stance
  /** The stance by who, where and when alone. */
  judged: Stance
  windows: readonly string[]
  shortestWindow: string
  validUntil: number
  /** When `stance` and `windows` must be judged again. */
  refreshAt: number
  judgedAt: number
}
