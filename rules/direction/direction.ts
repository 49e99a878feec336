import type { Role } from '../subject.ts'

/** Whether a change lets somebody do more or less. */
export type Direction = 'tighten' | 'loosen' | 'neutral'

/** Whom, where and when an effect reaches; a list that is empty leaves that open. */
export interface Reach {
  readonly roles: readonly Role[]
  readonly ownership: 'personal' | 'school' | null
  readonly phases: readonly string[]
  readonly zones: readonly string[]
  readonly windows: readonly string[]
  /** The profile that it is about; null where it is about who gets which. */
  readonly profile: string | null
}

/** One thing that a change does, as facts; `describeEffect` says it in words. */
export interface Effect {
  readonly what: EffectKind
  readonly who: Reach
  /** Categories, hosts, lists or a profile: the first few of `subjectCount`. */
  readonly subjects: readonly string[]
  readonly subjectCount: number
  readonly from: string
  readonly to: string
}

/** `unjudged` is what the comparison can't see through, and so counts as loosening. */
export type EffectKind =
  'access' | 'alert' | 'category' | 'site' | 'list' | 'setting' | 'device' | 'promise' | 'unjudged'

/** What a change does to what people may do, computed and never typed by who makes it. */
export interface DirectionReport {
  /** What loosens anything loosens, whatever else it tightens. */
  readonly direction: Direction
  readonly loosens: readonly Effect[]
  readonly tightens: readonly Effect[]
  /** Effects beyond those listed. */
  readonly moreLoosens: number
  readonly moreTightens: number
  /** In the order of `ROLES`. */
  readonly affectedRoles: readonly Role[]
  /** Some pupil may do more than before, or it can't be ruled out. */
  readonly loosensPupils: boolean
}

/** For effects that have no place, time or phase. */
export function reachOf(
  roles: readonly Role[],
  ownership: 'personal' | 'school' | null = null,
): Reach {
  return { roles, ownership, phases: [], zones: [], windows: [], profile: null }
}
