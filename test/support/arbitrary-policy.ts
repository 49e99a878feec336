import { DEFAULT_POSTURE_RULES } from '../../rules/posture/posture-rules.ts'
import fc from 'fast-check'
import type { BandwidthPolicy } from '../../rules/bandwidth/bandwidth.ts'
import { parseRange } from '../../rules/addresses/ip-address.ts'
import { buildPolicyNames, collectPolicyNames } from '../../rules/content/policy-names.ts'
import { Engine } from '../../rules/engine.ts'
import { ImageBuilder } from '../../rules/lists/image-builder.ts'
import type { ImageProblem } from '../../rules/lists/image-format.ts'
import { ListImage } from '../../rules/lists/list-image.ts'
import { NO_PERMISSIONS, type Permissions } from '../../rules/permissions/permissions.ts'
import type {
  AccessRule,
  Correction,
  HostPattern,
  Policy,
  ProfilePolicy,
  SiteRule,
} from '../../rules/policy/policy.ts'
import { DEVICE_STATES, ROLES, type DeviceFacts, type ZoneFacts } from '../../rules/subject.ts'
import { AUDIENCES, CATEGORIES, type TaxonomyAction } from '../../rules/taxonomy/taxonomy.ts'
import type { SealedIndex } from '../../rules/sealed/sealed-index.ts'
import { SchoolTime } from '../../rules/time/school-time.ts'
import type { TimePolicy } from '../../rules/time/time-policy.ts'
import type { ListLine } from '../oracle/reference-decide.ts'

const SEED = [0x5eed, 0xcafe] as const

const TIME: TimePolicy = {
  timezone: 'Europe/London',
  days: [1, 2, 3, 4, 5],
  terms: [{ name: 'Autumn', from: '2026-09-02', to: '2026-12-18' }],
  closed: [],
  inset: ['2026-11-27'],
  windows: [
    {
      name: 'reception_hours',
      startSeconds: 30_600,
      endSeconds: 55_800,
      days: [1, 2, 3, 4, 5],
      onInset: false,
      examDatesOnly: false,
    },
    {
      name: 'staff_day',
      startSeconds: 27_000,
      endSeconds: 64_800,
      days: [1, 2, 3, 4, 5],
      onInset: true,
      examDatesOnly: false,
    },
    {
      name: 'holiday',
      startSeconds: 28_800,
      endSeconds: 72_000,
      days: [1, 2, 3, 4, 5, 6, 7],
      onInset: false,
      examDatesOnly: false,
      onClosed: true,
    },
  ],
  timetable: [
    {
      phase: 'secondary',
      slots: [
        { name: 'lesson', startSeconds: 32_100, endSeconds: 39_300 },
        { name: 'break', startSeconds: 39_300, endSeconds: 40_500 },
      ],
    },
  ],
  dayTypes: [
    {
      name: 'short',
      timetable: [
        {
          phase: 'secondary',
          slots: [{ name: 'lesson', startSeconds: 36_000, endSeconds: 43_200 }],
        },
      ],
      replaces: [],
      windows: [],
    },
  ],
  weekly: [],
  changes: [
    {
      date: '2026-11-26',
      name: 'Concert',
      kind: null,
      opensSeconds: null,
      closesSeconds: 46_800,
      dayType: 'short',
    },
  ],
  exams: [
    {
      date: '2026-11-24',
      startSeconds: 32_400,
      endSeconds: 43_200,
      zone: 'hall',
      paper: 'Mathematics',
      candidatesYear: 11,
    },
  ],
}
export const SCHOOL_TIME = new SchoolTime(TIME)
export const ZONES: readonly ZoneFacts[] = [
  { id: 'classroom', pupilArea: true, mobileFree: false, exam: false },
  { id: 'hall', pupilArea: true, mobileFree: false, exam: true },
  { id: 'toilets', pupilArea: true, mobileFree: true, exam: false },
  { id: 'staffroom', pupilArea: false, mobileFree: false, exam: false },
  { id: 'unknown', pupilArea: true, mobileFree: false, exam: false },
  { id: 'lab', pupilArea: true, mobileFree: false, exam: false, mode: 'observe' },
]

export const HOSTS = [
  'a.example',
  'www.a.example',
  'x.www.a.example',
  'b.test',
  'c.b.test',
  'd.org',
  'a.d.org',
  // Of the table of engines: held at one host, at one of two, at none, and safe as it is.
  'www.google.com',
  'mail.google.com',
  'm.youtube.com',
  'restrictmoderate.youtube.com',
  'www.baidu.com',
  'kiddle.co',
]
/** A school week with the exam day, the INSET day and a weekend in it, to the second. */
export const instant = fc
  .integer({ min: 0, max: 8 * 86_400 })
  .map((seconds) => Date.parse('2026-11-22T00:00:00Z') + seconds * 1000)

/** Terms in the week of `instant`, so that questions fall before, into and behind them, and on their edges. */
export const term = fc.oneof(
  fc
    .tuple(instant, fc.constantFrom(1_000, 3_600_000, 86_400_000, 6 * 86_400_000))
    .map(([from, length]) => ({ from, to: from + length })),
  fc.constant({ from: 0, to: Infinity }),
)

const host = fc.constantFrom(...HOSTS)
const scope = fc.constantFrom('subtree' as const, 'host' as const)
export const category = fc.constantFrom(...CATEGORIES.map(({ id }) => id))
/** Few of them, so that names often sit in several at once and the interesting steps meet. */
export const crowdedCategory = fc.constantFrom(
  'illegal.csam',
  'support.wellbeing',
  'support.systems',
  'adult.pornography',
  'adult.sex_education',
  'edu.allow',
  'harm.suicide',
  'comms.social',
  'media.press',
  'media.video_audio',
  'edu.search',
  'life.cooking',
  'files.updates',
)
export const pattern: fc.Arbitrary<HostPattern> = fc.record({ host, scope })
export const letter = fc.constantFrom<TaxonomyAction>('A', 'B', 'W', 'R', 'T', 'G')

export const safeModes = {
  safeSearch: fc.boolean(),
  youtube: fc.constantFrom('strict' as const, 'moderate' as const, 'off' as const),
  withoutSafeMode: fc.constantFrom('allow' as const, 'block' as const),
}

/** One class that closes a device that has used it up, and one that only slows it. */
const BANDWIDTH: BandwidthPolicy = {
  classes: [
    {
      ...{ id: 'slow', index: 0, down: 1e6, up: 1e6 },
      quota: { octets: 1e9, per: 'day', then: 'throttle', slow: 1e5 },
    },
    {
      ...{ id: 'small', index: 1, down: null, up: null },
      quota: { octets: 1e6, per: 'lesson', then: 'block', slow: null },
    },
  ],
  heavyTalker: null,
}

const openProfile = (id: string): fc.Arbitrary<ProfilePolicy> =>
  fc.record({
    id: fc.constant(id),
    label: fc.constant(id),
    startFrom: fc.constantFrom(...AUDIENCES),
    change: fc.dictionary(fc.oneof(category, crowdedCategory), letter, { maxKeys: 6 }),
    social: fc.boolean(),
    timedOutside: fc.constantFrom(null, 'reception_hours'),
    floor: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.subarray(['comms.social', 'media.press', 'adult.sex_education']) },
    ),
    closed: fc.constant(null),
    blockedAnswer: fc.constant('by_ca' as const),
    bandwidth: fc.constantFrom('none', 'slow', 'small'),
    ...safeModes,
  })

const closedProfile = (id: string): fc.Arbitrary<ProfilePolicy> =>
  fc.record({
    id: fc.constant(id),
    label: fc.constant(id),
    startFrom: fc.constant(null),
    change: fc.constant({}),
    social: fc.constant(false),
    timedOutside: fc.constant(null),
    closed: fc.record({
      hosts: fc.array(pattern, { maxLength: 2 }),
      categories: fc.array(crowdedCategory, { maxLength: 1 }),
    }),
    blockedAnswer: fc.constant('by_ca' as const),
    ...safeModes,
  })

export const accessRule: fc.Arbitrary<AccessRule> = fc.record({
  id: fc.constant(''),
  ownership: fc.constantFrom(null, 'personal', 'school'),
  roles: fc.option(fc.subarray([...ROLES], { minLength: 1 })),
  types: fc.option(fc.subarray(['phone', 'laptop'], { minLength: 1 })),
  zones: fc.option(fc.subarray(['classroom', 'staffroom', 'toilets'], { minLength: 1 })),
  pupilArea: fc.constantFrom(null, true, false),
  during: fc.option(
    fc.subarray(['reception_hours', 'staff_day', 'lesson', 'break'], { minLength: 1 }),
  ),
  voucher: fc.boolean(),
  decide: fc.oneof(
    fc.record({
      kind: fc.constant('profile' as const),
      profile: fc.constantFrom('one', 'two', 'secondary_three', '{phase}_three'),
    }),
    fc.record({ kind: fc.constant('deny' as const), reason: fc.constantFrom('no', 'never') }),
  ),
  explain: fc.constant(null),
})

export const siteRule = (index: number): fc.Arbitrary<SiteRule> =>
  fc.record({
    id: fc.constant(`sites.${index}`),
    action: fc.constantFrom('allow' as const, 'block' as const),
    hosts: fc.array(pattern, { minLength: 1, maxLength: 3 }),
    profiles: fc.option(fc.subarray(['one', 'two', 'secondary_three'])),
    because: fc.constant('because'),
    ofTrust: fc.nat({ max: 3 }).map((dice) => dice === 0),
  })

const unsealed = crowdedCategory.filter((id) => id !== 'illegal.csam')
export const correction: fc.Arbitrary<Correction> = fc.record({
  id: fc.constant('corrections.1'),
  host: pattern,
  remove: fc.option(unsealed),
  add: fc.option(unsealed),
  because: fc.constant('because'),
  ofTrust: fc.boolean(),
})

export const policy: fc.Arbitrary<Policy> = fc
  .record({
    profiles: fc.tuple(
      openProfile('one'),
      openProfile('two'),
      openProfile('secondary_three'),
      openProfile('staff_emergency'),
      closedProfile('portal'),
      closedProfile('quarantine'),
      closedProfile('exam_allow_list'),
      closedProfile('medical'),
    ),
    access: fc.array(accessRule, { maxLength: 8 }),
    sites: fc.tuple(siteRule(1), siteRule(2), siteRule(3)),
    overrides: fc.array(fc.tuple(siteRule(4), term), { maxLength: 2 }),
    corrections: fc.array(correction, { maxLength: 3 }),
    illness: fc.boolean(),
    sanctions: fc.option(
      fc.record({
        ...{ count: fc.constant(5), withinMs: fc.constant(9e5), lockoutMs: fc.constant(9e5) },
        profile: fc.constantFrom(null, 'quarantine', 'gone'),
        exempt: fc.constantFrom([], ['staff' as const]),
        counts: fc.constant(['bypass.vpn']),
      }),
    ),
  })
  .map(({ profiles, access, sites, overrides, corrections, illness, sanctions }) => ({
    sanctions,
    school: {
      id: 'ex',
      name: 'Example',
      phases: ['secondary'],
      ask: 'the office',
      help: [],
      monitoringNotice: 'recorded',
    },
    time: TIME,
    zones: ZONES.map((zone) => ({ ...zone, networks: [] })),
    lastOctetNetworks: [],
    profiles,
    access: access.map((rule, index) => ({ ...rule, id: `access.${index}` })),
    grants: {
      medical: { profile: 'medical' },
      dependant_illness: illness ? { profile: 'one' } : null,
    },
    postureRequired: [{ ownership: 'school', types: null }],
    posture: DEFAULT_POSTURE_RULES,
    sites,
    // Of the same id, as two rules of a file may be.
    siteOverrides: overrides.map(([rule, when], index) => ({
      ...{ rule, ...when, permit: `policy.sites.${index + 4}` },
    })),
    corrections,
    lists: [],
    promises: [],
    bandwidth: BANDWIDTH,
  }))

export const device: fc.Arbitrary<DeviceFacts> = fc
  .record({
    id: fc.constant('d'),
    personRef: fc.constant('p-1'),
    role: fc.constantFrom(...ROLES),
    phase: fc.constantFrom(null, 'secondary'),
    year: fc.constantFrom(null, 9, 11),
    ownership: fc.constantFrom('personal' as const, 'school' as const),
    type: fc.constantFrom('phone', 'laptop', 'watch'),
    // Mostly approved: the rarer states end the question at the first step.
    state: fc.oneof(
      { weight: 6, arbitrary: fc.constant('approved' as const) },
      { weight: 1, arbitrary: fc.constantFrom(...DEVICE_STATES) },
    ),
    aup: fc.oneof(
      { weight: 8, arbitrary: fc.constant('signed' as const) },
      { weight: 1, arbitrary: fc.constant('missing' as const) },
    ),
    posture: fc.constantFrom('ok', 'ok', 'not_applicable', 'stale', 'failed:disk_encryption'),
    grant: fc.constantFrom(null, null, 'medical' as const, 'dependant_illness' as const),
    voucher: fc.constantFrom(null, 'active' as const, 'expired' as const),
    examCandidate: fc.boolean(),
    carriesCa: fc.boolean(),
    octet: fc.constant(null),
    addresses: fc.constant([]),
    visit: fc.constantFrom(null, null, null, 'v0', 'v1'),
    until: fc.option(term, { freq: 2 }),
  })
  .map(({ visit, until, ...facts }) => ({
    ...facts,
    ...(visit === null ? {} : { byVoucher: visit }),
    // One that is over at some of the moments that are asked for.
    ...(until === null ? {} : { aupUntil: until.to }),
  }))

export const ADDRESSES = ['192.0.2.7', '192.0.2.200', '198.51.100.1']
const network = fc.constantFrom('192.0.2.0/24', '192.0.2.0/25', '192.0.2.7/32', '198.51.100.0/22')
const patternText = fc.constantFrom('^www\\.', '\\.test$', '(^|\\.)[ab]\\.', 'x.*d', 'a{2,}|org')

/** A signed feed holds names and URLs alone; so do the lines that become one. */
const crowdedOpen = crowdedCategory.filter((id) => id !== 'illegal.csam')

/** Few lists, so that exceptions meet what they are exceptions of. */
const listed = {
  list: fc.constantFrom('one', 'two'),
  category: fc.oneof(crowdedCategory, category),
}
export const lines: fc.Arbitrary<ListLine[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ ...listed, host, scope }) },
    fc.record({
      ...{ list: listed.list, category: crowdedOpen, host },
      scope: fc.constantFrom('below', 'except_host', 'except_below', 'except_all'),
    }),
    fc.record({
      ...{ list: listed.list, category: crowdedOpen, host: network },
      scope: fc.constantFrom('range', 'range', 'except_range'),
    }),
    fc.record({
      list: listed.list,
      category: crowdedOpen,
      host: patternText,
      scope: fc.constant('pattern' as const),
    }),
  ),
  { maxLength: 10 },
)

export const question = fc.record({
  device: fc.option(device, { freq: 12 }),
  zone: fc.constantFrom(...ZONES),
  at: instant,
})

/** A sealed entry is always there, on a host that is never asked: without one the gate fails closed. */
export function engineFrom(
  document: Policy,
  listLines: readonly ListLine[],
  permissions: Permissions = NO_PERMISSIONS,
  index: SealedIndex | null = null,
): Engine {
  const builder = new ImageBuilder({ seed: SEED, builtAt: '' })
  const sealed: ListLine = { category: 'illegal.other', host: 'sealed.invalid', scope: 'host' }
  const known = new Map<string, number>()
  for (const [index, line] of [sealed, ...listLines].entries()) {
    const id = line.list === undefined ? `l${index}` : `${line.list}/${line.category}`
    const { category } = line
    const list =
      known.get(id) ?? builder.addList({ id, name: id, category, source: 'test', version: '1' })
    known.set(id, list)
    addLine(builder, list, line)
  }
  const names = collectPolicyNames(document, permissions)
  return new Engine({
    revision: 7,
    policy: document,
    permissions,
    lists: opened(builder.finish()),
    names,
    policyImage: opened(buildPolicyNames(names, SEED)),
    sealed: index,
  })
}

function addLine(builder: ImageBuilder, list: number, { scope, host: text }: ListLine): void {
  switch (scope) {
    case 'host':
    case 'subtree':
    case 'below':
      builder.addHost(list, scope, text)
      return
    case 'pattern':
      builder.addPattern(list, text)
      return
    case 'range':
    case 'except_range': {
      const range = parseRange(text)
      if (range !== undefined) builder.addRange(list, range, scope === 'except_range')
      return
    }
    case 'except_host':
    case 'except_below':
    case 'except_all':
      builder.addException(list, scope, text)
  }
}

function opened(buffer: SharedArrayBuffer | ImageProblem): ListImage {
  const image = buffer instanceof SharedArrayBuffer ? ListImage.open(buffer) : buffer
  if (!(image instanceof ListImage)) throw new Error(image.problem)
  return image
}
