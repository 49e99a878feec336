import type { DeviceFacts, ZoneFacts } from '../subject.ts'
import type { Moment } from '../time/school-time.ts'
import {
  NO_OCCASION,
  occasionsFor,
  type Occasion,
  type OccasionsInForce,
  type SiteEmergency,
} from './occasions.ts'
import {
  edgeAfter,
  isDuring,
  type Grant,
  type Lesson,
  type Permissions,
  type SiteOverride,
  type Term,
  type Voucher,
} from './permissions.ts'
import type { Sanction } from '../sanctions/sanctions.ts'
import {
  permitOfGrant,
  permitOfLesson,
  permitOfOverride,
  permitOfSanction,
  type Permit,
} from './permits.ts'

/** What of the permissions holds for one device, in one place, at one instant. */
export interface InForce {
  /** Those with a profile: a device's before a person's, a class's last, then in the order of the ledger. */
  readonly admitting: readonly Grant[]
  readonly voucher: boolean
  /** What was signed counts no more: a year has passed, or there is a new version. */
  readonly agreementOver: boolean
  /** In a fixed order, so that equal ones can be told to be equal. */
  readonly permits: readonly Permit[]
  readonly occasions: OccasionsInForce
  /** That everything is closed to the device for a while; of several the one that ends last. */
  readonly lockout: Sanction | null
}

export const NOTHING_IN_FORCE: InForce = {
  admitting: [],
  voucher: false,
  agreementOver: false,
  permits: [],
  occasions: NO_OCCASION,
  lockout: null,
}

interface Asked {
  readonly device: DeviceFacts | null
  readonly zone: ZoneFacts
  readonly moment: Moment
}

/** Permissions of one device, whether in force or not. */
interface Own {
  readonly grants: readonly Held<Grant>[]
  readonly lessons: readonly Held<Lesson>[]
  readonly vouchers: readonly Voucher[]
  readonly lockouts: readonly Sanction[]
  /** Sanctions that close hosts alone. */
  readonly closed: readonly Held<Sanction>[]
  readonly terms: readonly Term[]
}

interface Held<Fact> {
  readonly fact: Fact
  readonly permit: Permit
}

const NOBODYS: Own = {
  grants: [],
  lessons: [],
  vouchers: [],
  lockouts: [],
  closed: [],
  terms: [],
}

/**
 * Who has which permission, and until when. Asked when a stance is made, never for a name; a device
 * without any costs three look-ups, and a school has a hundred times more devices than permissions.
 */
export class PermissionIndex {
  /** By the narrowest that a grant names: `device D`, `person P` or `class C`. */
  readonly #grants: ReadonlyMap<string, readonly Grant[]>
  readonly #vouchers: ReadonlyMap<string, readonly Voucher[]>
  readonly #lessons: ReadonlyMap<string, readonly Held<Lesson>[]>
  readonly #sites: readonly Held<SiteOverride>[]
  readonly #sanctions: ReadonlyMap<string, readonly Sanction[]>
  readonly #occasions: readonly Occasion[]
  readonly #emergency: SiteEmergency | null
  /** By pupil: the classes that a grant or lesson is about. */
  readonly #classes = new Map<string, string[]>()
  readonly #everybodys: readonly Term[]
  readonly #terms: readonly Term[]
  readonly #own = new WeakMap<DeviceFacts, Own>()

  constructor(permissions: Permissions) {
    const { grants, lessons, vouchers, sites, classes, occasions, emergency } = permissions
    const { sanctions } = permissions
    this.#grants = Map.groupBy(grants, holderOf)
    this.#sanctions = Map.groupBy(sanctions, subjectOf)
    this.#vouchers = Map.groupBy(vouchers, ({ person }) => person)
    this.#lessons = Map.groupBy(
      lessons.map((fact) => ({ fact, permit: permitOfLesson(fact) })),
      ({ fact }) => fact.class,
    )
    this.#sites = sites.map((fact) => ({ fact, permit: permitOfOverride(fact) }))
    const used = new Set([...grants, ...lessons].map((each) => each.class))
    for (const { id, pupils } of classes)
      if (used.has(id)) for (const pupil of pupils) this.#enrol(pupil, id)
    this.#occasions = occasions
    this.#emergency = emergency
    // An occasion may be about a place, so whoever is there hears of it; a school has a handful.
    this.#everybodys = [...sites, ...occasions, ...(emergency === null ? [] : [emergency])]
    this.#terms = [...grants, ...vouchers, ...lessons, ...sanctions, ...this.#everybodys]
  }

  inForce({ device, zone, moment }: Asked, at: number): InForce {
    const own = device === null ? NOBODYS : this.#ownOf(device)
    if (own === NOBODYS && this.#everybodys.length === 0) return NOTHING_IN_FORCE
    const holds = (grant: Grant): boolean =>
      isDuring(grant, at) &&
      isIn(grant.zones, zone.id) &&
      // A medical need keeps no timetable.
      (grant.medical || holdsNow(grant.windows, moment, device?.phase ?? null))
    const grants = own.grants.filter(({ fact }) => holds(fact))
    const current = <Fact extends Term>(all: readonly Held<Fact>[]) =>
      all.filter(({ fact }) => isDuring(fact, at))
    return {
      admitting: grants.map(({ fact }) => fact).filter(({ profile }) => profile !== null),
      voucher: own.vouchers.some(
        (voucher) =>
          isDuring(voucher, at) &&
          isIn(voucher.zones, zone.id) &&
          holdsNow(voucher.windows ?? [], moment, device?.phase ?? null),
      ),
      permits: [
        ...[...grants, ...current(own.lessons), ...current(this.#sites), ...current(own.closed)],
      ].map(({ permit }) => permit),
      agreementOver: device?.aupUntil !== undefined && at >= device.aupUntil,
      occasions: this.#occasionsFor(device, zone, at),
      lockout: lastToEnd(own.lockouts.filter((each) => isDuring(each, at))),
    }
  }

  #occasionsFor(device: DeviceFacts | null, zone: ZoneFacts, at: number): OccasionsInForce {
    const running = this.#occasions.filter((occasion) => isDuring(occasion, at))
    const emergency = this.#emergency
    const holds = emergency !== null && isDuring(emergency, at)
    if (running.length === 0 && !holds) return NO_OCCASION
    return occasionsFor(running, holds ? emergency : null, { device, zone })
  }

  /** The site overrides that are not over at `at`, begun or not. */
  overridesFrom(at: number): readonly Permit[] {
    return this.#sites.filter(({ fact }) => fact.to > at).map(({ permit }) => permit)
  }

  /** When what is in force for the device may change next, windows aside; `Infinity` for never. */
  edgeOf(device: DeviceFacts | null, at: number): number {
    const own = device === null ? NOBODYS : this.#ownOf(device)
    const common = edgeAfter(this.#everybodys, at)
    return own.terms.length === 0 ? common : Math.min(common, edgeAfter(own.terms, at))
  }

  /** The same for whoever it may be. */
  nextEdge(at: number): number {
    return edgeAfter(this.#terms, at)
  }

  #enrol(pupil: string, id: string): void {
    const known = this.#classes.get(pupil)
    if (known === undefined) this.#classes.set(pupil, [id])
    else known.push(id)
  }

  #ownOf(device: DeviceFacts): Own {
    let own = this.#own.get(device)
    if (own === undefined) this.#own.set(device, (own = this.#find(device)))
    return own
  }

  #find(device: DeviceFacts): Own {
    const { id, personRef, byVoucher } = device
    const classes = personRef === null ? [] : (this.#classes.get(personRef) ?? [])
    const fits = (grant: Grant): boolean =>
      (grant.person === null || grant.person === personRef) &&
      (grant.class === null || classes.includes(grant.class))
    const holders = [
      `device ${id}`,
      `person ${personRef ?? ''}`,
      ...classes.map((c) => `class ${c}`),
    ]
    const grants = holders.flatMap((holder) => this.#grants.get(holder) ?? []).filter(fits)
    const lessons = classes.flatMap((each) => this.#lessons.get(each) ?? [])
    const vouchers = (personRef === null ? [] : (this.#vouchers.get(personRef) ?? [])).filter(
      (voucher) =>
        (voucher.device === null || voucher.device === id) &&
        // Somebody who was here before is not let in again by what another device came with.
        (byVoucher === undefined || voucher.id === byVoucher),
    )
    const sanctions = holders.flatMap((holder) => this.#sanctions.get(holder) ?? [])
    const agreement = device.aupUntil === undefined ? [] : [{ from: 0, to: device.aupUntil }]
    const all = [grants, lessons, vouchers, sanctions, agreement]
    if (all.every((some) => some.length === 0)) return NOBODYS
    return {
      grants: grants.map((fact) => ({ fact, permit: permitFor(fact, device) })),
      lessons,
      vouchers,
      lockouts: sanctions.filter(({ hosts }) => hosts === null),
      closed: sanctions
        .filter(({ hosts }) => hosts !== null)
        .map((fact) => ({ fact, permit: permitOfSanction(fact) })),
      terms: [
        ...grants,
        ...lessons.map(({ fact }) => fact),
        ...vouchers,
        ...sanctions,
        ...agreement,
      ],
    }
  }
}

function holderOf({ device, person, class: group }: Grant): string {
  if (device !== null) return `device ${device}`
  return person === null ? `class ${group ?? ''}` : `person ${person}`
}

function subjectOf({ person, device }: Sanction): string {
  return person === null ? `device ${device ?? ''}` : `person ${person}`
}

function lastToEnd(lockouts: readonly Sanction[]): Sanction | null {
  return lockouts.reduce<Sanction | null>(
    (last, each) => (last === null || each.to > last.to ? each : last),
    null,
  )
}

/** LOCKED opens to a member of staff whom the grant names, and to nobody else who may hold it. */
function permitFor(grant: Grant, { role }: DeviceFacts): Permit {
  const named = role === 'staff' && grant.person !== null
  return permitOfGrant(named ? grant : { ...grant, locked: false })
}

function isIn(zones: readonly string[], zone: string): boolean {
  return zones.length === 0 || zones.includes(zone)
}

function holdsNow(windows: readonly string[], moment: Moment, phase: string | null): boolean {
  return windows.length === 0 || windows.some((name) => moment.inForce(name, phase))
}
