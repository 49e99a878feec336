import { expect, test } from 'vitest'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { siteWarnings } from '../../../rules/warnings/site-warnings.ts'
import { changedExample } from '../policy/changed-example.ts'

const AT = Date.parse('2026-11-24T10:00:00Z')

function warningsOf(...sites: readonly object[]): string[] {
  const text = changedExample({ sites: sites.map((site) => ({ because: 'why', ...site })) })
  const parsed = parsePolicy(text, 'p.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return siteWarnings(parsed.policy, parsed.document, AT).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  )
}

test('a rule that is over is told by its name, and one that is not is left alone', () => {
  expect(
    warningsOf(
      { id: 'film', allow: ['a.example'], until: '2026-11-23' },
      { allow: ['b.example'], until: '2026-11-24T10:00' },
      { allow: ['c.example'], until: '2026-11-24T10:01' },
      { allow: ['d.example'], from: '2020-01-01' },
      { allow: ['e.example'] },
    ),
  ).toEqual([
    'sites.0.until: `film` is over since `2026-11-23`: it opens and closes nothing any more',
    'sites.1.until: `sites.2` is over since `2026-11-24T10:00`: it opens and closes nothing any more',
  ])
})

test('of two rules of one id the second is told, because records name a rule by its id', () => {
  expect(warningsOf({ id: 'x', allow: ['a.example'] }, { id: 'x', block: ['b.example'] })).toEqual([
    'sites.1.id: `x` is the id of `sites.0` too',
  ])
})
