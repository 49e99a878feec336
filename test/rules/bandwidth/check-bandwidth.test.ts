import { expect, test } from 'vitest'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { changedExample } from '../policy/changed-example.ts'

const personal = (more: object) => ({ classes: { personal: { down_mbps: 10, ...more } } })
const quota = { size: '2 GiB', per: 'day', then: 'block' }

test.each<[says: string, changes: Record<string, unknown>, problem: string]>([
  [
    'a class that there is none of',
    { 'profiles.visitor.bandwidth': 'persnal' },
    'profiles.visitor.bandwidth: no bandwidth class `persnal`; did you mean `personal`?',
  ],
  [
    'an exam room that would be slowed',
    { 'profiles.exam_allow_list.bandwidth': 'personal' },
    'profiles.exam_allow_list.bandwidth: a profile with `only` is never throttled',
  ],
  [
    'a class that says nothing',
    { bandwidth: { classes: { personal: {} } } },
    'bandwidth.classes.personal: a class has at least one of `down_mbps`, `up_mbps` and `quota`',
  ],
  [
    'a quota per a window that there is none of',
    { bandwidth: personal({ quota: { ...quota, per: 'lessen' } }) },
    'bandwidth.classes.personal.quota.per: no period or window `lessen`; did you mean `lesson`?',
  ],
  [
    'a size that is none',
    { bandwidth: personal({ quota: { ...quota, size: '2 gigs' } }) },
    'bandwidth.classes.personal.quota.size: `2 gigs` is no size: write `500 MiB` or `2 GiB`',
  ],
  [
    'a throttle without its rate',
    { bandwidth: personal({ quota: { ...quota, then: 'throttle' } }) },
    'bandwidth.classes.personal.quota: `then: throttle` and `throttle_mbps` belong together',
  ],
])('%s is a problem', (_says, changes, problem) => {
  const parsed = parsePolicy(changedExample(changes), 'p.yaml')
  if (parsed.ok) throw new Error('no problem was found')
  expect(parsed.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([problem])
})

test('a rate of nothing and an unknown key are refused with their place', () => {
  const parsed = parsePolicy(
    changedExample({ bandwidth: personal({ down_mbps: 0, up_mbsp: 3 }) }),
    'p.yaml',
  )
  const problems = parsed.ok
    ? []
    : parsed.problems.map(({ path, message }) => `${path}: ${message}`)
  expect(problems.join('\n')).toMatch(/bandwidth\.classes\.personal\.down_mbps: /)
  expect(problems.join('\n')).toMatch(/up_mbsp.*did you mean `up_mbps`/)
})
