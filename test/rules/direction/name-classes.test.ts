import { expect, test } from 'vitest'
import { nameClasses, type NameClass } from '../../../rules/direction/name-classes.ts'
import { parseHostPattern } from '../../../rules/policy/host-pattern.ts'
import type { Policy, SiteRule } from '../../../rules/policy/policy.ts'
import { examplePolicy } from '../../support/example-policy.ts'

const BASE = { ...examplePolicy(), profiles: [], corrections: [] }

function site(id: string, action: 'allow' | 'block', ...hosts: readonly string[]): SiteRule {
  const patterns = hosts.map((text) => parseHostPattern(text) ?? fail(text))
  return { id, action, hosts: patterns, profiles: null, because: '' }
}

function school(...sites: readonly SiteRule[]): Policy {
  return { ...BASE, sites }
}

/** Those that a policy mentions; the engines of the gate's own table are in every answer. */
function mentioned(before: Policy, after: Policy): readonly NameClass[] {
  return nameClasses(before, after).filter(({ before: names, after: more }) =>
    [...names, ...more].some(({ kind }) => kind !== 'engine'),
  )
}

function fail(text: string): never {
  throw new Error(`no host: ${text}`)
}

test('names that match the same entries of both policies are one class', () => {
  const before = school(site('a', 'allow', 'one.example', 'two.example'))
  const after = school(site('b', 'allow', 'one.example'), site('c', 'block', 'two.example'))
  expect(mentioned(before, after).map(({ hosts }) => hosts)).toEqual([
    ['one.example'],
    ['two.example'],
  ])
  expect(mentioned(before, before).map(({ hosts }) => hosts)).toEqual([
    ['one.example', 'two.example'],
  ])
})

test('a host alone and the names below it are different names', () => {
  const both = school(site('a', 'allow', 'one.example'), site('b', 'block', '=one.example'))
  const classes = mentioned(both, both)
  expect(classes.map(({ hosts }) => hosts)).toEqual([['one.example'], ['*.one.example']])
  expect(classes.map(({ after }) => after.length)).toEqual([2, 1])
})

test('an entry of one policy is found below an entry of the other', () => {
  const before = school(site('a', 'allow', 'example'))
  const after = school(site('b', 'block', 'x.one.example'))
  const found = mentioned(before, after).find(({ hosts }) => hosts.includes('x.one.example'))
  expect(found).toMatchObject({ before: { length: 1 }, after: { length: 1 } })
})

test('the longer name comes first: the same entries the other way round are another class', () => {
  const both = school(
    site('a', 'allow', 'a.example', 'x.b.example'),
    site('b', 'block', 'b.example', 'x.a.example'),
  )
  const classes = mentioned(both, both).map(({ hosts }) => hosts.join(' '))
  expect(classes).toEqual(['a.example', 'x.b.example', 'b.example', 'x.a.example'])
})

test('the names of an engine are one class, and what is below them another', () => {
  const found = nameClasses(BASE, BASE).filter(({ hosts }) => hosts.includes('www.google.fr'))
  expect(found.map(({ after }) => after.map(({ kind }) => kind))).toEqual([['engine']])
  expect(found[0]?.hosts).toContain('google.com')
  expect(found[0]?.hosts).not.toContain('*.google.com')
})
