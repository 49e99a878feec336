import { applies, judgeAccess } from '../access/judge-access.ts'
import { deviceClasses } from '../direction/device-classes.ts'
import { momentPairs, pairsForPhase } from '../direction/moment-pairs.ts'
import { placePairs } from '../direction/place-pairs.ts'
import type { Policy } from '../policy/policy.ts'
import type { DeviceFacts, Role, ZoneFacts } from '../subject.ts'
import type { Moment } from '../time/school-time.ts'

/** Which rules and profiles any device could ever meet, anywhere and at any time of the calendar. */
export interface PolicyReach {
  /** By place in `policy.access`: what answers instead of the rule; null where the rule applies somewhere. */
  readonly unreached: ReadonlyMap<number, Unreached>
  /** Who gets a profile without a grant of their own; one that nobody gets at all is not in it. */
  readonly rolesOf: ReadonlyMap<string, ReadonlySet<Role>>
}

/** Why a rule never applies. */
export interface Unreached {
  /**
   * Places of the rules, or ids of the engine's own steps, that answer first; none: nothing is as the
   * rule says. Null where so many rules are unreached that it was not looked for.
   */
  readonly by: readonly (number | string)[] | null
}

/** Far above any school; beyond it nobody would wait for the answer. */
const MAX_RULES = 1_000
/** Rules looked at, some 20 ns each: a school's policy looks at a million. */
const MAX_LOOKS = 50_000_000
/** After so many somebody has to read the rules anyway. */
const MAX_EXPLAINED = 20

/**
 * Tried out rather than reasoned: every device, place and moment that the access stage can tell apart
 * is asked, so that rules which only several others together hide are found too. Null where that would
 * take too long.
 */
export function reachOf(policy: Policy): PolicyReach | null {
  // Ids may be missing or twice; a rule's place in the list is its own.
  const access = policy.access.map((rule, index) => ({ ...rule, id: `${RULE}${index}` }))
  const numbered = { ...policy, access }
  if (access.length > MAX_RULES) return null
  const situations = situationsOf(numbered)
  if (situations.length * Math.max(1, access.length) > MAX_LOOKS) return null
  const met = new Set<string>()
  const rolesOf = new Map<string, Set<Role>>()
  for (const { question, roles } of situations) {
    const { ruleId, profile } = judgeAccess(numbered, question)
    met.add(ruleId)
    if (profile === null) continue
    const known = rolesOf.get(profile) ?? new Set()
    rolesOf.set(profile, known)
    // What a person was granted says nothing about the role.
    if (question.device.grant === null) for (const role of roles) known.add(role)
  }
  const unreached = new Map<number, Unreached>()
  access.forEach((rule, index) => {
    if (met.has(rule.id)) return
    const isExplained = unreached.size < MAX_EXPLAINED
    unreached.set(index, {
      by: isExplained ? answeringInstead(numbered, index, situations) : null,
    })
  })
  return { unreached, rolesOf }
}

const RULE = '#'

interface Situation {
  readonly question: { device: DeviceFacts; zone: ZoneFacts; moment: Moment }
  readonly roles: readonly Role[]
}

/** What decides where the rule would: other rules, or where no rule does, steps of the engine. */
function answeringInstead(
  policy: Policy,
  index: number,
  situations: readonly Situation[],
): readonly (number | string)[] {
  const rule = policy.access[index]
  if (rule === undefined) return []
  const found = new Set<string>()
  for (const { question } of situations)
    if (isPlain(question.device) && applies(rule, question.device, question))
      found.add(judgeAccess(policy, question).ruleId)
  const rules = [...found].filter((id) => id.startsWith(RULE))
  if (rules.length === 0) return [...found]
  return rules.map((id) => Number(id.slice(RULE.length))).toSorted((a, b) => a - b)
}

/** Of others the engine's own steps would be named, which hide every rule. */
function isPlain({ state, grant, posture, examCandidate }: DeviceFacts): boolean {
  return state === 'approved' && grant === null && posture === 'ok' && !examCandidate
}

function situationsOf(policy: Policy): readonly Situation[] {
  const places = placePairs(policy, policy).map(({ after }) => after)
  const { pairs } = momentPairs(policy.time, policy.time)
  const years = [...new Set(policy.time.exams.map(({ candidatesYear }) => candidatesYear))]
  return deviceClasses(policy, policy).flatMap(({ facts, roles }) => {
    const candidates = years.map((year) => ({ ...facts, examCandidate: true, year }))
    return pairsForPhase(pairs, facts.phase).flatMap(({ after: moment }) => {
      const devices = moment.exams.length === 0 ? [facts] : [facts, ...candidates]
      return devices.flatMap((device) =>
        places.map((zone) => ({ question: { device, zone, moment }, roles })),
      )
    })
  })
}
