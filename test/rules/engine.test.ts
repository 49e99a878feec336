import fc from 'fast-check'
import { buildExampleEngine, readExamplePolicy } from '../examples/example-engine.ts'
import { expect, test } from 'vitest'
import type { Engine } from '../../rules/engine.ts'
import type { Permissions } from '../../rules/permissions/permissions.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import type { Ruling } from '../../rules/verdict.ts'
import {
  ADDRESSES,
  device,
  engineFrom,
  HOSTS,
  lines,
  policy,
  question,
  SCHOOL_TIME,
  ZONES,
} from '../support/arbitrary-policy.ts'
import { key, permissions } from '../support/arbitrary-permissions.ts'
import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import { feedsOf } from '../support/sealed-names.ts'
import { expectAllocatesAtMost } from '../support/allocations.ts'
import { wireName } from '../support/wire-name.ts'
import {
  isListed,
  referenceAccess,
  referenceDecide,
  referenceFalls,
  type ListLine,
  type ReferenceAnswer,
} from '../oracle/reference-decide.ts'

const questions = fc.array(question, { minLength: 1, maxLength: 6 })
const scene = fc.tuple(policy, lines, permissions, questions)

/** What head and DSL give to a member of staff: so much must fit that chance alone rarely comes to it. */
const unlocking = fc
  .tuple(scene, key)
  .map(([[p, l, permitted, qs], facts]): [Policy, ListLine[], Permissions, typeof qs] => [
    {
      ...p,
      profiles: p.profiles.map((each) =>
        each.id === 'one' ? { ...each, startFrom: 'staff', change: {} } : each,
      ),
      access: [],
      corrections: [],
    },
    [...l, { category: 'harm.suicide', host: 'a.example', scope: 'subtree' }],
    { ...permitted, grants: [{ ...facts, id: 'key', profile: 'one' }, ...permitted.grants] },
    qs.map(({ device: asking, ...where }) => ({
      ...where,
      device: asking && { ...asking, role: 'staff', state: 'approved', grant: null },
    })),
  ])
const FUZZ_RUNS = Number(process.env['FUZZ_RUNS'] ?? 300)

/** Sealed names in signed feeds decide as the same names in a plain list do. */
function engineWithFeeds(
  document: Policy,
  listLines: readonly ListLine[],
  permitted?: Permissions,
): Engine {
  const open = listLines.filter(({ category }) => findCategory(category)?.lock !== 'SEALED')
  return engineFrom(document, open, permitted, feedsOf(listLines))
}

test('the engine and the reference agree on every policy, list, device, place, moment and name', () => {
  const reached = new Set<string>()
  fc.assert(
    fc.property(
      fc.oneof({ weight: 5, arbitrary: scene }, unlocking),
      fc.boolean(),
      fc.boolean(),
      (drawn, inFeeds, isSpent) => {
        const [p, l, permitted, qs] = drawn
        const engine = inFeeds ? engineWithFeeds(p, l, permitted) : engineFrom(p, l, permitted)
        for (const { device: asking, zone, at } of qs) {
          const moment = SCHOOL_TIME.at(at)
          const access = { device: asking, zone, moment, at, permissions: permitted, isSpent }
          const judged = engine.judge(access, at)
          const stance = isSpent ? engine.spent(judged) : judged
          const { profile, reason, alert } = referenceAccess(p, access)
          const expected = { profile, reason, alert }
          expect({
            profile: stance.profile,
            reason: stance.reasonCode,
            alert: stance.alert,
          }).toEqual(expected)
          for (const name of [...HOSTS, ...ADDRESSES]) {
            const wanted = referenceDecide(p, l, access, name)
            const got = engine.decideHost(stance, name)
            expect({
              action: got.action,
              warn: got.warn,
              reason: got.reasonCode,
              profile: got.profile,
              category: got.category,
              safeHost: got.safeHost,
              wouldBe: got.wouldBe ?? null,
            }).toEqual(wanted)
            for (const kind of kindsOf(wanted, got)) reached.add(kind)
            expect(engine.decideUrl(stance, name.toUpperCase(), '/')).toBe(got)
            // DNS and HTTP must not answer differently for the same name; equal answers are one object.
            for (const wire of HOSTS.filter((each) => each === name).map((each) => wireName(each)))
              expect(engine.decideWire(stance, wire, 0)).toBe(got)
            for (const fate of fatesOfAddresses({ policy: p, lines: l, access, engine, got }))
              reached.add(`address ${fate}`)
          }
        }
      },
    ),
    { numRuns: FUZZ_RUNS },
  )
  // Guard against a vacuous pass: every kind of answer was really met.
  const kinds = ['allow:', 'warn:', 'restrict:', 'block:sealed', 'block:category', 'block:site']
  const spent = ['block:bandwidth']
  const more = ['block:grant_needed', 'block:closed_profile', 'block:default', 'block:unregistered']
  const permitted = [
    'allow by grant',
    'allow by lesson',
    'block by lesson',
    'allow by site',
    'block by site',
  ]
  const watched = ['observed block', 'observed warn', 'observed restrict']
  for (const kind of watched) expect(reached).toContain(kind)
  const opened = ['LOCKED opened', 'FLOOR opened', 'OPEN opened']
  const safe = ['forcesafesearch', 'restrict', 'restrictmoderate'].map(
    (first) => `${first}.${first === 'forcesafesearch' ? 'google' : 'youtube'}.com`,
  )
  const fates = ['address stays', 'address address_refused']
  for (const kind of [...kinds, ...spent, ...more, ...permitted, ...opened, ...safe, ...fates])
    expect(reached).toContain(kind)
})

/** What was met, for the guard against a vacuous pass. */
function kindsOf(wanted: ReferenceAnswer, got: Ruling): readonly string[] {
  const opened = got.ruleId.startsWith('grant.') && got.action === 'allow'
  return [
    `${wanted.action}:${wanted.reason ?? ''}`,
    `${got.action} by ${got.ruleId.replace(/\..*/, '')}`,
    ...(opened ? [`${findCategory(got.category ?? '')?.lock ?? ''} opened`] : []),
    ...(wanted.safeHost === null ? [] : [wanted.safeHost]),
    ...(wanted.wouldBe === null ? [] : [`observed ${wanted.wouldBe}`]),
  ]
}

/** What becomes of an open name that leads to each address; engine and reference must say the same. */
function fatesOfAddresses(scene: {
  readonly policy: Policy
  readonly lines: readonly ListLine[]
  readonly access: Parameters<typeof referenceDecide>[2]
  readonly engine: Engine
  readonly got: Ruling
}): readonly string[] {
  const { engine, got, access } = scene
  // A lesson is about names: what its names lead to is judged as it is at other times.
  const unfocused = { ...access, permissions: { ...access.permissions, lessons: [] } }
  const ranges = scene.lines.filter(({ scope }) => scope.endsWith('range'))
  const stance = engine.judge(access, access.at)
  return ADDRESSES.map((address) => {
    const led = engine.judgeAddress(stance, got, {
      ...{ bytes: Uint8Array.from(address.split('.'), Number), at: 0, octets: 4 },
    })
    const isJudged = got.action !== 'block' && isListed(ranges, address)
    const fate = isJudged
      ? referenceFalls(got.openedBy, referenceDecide(scene.policy, ranges, unfocused, address))
      : 'stays'
    // Observed, what would be refused is another ruling that refuses nothing.
    if (fate === 'stays' && access.zone.mode === 'observe') expect(led.action).toBe(got.action)
    else if (fate === 'stays') expect(led).toBe(got)
    else expect(led).toMatchObject({ action: 'block', reasonCode: fate })
    return fate
  })
}

test('no policy, correction, grant, lesson or site rule opens a SEALED name or closes a help line (V01)', () => {
  fc.assert(
    fc.property(
      policy,
      lines,
      permissions,
      question,
      (p, l, permitted, { device: asking, zone, at }) => {
        const fixed: ListLine[] = [
          ...l.filter(({ host: at_, scope }) => at_.endsWith('a.example') && scope !== 'pattern'),
          { category: 'illegal.csam', host: 'b.test', scope: 'subtree' },
          { category: 'support.wellbeing', host: 'd.org', scope: 'subtree' },
        ]
        const engine = engineFrom(p, fixed, permitted)
        const stance = engine.judge({ device: asking, zone, moment: SCHOOL_TIME.at(at) }, at)
        expect(engine.decideHost(stance, 'c.b.test')).toMatchObject({
          action: 'block',
          reasonCode: 'sealed',
        })
        expect(engine.decideHost(stance, 'a.d.org').action).toBe('allow')
      },
    ),
    { numRuns: FUZZ_RUNS },
  )
})

const TARGETS: readonly [says: string, named: string, target: string, action: string][] = [
  ['an allowed name takes a blocked target', 'cooking.example', 'porn.example', 'block'],
  ['a warned name keeps an allowed target', 'forum.example', 'cooking.example', 'warn'],
  ['an allowed name takes a warned target', 'cooking.example', 'forum.example', 'warn'],
  ['an allowed name keeps an alias that nobody knows', 'cooking.example', 'cdn.example', 'allow'],
  ['education falls to LOCKED', 'school.example', 'porn.example', 'block'],
  ['education does not fall to FLOOR', 'school.example', 'games.example', 'allow'],
  ['a help line does not fall to LOCKED', 'help.example', 'porn.example', 'allow'],
  ['a help line falls to SEALED', 'help.example', 'sealed.example', 'block'],
  ['a blocked name stays blocked for its own reason', 'games.example', 'cooking.example', 'block'],
]

const TARGET_LINES: readonly ListLine[] = [
  { category: 'life.cooking', host: 'cooking.example', scope: 'subtree' },
  { category: 'adult.pornography', host: 'porn.example', scope: 'subtree' },
  { category: 'comms.forums', host: 'forum.example', scope: 'subtree' },
  { category: 'edu.allow', host: 'school.example', scope: 'subtree' },
  { category: 'media.games', host: 'games.example', scope: 'subtree' },
  { category: 'support.wellbeing', host: 'help.example', scope: 'subtree' },
  { category: 'illegal.csam', host: 'sealed.example', scope: 'subtree' },
]

test.each(TARGETS)('%s', (_says, named, target, action) => {
  const [base] = fc.sample(policy, { numRuns: 1, seed: 1 })
  if (base === undefined) throw new Error('no policy sampled')
  const [profile] = base.profiles
  const plain: Policy = {
    ...base,
    profiles: [
      { ...(profile ?? fail()), id: 'one', startFrom: 'secondary', change: {}, social: false },
      ...base.profiles.slice(1),
    ],
    access: [
      {
        id: 'all',
        ownership: null,
        roles: null,
        types: null,
        zones: null,
        pupilArea: null,
        during: null,
        voucher: false,
        decide: { kind: 'profile', profile: 'one' },
        explain: null,
      },
    ],
    sites: [],
    corrections: [],
  }
  const engine = engineFrom(plain, TARGET_LINES)
  const [asking] = fc.sample(
    device.filter((d) => d.state === 'approved' && d.aup === 'signed' && d.posture === 'ok'),
    { numRuns: 1, seed: 3 },
  )
  const at = Date.parse('2026-11-23T10:00:00Z')
  const stance = engine.judge(
    {
      device: { ...(asking ?? fail()), grant: null, examCandidate: false },
      zone: ZONES[0] ?? fail(),
      moment: SCHOOL_TIME.at(at),
    },
    at,
  )
  const first = engine.decideHost(stance, named)
  expect(engine.judgeTarget(stance, first, wireName(target), 0).action).toBe(action)
})

test('an address that a list closes is judged without allocating, in the words of the address', () => {
  const [base] = fc.sample(policy, { numRuns: 1, seed: 1 })
  const engine = engineFrom(base ?? fail(), [
    { category: 'sec.malware', host: '192.0.2.0/24', scope: 'range' },
    { category: 'support.wellbeing', host: 'help.example', scope: 'subtree' },
  ])
  const access = { device: null, zone: ZONES[0] ?? fail(), moment: SCHOOL_TIME.at(0) }
  const stance = engine.judge(access, 0)
  const help = engine.decideHost(stance, 'help.example')
  const place = { bytes: Uint8Array.of(192, 0, 2, 7), at: 0, octets: 4 }
  expect(engine.judgeAddress(stance, help, place)).toBe(help)
  const open = { ...help, openedBy: 'nothing' as const }
  const refused = engine.judgeAddress(stance, open, place)
  expect(refused).toMatchObject({ reasonCode: 'address_refused', category: 'sec.malware' })
  expectAllocatesAtMost(1, 10_000, () => {
    if (engine.judgeAddress(stance, open, place) !== refused) throw new Error('another object')
  })
})

function fail(): never {
  throw new Error('the sample is empty')
}

test('a stance in a profile is one without a rule, and none where there is no such profile', () => {
  const engine = buildExampleEngine(readExamplePolicy())
  const social = engine.stanceIn('secondary_social', true)
  expect(social).toMatchObject({ profile: 'secondary_social', timedOpen: true, reasonCode: null })
  expect(engine.stanceIn('secondary_social', true)).toBe(social)
  expect(engine.stanceIn('nobody', true)).toBeNull()
})
