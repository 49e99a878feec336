import fc from 'fast-check'
import {
  NO_PERMISSIONS,
  type Grant,
  type Lesson,
  type Permissions,
  type SiteOverride,
  type Voucher,
} from '../../rules/permissions/permissions.ts'
import {
  OCCASION_KINDS,
  type Occasion,
  type SiteEmergency,
} from '../../rules/permissions/occasions.ts'
import type { Sanction } from '../../rules/sanctions/sanctions.ts'
import { category, crowdedCategory, pattern, siteRule, term } from './arbitrary-policy.ts'

/** Of the device of `arbitrary-policy.ts` (`d`, of `p-1`, in class `9b`), and of others. */
const holder = fc.constantFrom(
  { person: 'p-1', device: null, class: null },
  { person: 'p-1', device: 'd', class: null },
  { person: null, device: 'd', class: null },
  { person: null, device: null, class: '9b' },
  { person: 'p-1', device: null, class: '7a' },
  { person: 'p-2', device: null, class: null },
  { person: 'p-2', device: 'd', class: null },
  { person: null, device: null, class: null },
)

const few = { maxLength: 2 }

const grant: fc.Arbitrary<Omit<Grant, 'id'>> = fc
  .record({
    holder,
    term,
    medical: fc.nat({ max: 4 }).map((dice) => dice === 0),
    zones: fc.oneof(fc.constant([]), fc.subarray(['classroom', 'hall', 'toilets'])),
    windows: fc.oneof(fc.constant([]), fc.subarray(['reception_hours', 'lesson'])),
    profile: fc.constantFrom(null, null, 'one', 'two', 'medical', 'gone'),
    hosts: fc.array(pattern, few),
    categories: fc.array(fc.oneof(crowdedCategory, category), few),
    locked: fc.boolean(),
  })
  .map(({ holder: whose, term: when, ...facts }) => ({ ...facts, ...whose, ...when }))

/** What head and DSL give to a member of staff, for as long as anybody asks. */
export const key: fc.Arbitrary<Omit<Grant, 'id'>> = fc
  .tuple(grant, fc.constantFrom(['harm.suicide'], ['harm.suicide', 'comms.social'], []))
  .map(([facts, categories]) => ({
    ...{ ...facts, person: 'p-1', device: null, class: null, zones: [], windows: [] },
    ...{ categories, locked: true, from: 0, to: Infinity },
  }))

const voucher: fc.Arbitrary<Omit<Voucher, 'id'>> = fc
  .record({
    term,
    person: fc.constantFrom('p-1', 'p-2'),
    device: fc.constantFrom(null, 'd', 'other'),
    zones: fc.oneof(fc.constant([]), fc.subarray(['staffroom', 'classroom'])),
    windows: fc.oneof(fc.constant([]), fc.subarray(['reception_hours', 'lesson'])),
  })
  .map(({ term: when, ...facts }) => ({ ...facts, ...when }))

const lesson: fc.Arbitrary<Omit<Lesson, 'id'>> = fc
  .record({
    term,
    class: fc.constantFrom('9b', '9b', '7a'),
    opens: fc.array(pattern, few),
    focus: fc.option(fc.array(pattern, few)),
  })
  .map(({ term: when, ...facts }) => ({ ...facts, ...when }))

const override: fc.Arbitrary<SiteOverride> = fc
  .record({ term, rule: siteRule(0), everywhere: fc.boolean() })
  .map(({ term: when, rule, everywhere }) => ({
    rule: everywhere ? { ...rule, profiles: null } : rule,
    ...when,
  }))

const occasion: fc.Arbitrary<Omit<Occasion, 'id'>> = fc
  .record({
    term,
    kind: fc.constantFrom(...OCCASION_KINDS),
    people: fc.subarray(['p-1', 'p-2']),
    devices: fc.subarray(['d', 'other']),
    years: fc.subarray([9, 11]),
    zones: fc.subarray(['classroom', 'hall', 'toilets', 'staffroom']),
    profile: fc.constantFrom('one', 'two', 'secondary_three', 'gone'),
  })
  .chain(({ term: when, ...facts }) => {
    const whole = { ...facts, ...when }
    // Nobody named is a case of its own: then a room is every candidate's.
    return fc.constantFrom(whole, { ...whole, people: [], devices: [], years: [] })
  })

const emergency: fc.Arbitrary<SiteEmergency> = term.map((when) => ({ kind: 'drill', ...when }))

/** Lock-outs and closed tunnels, of the device, its person and others. */
const sanction: fc.Arbitrary<Omit<Sanction, 'id'>> = fc
  .record({
    term,
    whose: fc.constantFrom(
      { person: 'p-1', device: null },
      { person: null, device: 'd' },
      { person: 'p-2', device: null },
      { person: null, device: 'other' },
    ),
    hosts: fc.option(fc.array(pattern, { minLength: 1, maxLength: 2 })),
  })
  .map(({ term: when, whose, hosts }) => ({ ...whose, hosts, ...when }))

/** What people may have decided for some, for a while. */
export const permissions: fc.Arbitrary<Permissions> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(NO_PERMISSIONS) },
  {
    weight: 4,
    arbitrary: fc
      .record({
        grants: fc.array(fc.oneof({ weight: 3, arbitrary: grant }, { weight: 2, arbitrary: key }), {
          maxLength: 4,
        }),
        vouchers: fc.array(voucher, few),
        lessons: fc.array(lesson, few),
        sites: fc.array(override, { maxLength: 3 }),
        occasions: fc.array(occasion, { maxLength: 3 }),
        sanctions: fc.oneof(
          { weight: 3, arbitrary: fc.constant<Omit<Sanction, 'id'>[]>([]) },
          { weight: 2, arbitrary: fc.array(sanction, few) },
        ),
        emergency: fc.oneof(
          { weight: 4, arbitrary: fc.constant(null) },
          { weight: 1, arbitrary: emergency },
        ),
        classes: fc.constant([
          { id: '9b', pupils: ['p-3', 'p-1'] },
          { id: '7a', pupils: ['p-2'] },
        ]),
      })
      .map(({ grants, vouchers, lessons, sites, classes, occasions, ...more }) => ({
        grants: grants.map((facts, index) => ({ ...facts, id: `g${index}` })),
        vouchers: vouchers.map((facts, index) => ({ ...facts, id: `v${index}` })),
        lessons: lessons.map((facts, index) => ({ ...facts, id: `l${index}` })),
        sites: sites.map(({ rule, ...when }, index) => ({
          ...when,
          rule: { ...rule, id: `site.s${index}` },
        })),
        classes,
        occasions: occasions.map((facts, index) => ({ ...facts, id: `o${index}` })),
        emergency: more.emergency,
        sanctions: more.sanctions.map((facts, index) => ({ ...facts, id: `n${index}` })),
      })),
  },
)
