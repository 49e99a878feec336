import IPCIDR from 'ip-cidr'
import { checkBandwidth } from '../bandwidth/check-bandwidth.ts'
import { checkSanctions } from '../sanctions/check-sanctions.ts'
import { checkCalendar } from './check-calendar.ts'
import { checkLists } from './check-lists.ts'
import { parseHostPattern } from './host-pattern.ts'
import type { PolicyDocument } from './policy-schema.ts'
import { checkPromises } from '../promises/check-promises.ts'
import { expandPhase, expandProfiles } from './profile-pattern.ts'
import { unknown, windowNames, type Report } from './unknown-name.ts'
import type { PolicySource } from './policy-source.ts'
import { faultsOfTerm } from './term-of-site.ts'
import { checkFloor } from './trust-floor.ts'
import { checkTrustSites } from './trust-sites.ts'
import { type Path, type Problem } from './yaml-source.ts'
import { isTimeZone } from '../time/clock-text.ts'
import { NEVER_GRACED } from '../posture/posture-rules.ts'
import { hostsNamed, serviceIn } from '../services/hosts-named.ts'
import { findService, SERVICES } from '../services/services.ts'
import { CATEGORIES, findCategory } from '../taxonomy/taxonomy.ts'

/** Profiles that the access stage itself needs (design.md section 4, steps 2 to 7). */
export const REQUIRED_PROFILES = ['portal', 'quarantine', 'exam_allow_list'] as const

/** Reason codes of the engine; a policy's own reasons must not pretend to be one of these. */
const RESERVED_REASONS = new Set([
  'lost',
  'revoked',
  'confiscated',
  'suspended',
  'unregistered',
  'aup_missing',
  'exam',
  'mobile_free_zone',
  'posture_stale',
  'sealed',
  'category',
  'grant_needed',
  'site',
  'lesson_focus',
  'closed_profile',
  'address_refused',
  'upstream_filter',
  'bandwidth',
  'sanction',
])

/** Everything that a well-formed policy still gets wrong: names, hosts, networks, dates, contradictions. */
export function checkReferences(document: PolicyDocument, source: PolicySource): Problem[] {
  const problems: Problem[] = []
  const report: Report = (path, message) => problems.push(source.problem(path, message))
  checkCalendar(document, report)
  checkZones(document, report)
  checkProfiles(document, report)
  checkGrants(document, report)
  const known = {
    profiles: new Set(Object.keys(document.profiles)),
    zone: new Set(Object.keys(document.zones)),
    during: new Set(windowNames(document)),
    phases: document.school.phases,
  }
  checkPosture(document, report)
  document.access.forEach((rule, index) => {
    checkAccessRule(known, rule, { path: ['access', index], report })
  })
  for (const [name, rules] of Object.entries(document.presets)) {
    rules.forEach((rule, index) => {
      checkAccessRule(known, rule, { path: ['presets', name, index], report })
    })
  }
  // `hasOwn`, here and below: `constructor` is a well-formed id, and every object has one.
  if (document.preset !== undefined && !Object.hasOwn(document.presets, document.preset))
    report(['preset'], unknown('preset', document.preset, Object.keys(document.presets)))
  checkSites(document, report)
  checkLists(document, report)
  checkPromises(document, report)
  checkBandwidth(document, report)
  checkSanctions(document, report)
  checkVouchers(document, known, report)
  checkAgreements(document, report)
  checkFloor(document, source, report)
  checkTrustSites(document, source, report)
  return problems
}

function checkAgreements({ agreements, school }: PolicyDocument, report: Report): void {
  const seen = new Set<string>()
  for (const [index, { id, phase = [], version }] of agreements?.documents.entries() ?? []) {
    const path = ['agreements', 'documents', index]
    if (seen.has(id)) report([...path, 'id'], `agreement \`${id}\` is there twice`)
    seen.add(id)
    // The shape is right, and there is no 30 February.
    if (!isDate(version)) report([...path, 'version'], `there is no date \`${version}\``)
    for (const one of phase)
      if (!school.phases.includes(one))
        report([...path, 'phase'], unknown('phase', one, school.phases))
  }
}

function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

function checkVouchers(
  { vouchers }: PolicyDocument,
  known: { readonly zone: ReadonlySet<string>; readonly during: ReadonlySet<string> },
  report: Report,
): void {
  for (const [kind, { zones = [], during = [] }] of Object.entries(vouchers)) {
    zones.forEach((zone, index) => {
      if (!known.zone.has(zone))
        report(['vouchers', kind, 'zones', index], unknown('zone', zone, [...known.zone]))
    })
    during.forEach((window, index) => {
      if (!known.during.has(window))
        report(['vouchers', kind, 'during', index], unknown('window', window, [...known.during]))
    })
  }
}

function checkZones(document: PolicyDocument, report: Report): void {
  if (!('unknown' in document.zones))
    report(['zones'], 'zone `unknown` is missing: it is where an unmapped address is')
  const seen = new Map<string, string>()
  for (const [id, zone] of Object.entries(document.zones)) {
    zone.networks.forEach((network, index) => {
      const path = ['zones', id, 'networks', index]
      if (!IPCIDR.isValidCIDR(network)) report(path, `\`${network}\` is not a network`)
      const owner = seen.get(network)
      if (owner !== undefined) report(path, `\`${network}\` is already zone \`${owner}\``)
      seen.set(network, id)
    })
  }
  for (const [place, zone] of Object.entries(document.identify?.places ?? {}))
    if (!Object.hasOwn(document.zones, zone))
      report(['identify', 'places', place], unknown('zone', zone, Object.keys(document.zones)))
  document.identify?.last_octet.forEach((network, index) => {
    if (!IPCIDR.isValidCIDR(network) || network.includes(':'))
      report(['identify', 'last_octet', index], `\`${network}\` is not an IPv4 network`)
  })
}

function checkProfiles(document: PolicyDocument, report: Report): void {
  for (const required of REQUIRED_PROFILES) {
    if (document.profiles[required]?.only === undefined)
      report(['profiles'], `profile \`${required}\` is missing, or has no \`only\``)
  }
  for (const [id, profile] of Object.entries(document.profiles)) {
    const path = ['profiles', id]
    checkClosedList(profile.only, [...path, 'only'], report)
    if ((profile.start_from === undefined) === (profile.only === undefined))
      report(path, 'a profile has either `start_from` (a column of the taxonomy) or `only`')
    for (const [category, action] of Object.entries(profile.change))
      checkChange(category, action, { path: [...path, 'change', category], report })
    checkServices(profile, path, report)
    const windows = Object.keys(document.windows)
    if (profile.timed_outside !== undefined && !windows.includes(profile.timed_outside))
      report([...path, 'timed_outside'], unknown('window', profile.timed_outside, windows))
  }
}

function checkServices(
  { services, only }: PolicyDocument['profiles'][string],
  path: Path,
  report: Report,
): void {
  const named = Object.keys(services)
  // Its `only` may name services; what else stands here would be heard by nobody.
  if (only !== undefined && named.length > 0)
    report([...path, 'services'], 'a profile with `only` is judged by that list alone')
  for (const service of named)
    if (findService(service) === undefined)
      report([...path, 'services', service], unknown('service', service, SERVICE_IDS))
}

const SERVICE_IDS = SERVICES.map(({ id }) => id)

function checkGrants(document: PolicyDocument, report: Report): void {
  const profiles = Object.keys(document.profiles)
  for (const [grant, profile] of Object.entries(document.grants)) {
    if (profile !== undefined && !profiles.includes(profile))
      report(['grants', grant], unknown('profile', profile, profiles))
  }
}

function checkPosture({ posture }: PolicyDocument, report: Report): void {
  for (const check of NEVER_GRACED)
    if (posture?.grace_hours[check] !== undefined)
      report(['posture', 'grace_hours', check], 'this one is never given time: it counts at once')
}

function checkClosedList(
  only: PolicyDocument['profiles'][string]['only'],
  path: Path,
  report: Report,
): void {
  const ids = CATEGORIES.map(({ id }) => id)
  only?.categories.forEach((category, index) => {
    if (findCategory(category) === undefined)
      report([...path, 'categories', index], unknown('category', category, ids))
  })
  checkHosts(only?.hosts ?? [], [...path, 'hosts'], report)
}

/** What nobody may switch off has no line in the file: it is refused here and impossible in the engine. */
function checkChange(
  category: string,
  action: string,
  { path, report }: { path: Path; report: Report },
): void {
  const known = findCategory(category)
  if (known === undefined) {
    const ids = CATEGORIES.map(({ id }) => id)
    report(path, unknown('category', category, ids))
  } else if (known.lock === 'SEALED' || known.lock === 'ALWAYS') {
    report(path, `\`${category}\` is ${known.lock}: no policy can change it`)
  } else if (known.lock === 'LOCKED' && action !== 'block' && action !== 'grant') {
    report(path, `\`${category}\` is LOCKED: only \`block\` and \`grant\` are possible`)
  }
}

/** What an access rule may name; found once, for there may be thousands of rules. */
interface KnownNames {
  readonly profiles: ReadonlySet<string>
  readonly zone: ReadonlySet<string>
  readonly during: ReadonlySet<string>
  readonly phases: readonly string[]
}

function checkAccessRule(
  known: KnownNames,
  rule: PolicyDocument['access'][number],
  { path, report }: { path: Path; report: Report },
): void {
  if ((rule.profile === undefined) === (rule.deny === undefined))
    report(path, 'a rule has either `profile` or `deny`')
  for (const profile of profilesOf(rule, known.phases)) {
    if (!known.profiles.has(profile))
      report([...path, 'profile'], unknown('profile', profile, [...known.profiles]))
  }
  if (RESERVED_REASONS.has(rule.deny ?? ''))
    report([...path, 'deny'], `\`${rule.deny ?? ''}\` is one of the gate's own reasons`)
  for (const key of ['zone', 'during'] as const) {
    const what = key === 'zone' ? 'zone' : 'window'
    for (const word of rule[key] ?? [])
      if (!known[key].has(word)) report([...path, key], unknown(what, word, [...known[key]]))
  }
}

function profilesOf(
  { profile }: PolicyDocument['access'][number],
  phases: readonly string[],
): readonly string[] {
  return profile === undefined ? [] : expandPhase(profile, phases)
}

function checkSites(document: PolicyDocument, report: Report): void {
  const profiles = Object.keys(document.profiles)
  const isProfile = new Set(profiles)
  const { timezone } = document.school
  // A wrong time zone has its own problem, and no clock to read the times by. Asked once: it costs 10 us.
  const hasClock = isTimeZone(timezone)
  document.sites.forEach((rule, index) => {
    const path = ['sites', index]
    if ((rule.allow === undefined) === (rule.block === undefined))
      report(path, 'a rule has either `allow` or `block`')
    checkHosts(rule.allow ?? [], [...path, 'allow'], report)
    checkHosts(rule.block ?? [], [...path, 'block'], report)
    if (hasClock)
      for (const [key, fault] of faultsOfTerm(rule, timezone)) report([...path, key], fault)
    rule.profiles?.forEach((pattern, at) => {
      if (!isProfile.has(pattern) && expandProfiles([pattern], profiles).length === 0)
        report([...path, 'profiles', at], unknown('profile', pattern, profiles))
    })
  })
  document.corrections.forEach((correction, index) => {
    const path = ['corrections', index]
    if (parseHostPattern(correction.host) === undefined)
      report([...path, 'host'], noHost(correction.host))
    if (correction.add === undefined && correction.remove === undefined)
      report(path, 'a correction adds or removes a category')
    for (const key of ['add', 'remove'] as const) {
      const category = correction[key]
      if (category === undefined) continue
      const known = findCategory(category)
      const ids = CATEGORIES.map(({ id }) => id)
      if (known === undefined) report([...path, key], unknown('category', category, ids))
      else if (known.lock === 'SEALED')
        report([...path, key], `\`${category}\` is SEALED: no correction reaches it`)
    }
  })
}

function checkHosts(hosts: readonly string[], path: Path, report: Report): void {
  hosts.forEach((host, index) => {
    const service = serviceIn(host)
    if (hostsNamed(host) !== undefined) return
    report(
      [...path, index],
      service === undefined ? noHost(host) : unknown('service', service, SERVICE_IDS),
    )
  })
}

function noHost(host: string): string {
  return `\`${host.slice(0, 80)}\` is not a host name`
}
