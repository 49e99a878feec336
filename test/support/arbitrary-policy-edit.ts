import fc from 'fast-check'
import type { SiteOverride } from '../../rules/permissions/permissions.ts'
import type { AccessRule, Correction, Policy, ProfilePolicy } from '../../rules/policy/policy.ts'
import { ZONE_MODES } from '../../rules/subject.ts'
import type { TimePolicy } from '../../rules/time/time-policy.ts'
import {
  accessRule,
  safeModes,
  category,
  correction,
  crowdedCategory,
  letter,
  pattern,
  siteRule,
  term,
} from './arbitrary-policy.ts'

export type Edit = (policy: Policy) => Policy

const place = fc.nat({ max: 7 })

/** One thing that somebody might change in a policy of `arbitrary-policy.ts`. */
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 3, arbitrary: profileEdit() },
  { weight: 3, arbitrary: accessEdit() },
  { weight: 3, arbitrary: siteEdit() },
  { weight: 2, arbitrary: overrideEdit() },
  { weight: 2, arbitrary: correctionEdit() },
  { weight: 2, arbitrary: timeEdit() },
  { weight: 1, arbitrary: zoneEdit() },
  { weight: 1, arbitrary: modeEdit() },
  { weight: 1, arbitrary: grantEdit() },
  { weight: 1, arbitrary: postureEdit() },
  { weight: 1, arbitrary: cosmeticEdit() },
)

/** One to three of them; a change is most often one. */
export const edits: fc.Arbitrary<Edit> = fc
  .oneof(
    { weight: 3, arbitrary: fc.array(edit, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(edit, { minLength: 2, maxLength: 3 }) },
  )
  .map((steps) => (policy) => steps.reduce((so, step) => step(so), policy))

function profileEdit(): fc.Arbitrary<Edit> {
  const letterEdit = fc.tuple(fc.oneof(category, crowdedCategory), letter).map(
    ([id, action]) =>
      (profile: ProfilePolicy): ProfilePolicy =>
        profile.closed === null
          ? { ...profile, change: { ...profile.change, [id]: action } }
          : profile,
  )
  const flagEdit = fc
    .record({ social: fc.boolean(), timedOutside: fc.constantFrom(null, 'reception_hours') })
    .map(
      (flags) =>
        (profile: ProfilePolicy): ProfilePolicy =>
          profile.closed === null ? { ...profile, ...flags } : profile,
    )
  const closedEdit = fc
    .record({
      hosts: fc.array(pattern, { maxLength: 2 }),
      categories: fc.array(crowdedCategory, { maxLength: 1 }),
    })
    .map(
      (lists) =>
        (profile: ProfilePolicy): ProfilePolicy =>
          profile.closed === null
            ? profile
            : { ...profile, closed: { ...profile.closed, ...lists } },
    )
  const safeModeEdit = fc.record(safeModes).map((modes) => (profile: ProfilePolicy) => ({
    ...profile,
    ...modes,
  }))
  return fc
    .tuple(place, fc.oneof(letterEdit, letterEdit, flagEdit, closedEdit, safeModeEdit))
    .map(([at, change]) => (policy) => ({
      ...policy,
      profiles: policy.profiles.map((profile, index) =>
        index === at % policy.profiles.length ? change(profile) : profile,
      ),
    }))
}

function accessEdit(): fc.Arbitrary<Edit> {
  const inserted = fc.tuple(place, accessRule).map(
    ([at, rule]) =>
      (rules: readonly AccessRule[]) =>
        rules.toSpliced(at, 0, rule),
  )
  const replaced = fc.tuple(place, accessRule).map(
    ([at, rule]) =>
      (rules: readonly AccessRule[]) =>
        rules.toSpliced(at, 1, rule),
  )
  const removed = place.map((at) => (rules: readonly AccessRule[]) => rules.toSpliced(at, 1))
  const moved = place.map((at) => (rules: readonly AccessRule[]) => [
    ...rules.slice(at),
    ...rules.slice(0, at),
  ])
  return fc.oneof(inserted, replaced, removed, moved).map((change) => (policy) => ({
    ...policy,
    access: change(policy.access).map((rule, index) => ({ ...rule, id: `access.${index}` })),
  }))
}

function siteEdit(): fc.Arbitrary<Edit> {
  return fc
    .tuple(fc.constantFrom(0, 1, 2), siteRule(9), fc.boolean())
    .map(([at, rule, takenAway]) => (policy) => ({
      ...policy,
      sites: takenAway ? policy.sites.toSpliced(at, 1) : policy.sites.toSpliced(at, 1, rule),
    }))
}

/** A rule that begins or ends by itself: another one, none, or one that holds at other times. */
function overrideEdit(): fc.Arbitrary<Edit> {
  const change = fc.oneof(
    fc
      .tuple(siteRule(9), term)
      .map(([rule, when]) => (all: readonly SiteOverride[]) => [
        ...all,
        { rule, ...when, permit: `policy.sites.${all.length + 9}` },
      ]),
    place.map((at) => (all: readonly SiteOverride[]) => all.toSpliced(at % 2, 1)),
    term.map((when) => (all: readonly SiteOverride[]) => all.map((each) => ({ ...each, ...when }))),
  )
  return change.map((changed) => (policy) => ({
    ...policy,
    siteOverrides: changed(policy.siteOverrides ?? []),
  }))
}

function correctionEdit(): fc.Arbitrary<Edit> {
  const change = fc.oneof(
    correction.map((one) => (all: readonly Correction[]) => [...all, one]),
    place.map((at) => (all: readonly Correction[]) => all.toSpliced(at % 3, 1)),
  )
  return change.map((changed) => (policy) => ({
    ...policy,
    corrections: changed(policy.corrections),
  }))
}

function timeEdit(): fc.Arbitrary<Edit> {
  const shift = fc.constantFrom(-3600, 1800, 3600)
  const bells = fc.tuple(fc.nat({ max: 1 }), shift).map(([at, by]) => (time: TimePolicy) => ({
    ...time,
    windows: time.windows.map((window, index) =>
      index === at ? { ...window, endSeconds: window.endSeconds + by } : window,
    ),
  }))
  const slots = shift.map((by) => (time: TimePolicy) => ({
    ...time,
    timetable: time.timetable.map(({ phase, slots: all }) => ({
      phase,
      slots: all.map((slot) => ({ ...slot, startSeconds: slot.startSeconds + by })),
    })),
  }))
  const closed = fc.constant((time: TimePolicy) => ({
    ...time,
    closed: [{ name: 'snow', from: '2026-11-25', to: '2026-11-25' }],
  }))
  const inset = fc.constant((time: TimePolicy) => ({ ...time, inset: ['2026-11-23'] }))
  const date = fc.constantFrom('2026-11-23', '2026-11-25', '2026-11-26', '2026-11-28')
  const changed = fc
    .record({
      date,
      name: fc.constant('changed'),
      kind: fc.constantFrom(null, 'school' as const, 'inset' as const, 'closed' as const),
      opensSeconds: fc.constantFrom(null, 34_000),
      closesSeconds: fc.constantFrom(null, 38_000),
      dayType: fc.constantFrom(null, 'short'),
    })
    .map((change) => (time: TimePolicy) => ({
      ...time,
      changes: [...time.changes.filter((one) => one.date !== change.date), change],
    }))
  const weekly = fc.constantFrom(1, 4).map((weekday) => (time: TimePolicy) => ({
    ...time,
    weekly: [{ weekday, dayType: 'short' }],
  }))
  const noExam = fc.constant((time: TimePolicy) => ({ ...time, exams: [] }))
  const exam = fc
    .record({
      date: fc.constantFrom('2026-11-24', '2026-11-26', '2026-11-28'),
      zone: fc.constantFrom('hall', 'classroom'),
      candidatesYear: fc.constantFrom(null, 9, 11),
    })
    .map((more) => (time: TimePolicy) => ({
      ...time,
      exams: [...time.exams, { ...more, startSeconds: 30_000, endSeconds: 50_000, paper: 'Latin' }],
    }))
  return fc
    .oneof(bells, slots, closed, inset, changed, weekly, noExam, exam)
    .map((change) => (policy) => ({ ...policy, time: change(policy.time) }))
}

function zoneEdit(): fc.Arbitrary<Edit> {
  return fc
    .tuple(fc.nat({ max: 3 }), fc.constantFrom('pupilArea' as const, 'mobileFree' as const))
    .map(([at, flag]) => (policy) => ({
      ...policy,
      zones: policy.zones.map((zone, index) =>
        index === at ? { ...zone, [flag]: !zone[flag] } : zone,
      ),
    }))
}

function modeEdit(): fc.Arbitrary<Edit> {
  return fc
    .tuple(fc.nat({ max: 5 }), fc.constantFrom(...ZONE_MODES))
    .map(([at, mode]) => (policy) => ({
      ...policy,
      zones: policy.zones.map((zone, index) => (index === at ? { ...zone, mode } : zone)),
    }))
}

function grantEdit(): fc.Arbitrary<Edit> {
  const grant = fc.option(fc.record({ profile: fc.constantFrom('one', 'two', 'medical') }))
  return fc
    .tuple(fc.constantFrom('medical' as const, 'dependant_illness' as const), grant)
    .map(([name, to]) => (policy) => ({ ...policy, grants: { ...policy.grants, [name]: to } }))
}

function postureEdit(): fc.Arbitrary<Edit> {
  const scope = fc.record({
    ownership: fc.constantFrom('personal' as const, 'school' as const),
    types: fc.option(fc.subarray(['phone', 'laptop'], { minLength: 1 })),
  })
  return fc
    .array(scope, { maxLength: 2 })
    .map((postureRequired) => (policy) => ({ ...policy, postureRequired }))
}

function cosmeticEdit(): fc.Arbitrary<Edit> {
  return fc.constant((policy) => ({
    ...policy,
    school: { ...policy.school, name: 'Another Example', ask: 'reception' },
    profiles: policy.profiles.map((profile) => ({ ...profile, label: `${profile.id} again` })),
    sites: policy.sites.map((rule) => ({ ...rule, because: 'said better', id: `${rule.id}b` })),
  }))
}
