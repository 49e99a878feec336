import fc from 'fast-check'
import { expect, test } from 'vitest'
import { profileActions } from '../../../rules/content/profile-actions.ts'
import {
  answerOf,
  contentSide,
  type ContentSide,
} from '../../../rules/direction/content-answers.ts'
import {
  ContentDifferences,
  listingDiffers,
  type Differences,
} from '../../../rules/direction/content-differences.ts'
import { nameClasses, type NameClass } from '../../../rules/direction/name-classes.ts'
import type { Policy } from '../../../rules/policy/policy.ts'
import { findCategory } from '../../../rules/taxonomy/taxonomy.ts'
import { category, crowdedCategory, policy } from '../../support/arbitrary-policy.ts'
import { edits } from '../../support/arbitrary-policy-edit.ts'
import { examplePolicy } from '../../support/example-policy.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

function sideOf(from: Policy, id: string | null, timedOpen: boolean): ContentSide {
  const found = from.profiles.find((profile) => profile.id === id)
  if (found === undefined) return contentSide(null, timedOpen)
  return contentSide({ policy: found, actions: profileActions(found) }, timedOpen)
}

const profile = fc.constantFrom('one', 'two', 'portal', 'quarantine', 'medical', null)
const side = fc.record({ profile, timedOpen: fc.boolean() })
/** What lists may say of one name; larger than any set that is compared. */
const categories = fc.uniqueArray(fc.oneof(category, crowdedCategory), { maxLength: 5 })

const change = fc.record({ policy, edit: edits, was: side, is: side })

test('what any set of categories shows is found, and with few sets', () => {
  const reached = { milder: 0, stricter: 0, same: 0 }
  fc.assert(
    fc.property(
      change,
      fc.array(categories, { maxLength: 12 }),
      ({ policy: before, ...c }, sets) => {
        const after = c.edit(before)
        const sides = [
          sideOf(before, c.was.profile, c.was.timedOpen),
          sideOf(after, c.is.profile, c.is.timedOpen),
        ] as const
        const names = nameClasses(before, after)
        const differences = new ContentDifferences(names).between(...sides)
        for (const ids of sets) {
          holds(ids, sides, differences, { before: [], after: [], hosts: ['no host'] })
          for (const name of names) holds(ids, sides, differences, name)
        }
        const { milder, stricter } = differences
        if (milder.length > 0) reached.milder += 1
        if (stricter.length > 0) reached.stricter += 1
        if (milder.length + stricter.length === 0) reached.same += 1
      },
    ),
    { numRuns: FUZZ_RUNS },
  )
  for (const count of Object.values(reached))
    expect(count, JSON.stringify(reached)).toBeGreaterThan(3)
})

/** The name's answer is not milder, stricter or other than the differences say. */
function holds(
  ids: readonly string[],
  [was, is]: readonly [ContentSide, ContentSide],
  { milder, stricter }: Differences,
  name: NameClass,
): void {
  const found = ids
    .flatMap((id) => findCategory(id) ?? [])
    .filter(({ lock }) => lock !== 'ALWAYS')
    .sort((x, y) => x.index - y.index)
    .map((one) => ({ category: one, list: null }))
  const [from, to] = [answerOf(was, found, name.before), answerOf(is, found, name.after)]
  if (from === to) return
  const at = `${ids.join()} at ${name.hosts.join()}: ${from} to ${to}`
  expect(milder.length + stricter.length, at).toBeGreaterThan(0)
  // A category that is restricted and no longer warned of is stricter, although a site that another
  // category restricts already only loses its warning.
  if (Math.min(from, to) === 4 && Math.max(from, to) === 5) return
  expect(to < from ? milder : stricter, at).not.toEqual([])
}

test('a difference is named by its category or its hosts, once, in the words of the policy', () => {
  const before = examplePolicy()
  const after = examplePolicy(
    'allow: [bbc.co.uk, gov.uk]',
    'allow: [bbc.co.uk, gov.uk, a.example, b.example]',
    'label: secondary pupils in lessons\n',
    'label: x\n    change: { comms.social: timed, media.press: warn }\n',
  )
  const differences = new ContentDifferences(nameClasses(before, after))
  const [was, is] = [before, after].map((from) => sideOf(from, 'secondary_lesson', true))
  if (was === undefined || is === undefined) throw new Error('two sides')
  expect(differences.between(was, is)).toEqual({
    milder: [
      { what: 'category', subjects: ['comms.social'], from: 'block', to: 'timed' },
      { what: 'site', subjects: ['a.example', 'b.example'], from: 'block', to: 'allow by name' },
    ],
    stricter: [{ what: 'category', subjects: ['media.press'], from: 'allow', to: 'warn' }],
  })
  expect(differences.between(was, was)).not.toBe(differences.between(was, is))
  expect(differences.between(was, is)).toBe(differences.between(was, is))
})

const LISTINGS: readonly [category: string, milder: boolean, stricter: boolean][] = [
  ['sec.malware', false, true],
  ['illegal.csam', false, true],
  ['edu.allow', true, true],
  ['support.wellbeing', true, false],
  ['media.games', false, true],
  ['nonsense', false, false],
]

test.each(LISTINGS)('more names in `%s`: milder %s, stricter %s', (id, milder, stricter) => {
  const found = listingDiffers(sideOf(examplePolicy(), 'staff_byod', false), id)
  expect(found.milder).toBe(milder)
  if (id !== 'edu.allow') expect(found.stricter).toBe(stricter)
})

test('a host that the trust closes and then only the school is milder: a grant may open its LOCKED categories', () => {
  const school = examplePolicy(
    'sites:\n',
    'sites:\n  - { id: shut, block: [shut.example], because: a test }\n',
  )
  const sites = school.sites.map((rule) => (rule.id === 'shut' ? { ...rule, ofTrust: true } : rule))
  const trust: Policy = { ...school, sites }
  const differences = new ContentDifferences(nameClasses(trust, school))
  const found = differences.between(
    sideOf(trust, 'staff_work', true),
    sideOf(school, 'staff_work', true),
  )
  expect(found.milder).toEqual([expect.objectContaining({ subjects: ['shut.example'] })])
  expect(found.stricter).toEqual([])
})
