import type { SiteOverride } from '../permissions/permissions.ts'
import { NO_PLACES } from '../identity/settle-zone.ts'
import { bandwidthOf } from '../bandwidth/bandwidth-of-document.ts'
import { bypassSanctionOf, tunnelPolicyOf } from '../sanctions/sanctions-of-document.ts'
import { checkReferences } from './check-references.ts'
import { parseHostPattern } from './host-pattern.ts'
import { parseInterval } from './list-place.ts'
import type {
  AccessRule,
  Correction,
  HostPattern,
  ListPolicy,
  Policy,
  PostureScope,
  ProfilePolicy,
  SiteRule,
} from './policy.ts'
import { policySchema, type PolicyDocument } from './policy-schema.ts'
import { readPolicySource, type PolicySource } from './policy-source.ts'
import { withFloor } from './trust-floor.ts'
import { problemsOfIssues, type Problem } from './yaml-source.ts'
import { profileExpander } from './profile-pattern.ts'
import { termOfSite } from './term-of-site.ts'
import { postureRulesOf } from './posture-of-document.ts'
import { timeOf } from './time-of-document.ts'
import { hostsNamed, SERVICE_PREFIX } from '../services/hosts-named.ts'
import { promiseOf } from '../promises/promise-of-document.ts'
import { safeModesOf } from './safe-mode-defaults.ts'
import type { TaxonomyAction } from '../taxonomy/taxonomy.ts'

export type ParsedPolicy =
  | {
      readonly ok: true
      readonly policy: Policy
      /** Problems at places of the file, for those who look closer at it. */
      readonly source: PolicySource
      readonly document: PolicyDocument
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** The policy that a file means, or everything that is wrong with it, each with its place. */
export function parsePolicy(text: string, file: string): ParsedPolicy {
  const source = readPolicySource(text, file)
  if (!('value' in source)) return { ok: false, problems: source }
  const result = policySchema.safeParse(source.value)
  if (!result.success) {
    return { ok: false, problems: problemsOfIssues(source, policySchema, result.error.issues) }
  }
  const problems = checkReferences(result.data, source)
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, policy: policyOf(result.data, source), source, document: result.data }
}

/** INVARIANT: `checkReferences` found nothing, so every name below exists and every text parses. */
function policyOf(document: PolicyDocument, source: PolicySource): Policy {
  const profileIds = Object.keys(document.profiles)
  const expand = profileExpander(profileIds)
  const preset = document.preset === undefined ? undefined : document.presets[document.preset]
  return {
    school: {
      id: document.school.id,
      name: document.school.name,
      phases: document.school.phases,
      ask: document.school.ask,
      help: document.school.help,
      monitoringNotice: document.school.monitoring_notice,
    },
    time: timeOf(document),
    zones: Object.entries(document.zones).map(([id, zone]) => ({
      id,
      networks: zone.networks,
      pupilArea: zone.pupil_area,
      mobileFree: zone.mobile_free,
      exam: zone.exam,
      mode: zone.mode,
    })),
    lastOctetNetworks: document.identify?.last_octet ?? [],
    places: {
      zones: document.identify?.places ?? NO_PLACES.zones,
      settleSeconds: document.identify?.settle_seconds ?? NO_PLACES.settleSeconds,
    },
    profiles: profileIds.map((id) => profileOf(document, id)),
    // A preset is put in front: its rules are what the school adds to the common ones.
    access: [...(preset ?? []), ...document.access].map(accessRuleOf),
    grants: {
      medical: grantOf(document.grants.medical),
      dependant_illness: grantOf(document.grants.dependant_illness),
    },
    postureRequired: (document.posture?.required_for ?? []).map(postureScopeOf),
    posture: postureRulesOf(document.posture),
    ...sitesOf(document, expand, source.inherited('sites')),
    corrections: document.corrections.map((entry, index) => ({
      ...correctionOf(entry, index),
      ...(index < source.inherited('corrections') ? { ofTrust: true } : {}),
    })),
    lists: document.lists.map(listOf),
    promises: document.promises.map(promiseOf),
    bandwidth: bandwidthOf(document),
    sanctions: bypassSanctionOf(document),
    dnsTunnel: tunnelPolicyOf(document),
    ...agreementsOf(document),
    ...registrationOf(document),
    ...vouchersOf(document),
  }
}

function agreementsOf({ agreements }: PolicyDocument): Pick<Policy, 'agreements'> {
  if (agreements === undefined) return {}
  const documents = agreements.documents.map(({ id, role, phase, version, text }) => ({
    ...{ id, roles: role, phases: phase ?? null, version, file: text },
  }))
  const { reaccept_days: reacceptDays, grace_days: graceDays } = agreements
  const parentalConsent = agreements.parental_consent
  return { agreements: { documents, reacceptDays, graceDays, parentalConsent } }
}

function registrationOf({ registration }: PolicyDocument): Pick<Policy, 'registration'> {
  const entries = Object.entries(registration).map(([role, { devices, approval }]) => [
    role,
    { maxDevices: devices, approval },
  ])
  const rules = Object.fromEntries(entries) as Policy['registration'] & object
  return entries.length === 0 ? {} : { registration: rules }
}

function vouchersOf({ vouchers }: PolicyDocument): Pick<Policy, 'vouchers'> {
  const entries = Object.entries(vouchers).map(([kind, { zones, during, max_days: maxDays }]) => [
    kind,
    { ...(zones && { zones }), ...(during && { during }), ...(maxDays && { maxDays }) },
  ])
  const rules = Object.fromEntries(entries) as Policy['vouchers'] & object
  return entries.length === 0 ? {} : { vouchers: rules }
}

const LETTERS: Readonly<Record<string, TaxonomyAction>> = {
  allow: 'A',
  block: 'B',
  warn: 'W',
  restrict: 'R',
  timed: 'T',
  grant: 'G',
}

function profileOf(document: PolicyDocument, id: string): ProfilePolicy {
  const profile = document.profiles[id]
  if (profile === undefined) throw new Error(`no profile \`${id}\``)
  const { change: words, floor } = withFloor(document, profile)
  const change = Object.fromEntries(
    Object.entries(words).map(([category, action]) => [category, LETTERS[action] ?? 'B']),
  )
  return {
    id,
    label: profile.label ?? id.replaceAll('_', ' '),
    startFrom: profile.start_from ?? null,
    change,
    social: profile.social,
    timedOutside: profile.timed_outside ?? null,
    closed:
      profile.only === undefined
        ? null
        : {
            hosts: profile.only.hosts.flatMap(patterns),
            categories: profile.only.categories,
          },
    blockedAnswer: profile.blocked_answer,
    ...(floor.length === 0 ? {} : { floor }),
    ...safeModesOf(profile, change),
    ...(profile.bandwidth === undefined ? {} : { bandwidth: profile.bandwidth }),
  }
}

function accessRuleOf(rule: PolicyDocument['access'][number], index: number): AccessRule {
  return {
    id: rule.id ?? `access.${index + 1}`,
    ownership: rule.ownership ?? null,
    roles: rule.role ?? null,
    types: rule.type ?? null,
    zones: rule.zone ?? null,
    pupilArea: rule.pupil_area ?? null,
    during: rule.during ?? null,
    voucher: rule.voucher === 'active',
    decide:
      rule.profile === undefined
        ? { kind: 'deny', reason: rule.deny ?? 'default' }
        : { kind: 'profile', profile: rule.profile },
    explain: rule.explain ?? null,
  }
}

/** `profileExpander` of the policy's profiles. */
type Expand = (patterns: readonly string[]) => readonly string[]

/** Those that say when they hold, and the others. */
function sitesOf(
  document: PolicyDocument,
  expand: Expand,
  inherited: number,
): Pick<Policy, 'sites' | 'siteOverrides'> {
  const always: SiteRule[] = []
  const overrides: SiteOverride[] = []
  document.sites.forEach((written, index) => {
    const own = siteRuleOf(written, index, expand)
    const rule = index < inherited ? { ...own, ofTrust: true } : own
    const term = termOfSite(written, document.school.timezone)
    if (term === null) always.push(rule)
    else overrides.push({ rule, ...term, permit: `policy.sites.${index + 1}` })
  })
  return {
    sites: [...always, ...Object.entries(document.profiles).flatMap(serviceRulesOf)],
    ...(overrides.length === 0 ? {} : { siteOverrides: overrides }),
  }
}

function siteRuleOf(
  rule: PolicyDocument['sites'][number],
  index: number,
  expand: Expand,
): SiteRule {
  return {
    id: rule.id ?? `sites.${index + 1}`,
    action: rule.allow === undefined ? 'block' : 'allow',
    hosts: (rule.allow ?? rule.block ?? []).flatMap(patterns),
    profiles: rule.profiles === undefined ? null : expand(rule.profiles),
    because: rule.because,
  }
}

/** `services` of a profile are site rules that hold in it alone. */
function serviceRulesOf([id, profile]: [string, PolicyDocument['profiles'][string]]): SiteRule[] {
  const whom = profile.label ?? id.replaceAll('_', ' ')
  return Object.entries(profile.services).map(([service, action]) => ({
    id: `profiles.${id}.services.${service}`,
    action,
    hosts: patterns(`${SERVICE_PREFIX}${service}`),
    profiles: [id],
    because: `${action === 'allow' ? 'Open' : 'Closed'} for ${whom}.`,
  }))
}

function correctionOf(entry: PolicyDocument['corrections'][number], index: number): Correction {
  return {
    id: `corrections.${index + 1}`,
    host: correctedHost(entry.host),
    remove: entry.remove ?? null,
    add: entry.add ?? null,
    because: entry.because,
  }
}

function listOf(list: PolicyDocument['lists'][number]): ListPolicy {
  const { id, version = null, category = '' } = list
  if (list.folder !== undefined) return { kind: 'folder', id, folder: list.folder, version }
  if (list.url !== undefined) return fetchedListOf(list, list.url)
  const format = list.format === 'ut1' ? null : (list.format ?? null)
  return { kind: 'file', id, path: list.path ?? '', format, category, version }
}

function fetchedListOf(list: PolicyDocument['lists'][number], url: string): ListPolicy {
  const { id, version = null, category = null, tsig = null, every = DEFAULT_EVERY } = list
  const everyMs = parseInterval(every) ?? 0
  const format = list.format ?? (url.startsWith('axfr:') ? 'rpz' : 'text')
  return { kind: 'url', id, url, category, version, everyMs, format, tsig }
}

/** Most lists are made anew once a day. */
const DEFAULT_EVERY = '1d'

function postureScopeOf(
  scope: NonNullable<PolicyDocument['posture']>['required_for'][number],
): PostureScope {
  return { ownership: scope.ownership, types: scope.type ?? null }
}

function grantOf(profile: string | undefined): { profile: string } | null {
  return profile === undefined ? null : { profile }
}

function patterns(text: string): readonly HostPattern[] {
  const parsed = hostsNamed(text)
  if (parsed === undefined) throw new Error(`unchecked host or service \`${text}\``)
  return parsed
}

function correctedHost(text: string): HostPattern {
  const parsed = parseHostPattern(text)
  if (parsed === undefined) throw new Error(`unchecked host pattern \`${text}\``)
  return parsed
}
