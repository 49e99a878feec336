import { ROLES, type Role } from '../subject.ts'
import type { Direction, DirectionReport, Effect, EffectKind, Reach } from './direction.ts'

/** Effects listed on each side: more than a person reads before approving. The rest is counted. */
export const MAX_EFFECTS = 60

/** Names listed in one effect: a moved bell can touch forty windows. The rest is counted. */
export const MAX_NAMED = 12

/** An effect as it is found; equal ones are told once, with what they reach put together. */
export interface Finding {
  readonly what: EffectKind
  readonly who: Reach
  readonly subject: string
  readonly from: string
  readonly to: string
}

export type Side = 'loosens' | 'tightens'

/** Gathers effects into a report. Directions and roles count every finding, listed or not. */
export class Findings {
  readonly #sides: Readonly<Record<Side, Map<string, Gathered>>> = {
    loosens: new Map(),
    tightens: new Map(),
  }
  readonly #roles: Readonly<Record<Side, Set<Role>>> = { loosens: new Set(), tightens: new Set() }

  add(side: Side, finding: Finding): void {
    const { what, who, subject, from, to } = finding
    for (const role of who.roles) this.#roles[side].add(role)
    const key = JSON.stringify([what, from, to, who.ownership, who.profile])
    let gathered = this.#sides[side].get(key)
    if (gathered === undefined) {
      gathered = new Gathered(finding)
      this.#sides[side].set(key, gathered)
    }
    gathered.add(who, subject)
  }

  report(): DirectionReport {
    const { loosens, tightens } = this.#sides
    const affected = this.#roles.loosens.union(this.#roles.tightens)
    return {
      direction: directionOf(loosens.size, tightens.size),
      loosens: listed(loosens),
      tightens: listed(tightens),
      moreLoosens: Math.max(0, loosens.size - MAX_EFFECTS),
      moreTightens: Math.max(0, tightens.size - MAX_EFFECTS),
      affectedRoles: ROLES.filter((role) => affected.has(role)),
      loosensPupils: this.#roles.loosens.has('pupil'),
    }
  }
}

function directionOf(loosens: number, tightens: number): Direction {
  if (loosens > 0) return 'loosen'
  return tightens > 0 ? 'tighten' : 'neutral'
}

function listed(side: ReadonlyMap<string, Gathered>): readonly Effect[] {
  return [...side.values()].slice(0, MAX_EFFECTS).map((gathered) => gathered.effect())
}

class Gathered {
  readonly #finding: Finding
  readonly #subjects = new Set<string>()
  readonly #roles = new Set<Role>()
  readonly #phases = new Set<string>()
  readonly #zones = new Set<string>()
  readonly #windows = new Set<string>()

  constructor(finding: Finding) {
    this.#finding = finding
  }

  add({ roles, phases, zones, windows }: Reach, subject: string): void {
    this.#subjects.add(subject)
    for (const role of roles) this.#roles.add(role)
    for (const phase of phases) this.#phases.add(phase)
    for (const zone of zones) this.#zones.add(zone)
    for (const window of windows) this.#windows.add(window)
  }

  effect(): Effect {
    const { what, who, from, to } = this.#finding
    return {
      what,
      who: {
        roles: ROLES.filter((role) => this.#roles.has(role)),
        ownership: who.ownership,
        phases: firstOf(this.#phases),
        zones: firstOf(this.#zones),
        windows: firstOf(this.#windows),
        profile: who.profile,
      },
      subjects: firstOf(this.#subjects),
      subjectCount: this.#subjects.size,
      from,
      to,
    }
  }
}

function firstOf(names: ReadonlySet<string>): readonly string[] {
  return [...names].slice(0, MAX_NAMED)
}
