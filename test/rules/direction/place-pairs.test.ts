import { expect, test } from 'vitest'
import { placePairs } from '../../../rules/direction/place-pairs.ts'
import type { Policy, ZonePolicy } from '../../../rules/policy/policy.ts'
import { examplePolicy } from '../../support/example-policy.ts'

const BASE = examplePolicy()

function zone(id: string, networks: readonly string[], more: Partial<ZonePolicy> = {}): ZonePolicy {
  return { id, networks, pupilArea: true, mobileFree: false, exam: false, ...more }
}

function school(...zones: readonly ZonePolicy[]): Policy {
  // Rules that name no zone: what tells zones apart is what they are.
  return {
    ...BASE,
    zones: [...zones, zone('unknown', [])],
    access: [],
    time: { ...BASE.time, exams: [] },
  }
}

/** `before>after` for each pair. */
function pairs(before: Policy, after: Policy): readonly string[] {
  return placePairs(before, after).map((pair) => `${pair.before.id}>${pair.after.id}`)
}

test('zones that the rules can not tell apart are one place', () => {
  const same = school(zone('a', ['10.0.1.0/24']), zone('b', ['10.0.2.0/24']))
  expect(placePairs(same, same)).toMatchObject([{ names: ['a', 'b', 'unknown'] }])
  const toilets = school(zone('a', ['10.0.1.0/24']), zone('b', [], { mobileFree: true }))
  expect(pairs(toilets, toilets)).toEqual(['a>a', 'b>b'])
})

test('zones that a rule or an exam names are places of their own', () => {
  const same = { ...BASE, zones: BASE.zones }
  const names = placePairs(same, same).map((pair) => pair.names.join(' '))
  expect(names).toContain('exam_hall')
  expect(names).toContain('classroom library corridor playground unknown')
  expect(names).toContain('staffroom')
})

const STAFF = { pupilArea: false }
const PLAIN = zone('class', ['10.0.0.0/16'])

test('a network that goes to another zone is a pair of the two', () => {
  const before = school(PLAIN, zone('staff', ['10.0.9.0/24'], STAFF))
  const after = school(zone('class', ['10.0.0.0/16', '10.0.9.0/24']), zone('staff', [], STAFF))
  expect(pairs(before, after)).toContain('staff>class')
  expect(pairs(after, before)).toContain('class>staff')
})

test('the narrowest network tells the zone: a hole in a wide one is found on both sides', () => {
  const before = school(PLAIN)
  const after = school(PLAIN, zone('staff', ['10.0.9.0/24'], STAFF))
  expect(pairs(before, after)).toEqual(['class>class', 'class>staff'])
  expect(pairs(after, before)).toEqual(['class>class', 'staff>class'])
})

test('a network that no zone has any more is in `unknown`; IPv6 counts too', () => {
  const before = school(zone('staff', ['2001:db8:9::/48'], STAFF))
  expect(pairs(before, school())).toContain('staff>unknown')
  const wide = school(zone('class', ['2001:db8::/32']), zone('staff', [], STAFF))
  expect(pairs(before, wide)).toContain('staff>class')
})

test('a zone of another name with the same networks is the same place', () => {
  const before = school(PLAIN, zone('staff', ['10.0.9.0/24'], STAFF))
  const after = school(PLAIN, zone('teachers', ['10.0.9.0/24'], STAFF))
  expect(pairs(before, after)).toEqual(['class>class', 'staff>teachers'])
})
