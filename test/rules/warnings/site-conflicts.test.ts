import { expect, test } from 'vitest'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { siteConflicts } from '../../../rules/warnings/site-conflicts.ts'
import { changedExample } from '../policy/changed-example.ts'

function conflictsOf(...sites: readonly object[]): string[] {
  const text = changedExample({ sites: sites.map((site) => ({ because: 'why', ...site })) })
  const parsed = parsePolicy(text, 'p.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return siteConflicts(parsed.policy, parsed.document).map(
    ({ path, message, finding }) => `${path.join('.')} ${finding?.kind ?? ''}: ${message}`,
  )
}

const PUPILS = { profiles: ['secondary_lesson'] }

test.each<[says: string, sites: readonly object[], found: readonly string[]]>([
  [
    'the same host twice',
    [
      { id: 'a', allow: ['x.example'] },
      { id: 'b', allow: ['x.example'] },
    ],
    ['sites.1 duplicate: `b` allows `x.example` for nothing: `a` does already'],
  ],
  [
    'a host below one of the same answer',
    [
      { id: 'a', block: ['example.org'] },
      { id: 'b', block: ['x.example.org', 'y.example.org'] },
    ],
    [
      'sites.1 shadowed: `b` blocks `x.example.org` and 1 more for nothing: `a` does already by `example.org`',
    ],
  ],
  [
    'an earlier rule below a later one',
    [
      { id: 'a', allow: ['x.example.org'], ...PUPILS },
      { id: 'b', allow: ['example.org'] },
    ],
    ['sites.0 shadowed: `a` allows `x.example.org` for nothing: `b` does already by `example.org`'],
  ],
  [
    'a host that is both',
    [
      { id: 'a', allow: ['x.example'], ...PUPILS },
      { id: 'b', block: ['x.example'] },
    ],
    [
      'sites.0 contradictory: `a` allows `x.example` for nothing: `b` blocks the same name, and block wins',
    ],
  ],
  [
    'a host that is both in some profiles only: it is an exception',
    [
      { id: 'a', allow: ['x.example'] },
      { id: 'b', block: ['x.example'], ...PUPILS },
    ],
    [],
  ],
  [
    'an exception below a block, and what it needs to be one',
    [
      { id: 'a', block: ['example.org'] },
      { id: 'b', allow: ['x.example.org'] },
      { id: 'c', block: ['y.x.example.org'] },
    ],
    [],
  ],
  [
    'a name alone and all below it',
    [
      { id: 'a', allow: ['=example.org'] },
      { id: 'b', allow: ['example.org'] },
    ],
    ['sites.0 duplicate: `a` allows `example.org` for nothing: `b` does already'],
  ],
  [
    'other profiles',
    [
      { id: 'a', allow: ['x.example'], ...PUPILS },
      { id: 'b', allow: ['x.example'], profiles: ['staff_byod'] },
    ],
    [],
  ],
  [
    'a rule that ends by itself',
    [
      { id: 'a', allow: ['x.example'] },
      { id: 'b', block: ['x.example'], until: '2027-01-01' },
    ],
    [],
  ],
])('%s', (_says, sites, found) => {
  expect(conflictsOf(...sites)).toEqual(found)
})
