import IPCIDR from 'ip-cidr'
import type { Policy } from '../policy/policy.ts'
import type { ZoneFacts } from '../subject.ts'

/** The same place by two policies: a zone that both have, or a network that is in a zone of each. */
export interface PlacePair {
  readonly before: ZoneFacts
  readonly after: ZoneFacts
  /** Zones of the later policy that are one to the access stage. */
  readonly names: readonly string[]
}

/** As the gate has it for an address that is nowhere (`proxy/clients/zone-map.ts`). */
const NOWHERE: ZoneFacts = { id: 'unknown', pupilArea: true, mobileFree: false, exam: false }

/** Every place that the rules of the two policies can tell apart, each once. */
export function placePairs(before: Policy, after: Policy): readonly PlacePair[] {
  const keys = { before: asked(before), after: asked(after) }
  const found = new Map<string, { before: ZoneFacts; after: ZoneFacts; names: Set<string> }>()
  const add = (was: ZoneFacts, is: ZoneFacts) => {
    const key = `${keys.before(was)}|${keys.after(is)}`
    const known = found.get(key)
    if (known === undefined) found.set(key, { before: was, after: is, names: new Set([is.id]) })
    else known.names.add(is.id)
  }
  const shared = before.zones.filter((was) => after.zones.some(({ id }) => id === was.id))
  for (const was of shared) add(was, zoneNamed(after, was.id))
  add(zoneNamed(before, NOWHERE.id), zoneNamed(after, NOWHERE.id))
  const networks = networksOf([before, after])
  for (const network of networks) {
    const around = networks.filter((other) => other.holds(network))
    add(zoneOf(before, around), zoneOf(after, around))
  }
  return [...found.values()].map((pair) => ({ ...pair, names: [...pair.names] }))
}

interface Network {
  readonly text: string
  readonly prefix: number
  readonly holds: (other: Network) => boolean
  readonly start: string
}

/** Widest last. INVARIANT: the narrowest network of an address tells its zone by both policies. */
function networksOf(policies: readonly Policy[]): readonly Network[] {
  const texts = new Set(policies.flatMap(({ zones }) => zones.flatMap(({ networks }) => networks)))
  return [...texts].map(networkOf).sort((a, b) => b.prefix - a.prefix)
}

function networkOf(text: string): Network {
  const range = new IPCIDR(text)
  const prefix = Number(text.slice(text.indexOf('/') + 1))
  const family = text.includes(':')
  return {
    text,
    prefix,
    start: range.start<string>(),
    holds: (other) =>
      family === other.text.includes(':') && prefix <= other.prefix && range.contains(other.start),
  }
}

/** The zone of the narrowest of `around` that the policy names. */
function zoneOf({ zones }: Policy, around: readonly Network[]): ZoneFacts {
  for (const { text } of around) {
    const zone = zones.find(({ networks }) => networks.includes(text))
    if (zone !== undefined) return zone
  }
  return zones.find(({ id }) => id === NOWHERE.id) ?? NOWHERE
}

function zoneNamed({ zones }: Policy, id: string): ZoneFacts {
  return zones.find((zone) => zone.id === id) ?? NOWHERE
}

/** A key of all that the policy's access stage asks of a place. */
function asked(policy: Policy): (zone: ZoneFacts) => string {
  const exams = new Set(policy.time.exams.map(({ zone }) => zone))
  const rules = policy.access.flatMap(({ zones }) => (zones === null ? [] : [new Set(zones)]))
  return ({ id, pupilArea, mobileFree, mode }) => {
    const named = rules.map((zones) => (zones.has(id) ? '1' : '0')).join('')
    // Each exam room is a place of its own: two of them may have exams at different times.
    return JSON.stringify([pupilArea, mobileFree, named, exams.has(id) ? id : '', mode ?? ''])
  }
}
