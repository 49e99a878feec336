import type { DeviceFacts, Role } from '../subject.ts'
import { reachOf, type DirectionReport } from './direction.ts'
import { Findings, type Side } from './findings.ts'

/**
 * Whether a device's new facts let it do more or less, told by the facts alone, whatever the policy.
 * Null is a device that is not in the register. What depends on the policy (another role,
 * phase, type, ownership or owner) loosens, because some policy or grant opens something for it.
 */
export function directionOfDevice(
  before: DeviceFacts | null,
  after: DeviceFacts | null,
): DirectionReport {
  const findings = new Findings()
  const roles = [...new Set([before, after].flatMap((device) => device?.role ?? []))]
  compareStanding(before, after, { findings, roles })
  if (before !== null && after !== null)
    for (const { subject, side, show } of CHANGES) {
      const found = side(before, after)
      if (found === null) continue
      const [from, to] = [show(before), show(after)]
      findings.add(found, { what: 'device', who: reachOf(roles), subject, from, to })
    }
  return findings.report()
}

/** How far a device gets at all, from furthest to least far: steps 1, 2 and 7 of design.md section 4. */
const STANDINGS = ['admitted', 'quarantine', 'portal', 'refused and reported'] as const
type Standing = (typeof STANDINGS)[number]

function standingOf(device: DeviceFacts | null): Standing {
  if (device === null || device.state === 'pending') return 'portal'
  if (device.state !== 'approved' && device.state !== 'quarantine') return 'refused and reported'
  if (device.aup === 'missing') return 'portal'
  return device.state === 'quarantine' ? 'quarantine' : 'admitted'
}

function compareStanding(
  before: DeviceFacts | null,
  after: DeviceFacts | null,
  { findings, roles }: { findings: Findings; roles: readonly Role[] },
): void {
  const [was, is] = [standingOf(before), standingOf(after)]
  const [from, to] = [standingInWords(before, was), standingInWords(after, is)]
  if (was === is) return
  findings.add(STANDINGS.indexOf(is) < STANDINGS.indexOf(was) ? 'loosens' : 'tightens', {
    what: 'device',
    who: reachOf(roles),
    subject: (after ?? before)?.id ?? '',
    from,
    to,
  })
}

function standingInWords(device: DeviceFacts | null, standing: Standing): string {
  if (device === null) return 'not registered'
  return standing === 'admitted' ? device.state : `${device.state} (${standing})`
}

/** A fact that tells on its own; which side a change of it is on, null for neither. */
interface FactChange {
  readonly subject: string
  readonly side: (before: DeviceFacts, after: DeviceFacts) => Side | null
  readonly show: (device: DeviceFacts) => string
}

const CHANGES: readonly FactChange[] = [
  anyChange('id', ({ id }) => id),
  anyChange('role', ({ role }) => role),
  anyChange('ownership', ({ ownership }) => ownership),
  anyChange('phase', ({ phase }) => phase ?? 'none'),
  anyChange('type', ({ type }) => type),
  // Grants, lessons and occasions are a person's: what is open to the next owner, no fact of the device tells.
  anyChange('owner', ({ personRef }) => personRef ?? 'nobody'),
  // Without it the visit has no end.
  anyChange('visit', ({ byVoucher }) => byVoucher ?? 'none'),
  gained(
    'agreement',
    ({ aup }) => aup === 'signed',
    ({ aup }) => aup,
  ),
  {
    subject: 'agreement until',
    side: ({ aupUntil: was = Infinity }, { aupUntil: is = Infinity }) =>
      was === is ? null : is > was ? 'loosens' : 'tightens',
    show: ({ aupUntil }) => String(aupUntil ?? 'no end'),
  },
  gained(
    'voucher',
    ({ voucher }) => voucher === 'active',
    ({ voucher }) => voucher ?? 'none',
  ),
  gained('posture', hasGoodPosture, ({ posture }) => posture),
  gained('exam candidate', isFreeOfExams, ({ examCandidate }) => (examCandidate ? 'yes' : 'no')),
  { subject: 'year', side: yearSide, show: ({ year }) => String(year ?? 'none') },
  { subject: 'grant', side: grantSide, show: ({ grant }) => grant ?? 'none' },
  { subject: 'addresses', side: addressSide, show: addressesInWords },
]

/** The policy says what it means, so no change of it can be told to be harmless. */
function anyChange(subject: string, show: FactChange['show']): FactChange {
  const side: FactChange['side'] = (before, after) =>
    show(before) === show(after) ? null : 'loosens'
  return { subject, side, show }
}

/** Having it is what policies open something for; losing it takes that away. */
function gained(
  subject: string,
  has: (device: DeviceFacts) => boolean,
  show: FactChange['show'],
): FactChange {
  const side: FactChange['side'] = (before, after) => {
    if (has(before) === has(after)) return null
    return has(after) ? 'loosens' : 'tightens'
  }
  return { subject, side, show }
}

function hasGoodPosture({ posture }: DeviceFacts): boolean {
  return posture !== 'stale' && !posture.startsWith('failed:')
}

/** An exam takes a candidate's own device off the network; a school device it leaves alone. */
function isFreeOfExams({ examCandidate, ownership }: DeviceFacts): boolean {
  return !examCandidate || ownership === 'school'
}

/** The year tells a candidate's exams, and nothing else. */
function yearSide(before: DeviceFacts, after: DeviceFacts): Side | null {
  if (before.year === after.year || isFreeOfExams(before) || isFreeOfExams(after)) return null
  return 'loosens'
}

function grantSide({ grant: was }: DeviceFacts, { grant: is }: DeviceFacts): Side | null {
  if (was === is) return null
  return is === null ? 'tightens' : 'loosens'
}

/**
 * Where the device is found. An address that it loses is an unknown device's, in `portal`: less than
 * an admitted one has, more than a refused one.
 */
function addressSide(before: DeviceFacts, after: DeviceFacts): Side | null {
  const [was, is] = [new Set(placesOf(before)), new Set(placesOf(after))]
  const [lost, won] = [was.difference(is).size > 0, is.difference(was).size > 0]
  if (!lost && !won) return null
  const standing = STANDINGS.indexOf(standingOf(after))
  const unknown = STANDINGS.indexOf('portal')
  if (standing === unknown) return null
  const admitted = standing < unknown
  return (admitted ? won : lost) ? 'loosens' : 'tightens'
}

function placesOf({ octet, addresses, macs = [] }: DeviceFacts): readonly string[] {
  const places = [...addresses, ...macs.map((mac) => `hardware ${mac}`)]
  return octet === null ? places : [`octet ${octet}`, ...places]
}

function addressesInWords(device: DeviceFacts): string {
  const places = placesOf(device)
  return places.length === 0 ? 'none' : places.join(', ')
}
