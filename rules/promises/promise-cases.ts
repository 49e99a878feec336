import type { AccessQuestion } from '../access/judge-access.ts'
import { deviceClasses } from '../direction/device-classes.ts'
import { momentPairs } from '../direction/moment-pairs.ts'
import type { Policy } from '../policy/policy.ts'
import { ROLES, type DeviceFacts, type Role, type ZoneFacts } from '../subject.ts'
import { SchoolTime, type Moment } from '../time/school-time.ts'
import type { PromisedFacts, SchoolPromise } from './promise.ts'

/** A type that no rule names stands for all of them. */
const OTHER_TYPE = 'other'

/** Conditions that end the matter before any rule is asked; a promise to everybody holds in them, too. */
const HELD_BACK: readonly Partial<DeviceFacts>[] = [
  { state: 'lost' },
  { state: 'revoked' },
  { state: 'recalled' },
  { state: 'disposed' },
  { state: 'confiscated' },
  { state: 'suspended' },
  { aup: 'missing' },
  { posture: 'stale' },
]

/**
 * Who, where and when the promises of a policy speak of: every device, place and moment that the access
 * stage can tell apart, so that a promise is put to the test in all cases and not in some.
 */
export class PromiseCases {
  readonly #policy: Policy
  readonly #devices: ReadonlyMap<string, DeviceFacts>
  readonly #time: SchoolTime
  #moments: readonly Moment[] | null = null
  #everybody: readonly (DeviceFacts | null)[] | null = null

  constructor(policy: Policy, devices: readonly DeviceFacts[]) {
    this.#policy = policy
    this.#devices = new Map(devices.map((device) => [device.id, device]))
    this.#time = new SchoolTime(policy.time)
  }

  /** All cases of a promise, at every moment there is. */
  *of(promise: SchoolPromise): Generator<AccessQuestion> {
    const moments = promise.at?.map((at) => this.#time.at(at)) ?? this.#everyMoment()
    yield* this.#cases(promise, moments)
  }

  /** The cases of a promise at one moment (epoch ms); none where it does not speak of that moment. */
  *now(promise: SchoolPromise, at: number): Generator<AccessQuestion> {
    const moment = this.#time.at(at)
    const speaks = promise.at?.some((one) => moment.from <= one && one < moment.until) ?? true
    if (speaks) yield* this.#cases(promise, [moment])
  }

  *#cases(promise: SchoolPromise, moments: readonly Moment[]): Generator<AccessQuestion> {
    const zones = this.#policy.zones.filter((zone) => isAt(promise, zone))
    for (const device of this.#devicesOf(promise)) {
      const phase = device?.phase ?? null
      const told = new Set<string>()
      for (const moment of moments) {
        const { during } = promise
        if (during?.some((name) => moment.inForce(name, phase)) === false) continue
        // Two moments that differ in another phase's windows are one to this device.
        const key = JSON.stringify([moment.windowsOf(phase), moment.exams])
        if (told.has(key)) continue
        told.add(key)
        for (const zone of zones) yield { device, zone, moment }
      }
    }
  }

  #devicesOf({ who }: SchoolPromise): readonly (DeviceFacts | null)[] {
    switch (who.kind) {
      case 'everybody':
        return (this.#everybody ??= everybody(this.#policy))
      case 'unregistered':
        return [null]
      case 'device': {
        const device = this.#devices.get(who.id)
        return device === undefined ? [] : [device]
      }
      case 'devices':
        return devicesOf(who.facts, this.#policy)
    }
  }

  #everyMoment(): readonly Moment[] {
    const { time } = this.#policy
    return (this.#moments ??= momentPairs(time, time).pairs.map(({ after }) => after))
  }
}

function isAt({ zones, pupilArea }: SchoolPromise, zone: ZoneFacts): boolean {
  return (
    (zones === null || zones.includes(zone.id)) &&
    (pupilArea === null || pupilArea === zone.pupilArea)
  )
}

/** Every device that any rule can tell from others, those that are held back, and a stranger's. */
function everybody(policy: Policy): readonly (DeviceFacts | null)[] {
  const known = deviceClasses(policy, policy).map(({ facts }) => facts)
  const years = [...new Set([null, ...policy.time.exams.map((exam) => exam.candidatesYear)])]
  const candidates = known
    .filter(({ ownership }) => ownership === 'personal')
    .flatMap((facts) => years.map((year) => ({ ...facts, examCandidate: true, year })))
  const held = (['personal', 'school'] as const).flatMap((ownership) =>
    HELD_BACK.map((condition) => ({ ...deviceOf({ role: 'pupil', ownership }), ...condition })),
  )
  return [null, ...known, ...candidates, ...held]
}

function devicesOf(facts: PromisedFacts, policy: Policy): readonly DeviceFacts[] {
  const { year, state, aup, posture, grant, voucher, examCandidate } = facts
  const types = facts.types ?? [...new Set([...typesNamed(policy), OTHER_TYPE])]
  const owners = facts.ownership === null ? (['personal', 'school'] as const) : [facts.ownership]
  return (facts.roles ?? ROLES).flatMap((role) =>
    phasesOf(role, facts, policy).flatMap((phase) =>
      owners.flatMap((ownership) =>
        types.map((type) => ({
          ...deviceOf({ role, ownership }),
          ...{ phase, year, type, state, aup, posture, grant, voucher, examCandidate },
        })),
      ),
    ),
  )
}

/** Only pupils have a phase; a promise that names one is to nobody else. */
function phasesOf(
  role: Role,
  { phases }: PromisedFacts,
  policy: Policy,
): readonly (string | null)[] {
  if (role === 'pupil') return phases ?? policy.school.phases
  return phases === null ? [null] : []
}

function typesNamed({ access, postureRequired }: Policy): readonly string[] {
  return [...access, ...postureRequired].flatMap(({ types }) => types ?? [])
}

function deviceOf({ role, ownership }: Pick<DeviceFacts, 'role' | 'ownership'>): DeviceFacts {
  return {
    id: 'promise',
    personRef: null,
    role,
    phase: null,
    year: null,
    ownership,
    type: OTHER_TYPE,
    state: 'approved',
    aup: 'signed',
    posture: 'ok',
    grant: null,
    voucher: null,
    examCandidate: false,
    carriesCa: ownership === 'school',
    octet: null,
    addresses: [],
  }
}
