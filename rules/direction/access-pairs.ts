import type { Policy } from '../policy/policy.ts'
import type { DeviceFacts } from '../subject.ts'
import { deviceClasses, type DeviceClass } from './device-classes.ts'
import type { Reach } from './direction.ts'
import type { Footing, Footings } from './footings.ts'
import { pairsForPhase, type MomentPair } from './moment-pairs.ts'
import { placePairs, type PlacePair } from './place-pairs.ts'

/** What some device somewhere and sometime gets by the one policy and by the other. */
export interface AccessPair {
  readonly before: Footing
  readonly after: Footing
  /** Everybody whom, everywhere where and every time when it is so. */
  readonly who: Reach
}

export interface Compared {
  readonly policies: readonly [before: Policy, after: Policy]
  readonly footings: readonly [before: Footings, after: Footings]
  readonly moments: readonly MomentPair[]
}

/** Every pair of footings that any registered or unknown device can have, anywhere and at any time. */
export function accessPairs({ policies, footings, moments }: Compared): readonly AccessPair[] {
  const [before, after] = policies
  const places = placePairs(before, after)
  const years = examYears(policies)
  const byPhase = new Map<string | null, readonly MomentPair[]>()
  const groups = new Map<string, Group>()
  for (const device of deviceClasses(before, after)) {
    const { phase } = device.facts
    const here = byPhase.get(phase) ?? pairsForPhase(moments, phase)
    byPhase.set(phase, here)
    const key = `${device.ownership ?? ''}|${device.roles.join()}`
    const group = groups.get(key) ?? new Group(device)
    groups.set(key, group)
    for (const moment of here)
      group.addAll(footings, { facts: candidates(device.facts, moment, years), moment, places })
  }
  const everywhere = new Set(places.flatMap(({ names }) => names))
  return [...groups.values()].flatMap((group) => group.pairs(everywhere.size))
}

/** Who sits an exam matters while one is on, and for devices that are taken away during it. */
function candidates(
  facts: DeviceFacts,
  { before, after }: MomentPair,
  years: readonly (number | null)[],
): readonly DeviceFacts[] {
  const quiet = before.exams.length === 0 && after.exams.length === 0
  if (quiet || facts.ownership === 'school') return [facts]
  return [facts, ...years.map((year) => ({ ...facts, examCandidate: true, year }))]
}

/** Every year that an exam names, and null for a candidate of none of them. */
function examYears(policies: readonly Policy[]): readonly (number | null)[] {
  const named = policies.flatMap(({ time }) =>
    time.exams.map(({ candidatesYear }) => candidatesYear),
  )
  return [...new Set([null, ...named])]
}

interface Situations {
  readonly facts: readonly DeviceFacts[]
  readonly moment: MomentPair
  readonly places: readonly PlacePair[]
}

interface Situation {
  readonly facts: DeviceFacts
  readonly moment: MomentPair
  readonly place: PlacePair
}

/** More footings than a policy has rules, reasons and profiles. */
const MAX_FOOTINGS = 65_536

/** Pairs of the devices of the same people. */
class Group {
  readonly #device: DeviceClass
  readonly #pairs = new Map<number, Gathered>()

  constructor(device: DeviceClass) {
    this.#device = device
  }

  addAll(footings: Compared['footings'], { facts, moment, places }: Situations): void {
    for (const one of facts)
      for (const place of places) this.#add(footings, { facts: one, moment, place })
  }

  #add([then, now]: Compared['footings'], { facts, moment, place }: Situation): void {
    const before = then.at({ device: facts, zone: place.before, moment: moment.before })
    const after = now.at({ device: facts, zone: place.after, moment: moment.after })
    const key = before.index * MAX_FOOTINGS + after.index
    let gathered = this.#pairs.get(key)
    if (gathered === undefined) {
      gathered = { before, after, phases: new Set(), zones: new Set(), windows: new Set() }
      this.#pairs.set(key, gathered)
    }
    const { phases, zones, windows } = gathered
    if (facts.phase !== null && this.#device.roles.includes('pupil')) phases.add(facts.phase)
    for (const zone of place.names) zones.add(zone)
    for (const side of [moment.before, moment.after]) {
      const window = side.shortest(facts.phase)
      if (window !== null) windows.add(window)
    }
  }

  /** `everywhere` is how many zones there are: a pair that is in all of them names none. */
  pairs(everywhere: number): readonly AccessPair[] {
    const { roles, ownership } = this.#device
    return [...this.#pairs.values()].map(({ before, after, phases, zones, windows }) => ({
      before,
      after,
      who: {
        roles,
        ownership,
        phases: [...phases],
        zones: zones.size === everywhere ? [] : [...zones],
        windows: [...windows],
        profile: null,
      },
    }))
  }
}

interface Gathered {
  readonly before: Footing
  readonly after: Footing
  readonly phases: Set<string>
  readonly zones: Set<string>
  readonly windows: Set<string>
}
