import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  blockedShare,
  isWithinBounds,
  MAX_BLOCKED_SHARE,
  measureProfile,
  openProfiles,
  type BlockingShare,
} from '../../rules/over-blocking/measure-blocking.ts'
import { openBundle, type Bundle } from '../policy/bundle.ts'
import type { JudgedSchool, PopularSites } from './popular-sites.ts'
import type { TestedPromise } from './test-promises.ts'

/** As a promise of the policy is named and worded. */
export const OVER_BLOCKING = 'over-blocking'
export const OVER_BLOCKING_SAYS = `No profile closes or warns of more than ${percentOf(MAX_BLOCKED_SHARE)} of popular sites.`

/** Of fewer sites that a school has asked for, two would already break the promise. */
const MIN_ASKED_HOSTS = 100

/** Named in the detail; the rest is counted. */
const SHOWN = 4

/**
 * The promise that no school need write down, kept by the lists and the policy that the gate has in force,
 * profile by profile between its other work. The decision is asked and not the wire, which would look up
 * ten thousand names an hour. Null where too little is known of what is popular.
 */
export async function testOverBlocking(
  bundle: Bundle,
  popularOf: (school: JudgedSchool) => PopularSites | string,
): Promise<TestedPromise | null> {
  const { policy } = bundle
  const { engine } = openBundle(bundle)
  const popular = popularOf({ engine, policy })
  const tested = { id: idIn(bundle), says: OVER_BLOCKING_SAYS }
  if (typeof popular === 'string')
    return { ...tested, asked: 0, state: 'unanswered', detail: popular }
  const { hosts, words, isList } = popular
  if (hosts.length < (isList ? 1 : MIN_ASKED_HOSTS)) return null
  const shares: BlockingShare[] = []
  for (const profile of openProfiles(policy)) {
    shares.push(measureProfile(engine, profile, hosts))
    await nextTurn()
  }
  const asked = shares.length * hosts.length
  const broken = shares.filter((share) => !isWithinBounds(share))
  if (broken.length === 0) return { ...tested, asked, state: 'kept', detail: null }
  const detail = `of ${hosts.length} ${words}, closed or warned of: ${inWords(broken)}`
  return { ...tested, asked, state: 'broken', detail }
}

/** A school may have called one of its own promises so. */
function idIn({ policy: { promises } }: Bundle): string {
  return promises.some(({ id }) => id === OVER_BLOCKING)
    ? `${OVER_BLOCKING} (of every school)`
    : OVER_BLOCKING
}

function inWords(broken: readonly BlockingShare[]): string {
  const some = broken.slice(0, SHOWN).map((share) => {
    const [first] = share.causes
    const why = first === undefined ? '' : ` (most by ${first.what}, ${first.list ?? 'no list'})`
    return `${percentOf(blockedShare(share))} for ${share.profile}${why}`
  })
  const more = broken.length - some.length
  return [...some, ...(more > 0 ? [`and for ${more} more profiles`] : [])].join('; ')
}

/** A share of 1, as it is printed. */
export function percentOf(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}
