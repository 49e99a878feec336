import type { SchoolPromise } from '../promises/promise.ts'
import { ROLES, type Role } from '../subject.ts'
import { reachOf } from './direction.ts'
import type { Findings } from './findings.ts'

/**
 * What a change does to the school's promises. No answer depends on one, but the next change that breaks it
 * is refused only while it stands; so to take one back, or to promise less, loosens for those it speaks of, and
 * whoever agrees to the change reads of it. Other words, another id and another order change nothing.
 */
export function comparePromises(
  before: readonly SchoolPromise[],
  after: readonly SchoolPromise[],
  findings: Findings,
): void {
  const says = ({ says: words }: SchoolPromise): string => `promised (${words})`
  for (const was of before) {
    if (after.some((is) => promisesAll(is, was))) continue
    const changed = after.find(({ id }) => id === was.id)
    const to = changed === undefined ? 'no longer promised' : `another promise (${changed.says})`
    findings.add('loosens', { ...about(was), from: says(was), to })
  }
  for (const is of after)
    if (!before.some((was) => promisesAll(was, is)))
      findings.add('tightens', { ...about(is), from: 'not promised', to: says(is) })
}

function about(promise: SchoolPromise) {
  return { what: 'promise' as const, who: reachOf(rolesOf(promise)), subject: promise.id }
}

/** Whom it speaks of; a single device's holder is not the policy's to know. */
function rolesOf({ who }: SchoolPromise): readonly Role[] {
  return who.kind === 'devices' ? (who.facts.roles ?? ROLES) : ROLES
}

/** Whether one promise leaves nothing of the other unsaid: to the same people, for at least as much. */
function promisesAll(one: SchoolPromise, other: SchoolPromise): boolean {
  return (
    JSON.stringify(one.who) === JSON.stringify(other.who) &&
    one.action === other.action &&
    (other.reason === null || one.reason === other.reason) &&
    (one.pupilArea === null || one.pupilArea === other.pupilArea) &&
    covers(one.zones, other.zones) &&
    coversTimes(one, other) &&
    covers(
      one.targets.map(({ text }) => text),
      other.targets.map(({ text }) => text),
    )
  )
}

/** Null is all there are. */
function covers(
  some: readonly (string | number)[] | null,
  others: readonly (string | number)[] | null,
): boolean {
  if (some === null) return true
  return others?.every((each) => some.includes(each)) ?? false
}

/** Windows and instants are two ways to say when: a promise of one is no promise of the other. */
function coversTimes(one: SchoolPromise, other: SchoolPromise): boolean {
  if (one.during === null && one.at === null) return true
  if ((one.at === null) !== (other.at === null)) return false
  return covers(one.during, other.during) && covers(one.at, other.at)
}
