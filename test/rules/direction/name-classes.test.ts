import { expect, test } from 'vitest'
import { nameClasses } from '../../../rules/direction/name-classes.ts'
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

function fail(text: string): never {
  throw new Error(`no host: ${text}`)
}

test('names that match the same entries of both policies are one class', () => {
  const before = school(site('a', 'allow', 'one.example', 'two.example'))
  const after = school(site('b', 'allow', 'one.example'), site('c', 'block', 'two.example'))
  expect(nameClasses(before, after).map(({ hosts }) => hosts)).toEqual([
    ['one.example'],
    ['two.example'],
  ])
  expect(nameClasses(before, before).map(({ hosts }) => hosts)).toEqual([
    ['one.example', 'two.example'],
  ])
})

test('a host alone and the names below it are different names', () => {
  const both = school(site('a', 'allow', 'one.example'), site('b', 'block', '=one.example'))
  const classes = nameClasses(both, both)
  expect(classes.map(({ hosts }) => hosts)).toEqual([['one.example'], ['*.one.example']])
  expect(classes.map(({ after }) => after.length)).toEqual([2, 1])
})

test('an entry of one policy is found below an entry of the other', () => {
  const before = school(site('a', 'allow', 'example'))
  const after = school(site('b', 'block', 'x.one.example'))
  const found = nameClasses(before, after).find(({ hosts }) => hosts.includes('x.one.example'))
  expect(found).toMatchObject({ before: { length: 1 }, after: { length: 1 } })
})

test('the longer name comes first: the same entries the other way round are another class', () => {
  const both = school(
    site('a', 'allow', 'a.example', 'x.b.example'),
    site('b', 'block', 'b.example', 'x.a.example'),
  )
  const classes = nameClasses(both, both).map(({ hosts }) => hosts.join(' '))
  expect(classes).toEqual(['a.example', 'x.b.example', 'b.example', 'x.a.example'])
})
