import type { Grant, Lesson, SiteOverride } from '../../../rules/permissions/permissions.ts'
import type { HostPattern } from '../../../rules/policy/policy.ts'

const FOR_EVER = { from: 0, to: Infinity }

export function hostOf(host: string): HostPattern {
  return { host, scope: 'subtree' }
}

/** A teacher's permission that opens nothing yet. */
export function grantOf(facts: Partial<Grant> = {}): Grant {
  return {
    id: 'g1',
    medical: false,
    person: 'p-1',
    device: null,
    class: null,
    zones: [],
    windows: [],
    profile: null,
    hosts: [],
    categories: [],
    locked: false,
    ...FOR_EVER,
    ...facts,
  }
}

export function lessonOf(facts: Partial<Lesson> = {}): Lesson {
  return { id: 'l1', class: '9b', opens: [], focus: null, ...FOR_EVER, ...facts }
}

export function overrideOf(action: 'allow' | 'block', host: string): SiteOverride {
  const because = `${action} ${host} for now`
  const rule = { id: 'site.s1', action, hosts: [hostOf(host)], profiles: null, because }
  return { rule, ...FOR_EVER }
}
