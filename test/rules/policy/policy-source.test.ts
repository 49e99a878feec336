import { expect, test } from 'vitest'
import { readPolicySource, type PolicySource } from '../../../rules/policy/policy-source.ts'
import { joinPolicyTexts } from '../../../rules/policy/policy-text.ts'

const SITE = `extends: trust.yaml
windows: { lesson: own }
access:
  - own
school: Own School
`
const TRUST = `# a comment first
windows: { lesson: trust, break: trust }
access: [first, second]
school: Trust
`

function source(site = SITE, trust = TRUST): PolicySource {
  const read = readPolicySource(
    joinPolicyTexts(site, { name: 'trust.yaml', text: trust }),
    'own.yaml',
  )
  if (!('value' in read)) throw new Error(read[0]?.message)
  return read
}

test('lists begin with the parent’s, maps are laid over, everything else is the school’s', () => {
  expect(source().value).toEqual({
    extends: 'trust.yaml',
    windows: { lesson: 'own', break: 'trust' },
    access: ['first', 'second', 'own'],
    school: 'Own School',
  })
  expect(source().inherited('access')).toBe(2)
  expect(source().inherited('sites')).toBe(0)
})

test.each([
  [['windows', 'lesson'], 'own.yaml:2'],
  [['windows', 'break'], 'trust.yaml:2'],
  [['access', 1], 'trust.yaml:3'],
  [['access', 2], 'own.yaml:4'],
  [['school'], 'own.yaml:5'],
])('a problem at %j is told at %s', (path, place) => {
  const { file, line } = source().problem(path, 'x')
  expect(`${file}:${line}`).toBe(place)
})

test('what is no policy is told as such, never thrown', () => {
  for (const text of ['', '- a\n', 'a: [\n', '--- # the parent: x\n', 'floor: {}\n'])
    expect(() => readPolicySource(text, 'own.yaml')).not.toThrow()
  expect(readPolicySource(joinPolicyTexts(SITE, { name: 't', text: '- a\n' }), 'o')).toHaveLength(1)
})
