import type { OccasionKind } from '../../rules/permissions/occasions.ts'
import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import { whoOf, type Finding, type Observation } from './finding.ts'
import type { Tally } from './fold-memory.ts'

/** Look-ups within ten minutes that are no slip of the finger and no link that nobody clicked. */
const REPEATED = 3

/** Tries to get round the filter within ten minutes: a tool is looking for a way out. */
const BYPASS_BURST = 5

/** Refusals of one person within ten minutes: an app that will not give up makes some dozens. */
const BURST = 200

/** Denied devices that are on site again; the state says who wants to know. */
const BARRED = new Set(['revoked', 'confiscated', 'suspended'])

/**
 * What somebody should know of an attempt (design.md section 4, Attempts): urgent where a person went
 * there, or looked up again and again what is high-risk; the rest waits for the day's summary.
 */
export function judgeAttempt(seen: Observation, tally: Tally): readonly Finding[] {
  if (tally.added === 0 && !tally.isNews) return []
  const found = [ofAccess(seen, tally), ofCategory(seen, tally), ofBurst(seen, tally)]
  return found.filter((finding) => finding !== null)
}

function ofAccess(seen: Observation, tally: Tally): Finding | null {
  const { reasonCode, severity, zone } = seen
  if (reasonCode === 'lost') {
    const detail = `a device that is reported lost is on the network, zone \`${zone}\``
    return finding(seen, tally, { rule: 'lost_device', severity: 'medium', urgency: 'now', detail })
  }
  // Elsewhere a candidate's device is refused without an alert, and then the severity is `info`.
  if (reasonCode === 'exam' && severity !== 'info') return ofExam(seen, tally)
  if (reasonCode === 'mobile_free_zone') {
    const detail = `a personal device is in the mobile-free zone \`${zone}\``
    const urgency = tally.ofKind >= REPEATED ? 'now' : 'digest'
    return finding(seen, tally, { rule: 'mobile_free_zone', severity: 'medium', urgency, detail })
  }
  if (!BARRED.has(reasonCode)) return null
  const detail = `a device that is ${reasonCode} is on the network, zone \`${zone}\``
  return finding(seen, tally, {
    ...{ rule: 'barred_device', severity: 'medium', urgency: 'digest', detail },
  })
}

/**
 * A rehearsal tells as an exam does, because the telling is rehearsed too, and says what it is. Its key
 * is its own: an exam that begins within the half hour must not be taken for the rehearsal going on.
 */
function ofExam(seen: Observation, tally: Tally): Finding {
  const isRehearsal = seen.window === REHEARSAL
  const words = `a personal device is in the exam zone \`${seen.zone}\``
  const found = finding(seen, tally, {
    ...{ rule: isRehearsal ? 'exam_rehearsal' : 'exam_sighting', severity: 'high', urgency: 'now' },
    detail: isRehearsal ? `rehearsal: ${words}` : words,
  })
  return isRehearsal ? { ...found, key: `${whoOf(seen)}\0${REHEARSAL}` } : found
}

/** The window of an occasion of this kind. */
const REHEARSAL: OccasionKind = 'exam_rehearsal'

function ofCategory(seen: Observation, tally: Tally): Finding | null {
  const { category, severity } = seen
  if (category === null) return null
  const label = findCategory(category)?.label ?? category
  if (severity === 'high') return ofHighRisk(seen, tally, label)
  const isVisit = seen.grade === 'navigated'
  if (isBypassBurst(seen, tally)) {
    const detail = `tried to get round the filter: ${label}`
    const urgency = isVisit ? 'now' : 'digest'
    return finding(seen, tally, { rule: 'bypass_burst', severity: 'medium', urgency, detail })
  }
  if (severity !== 'medium' || !isVisit) return null
  const detail = `tried to open a site of the kind: ${label}`
  return finding(seen, tally, { rule: 'locked_category', severity, urgency: 'digest', detail })
}

function ofHighRisk(seen: Observation, tally: Tally, label: string): Finding {
  const isVisit = seen.grade === 'navigated'
  const isRepeated = seen.grade === 'looked_up' && tally.ofKind >= REPEATED
  const urgency = isVisit || isRepeated ? 'now' : 'digest'
  const how = isVisit ? 'tried to open a site' : 'looked up sites'
  const detail = `${how} of the kind: ${label}`
  return finding(seen, tally, { rule: 'high_risk', severity: 'high', urgency, detail })
}

function isBypassBurst({ category, grade }: Observation, { ofKind }: Tally): boolean {
  return (
    category?.startsWith('bypass.') === true && grade !== 'background' && ofKind >= BYPASS_BURST
  )
}

function ofBurst(seen: Observation, tally: Tally): Finding | null {
  if (seen.grade === 'background' || tally.ofPerson < BURST) return null
  const detail = `was refused at least ${BURST} times within ten minutes`
  const burst = finding(seen, tally, {
    ...{ rule: 'burst', severity: 'low', urgency: 'digest', detail },
  })
  return { ...burst, key: `${whoOf(seen)}\0burst`, category: null }
}

function finding(
  seen: Observation,
  { added }: Tally,
  answer: Pick<Finding, 'rule' | 'severity' | 'urgency' | 'detail'>,
): Finding {
  const { at, personRef, role, deviceId, ip, zone, category, reasonCode, seq } = seen
  return {
    ...answer,
    ...{ at, role, deviceId, ip, zone, category, seq },
    key: `${whoOf(seen)}\0${category ?? reasonCode}`,
    personRef: personRef === 'unidentified' ? null : personRef,
    count: added,
  }
}
