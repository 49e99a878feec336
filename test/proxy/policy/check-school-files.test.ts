import { expect, test } from 'vitest'
import { checkSchoolFiles } from '../../../proxy/policy/check-school-files.ts'
import { describeProblem } from '../../../rules/policy/yaml-source.ts'
import { SCHOOL_FILES, schoolFolder } from '../../support/school-folder.ts'

function problemsOf(changes: Readonly<Record<string, string>>): string[] {
  const { config, directory } = schoolFolder(changes)
  const file = { text: changes['gate.yaml'] ?? SCHOOL_FILES['gate.yaml'] ?? '', name: 'gate.yaml' }
  const { problems } = checkSchoolFiles(config(), { file, directory, at: 0 })
  return problems.map((problem) => describeProblem(problem).replaceAll(directory, ''))
}

const GATE = SCHOOL_FILES['gate.yaml'] ?? ''
const POLICY = SCHOOL_FILES['policy.yaml'] ?? ''

const PROBLEMS: readonly [says: string, changes: Record<string, string>, problem: string][] = [
  [
    'an upstream that is none is a problem of the configuration, at its line',
    {
      'gate.yaml': GATE.replace(
        '[udp://127.0.0.1:53]',
        '\n    - udp://127.0.0.1:53\n    - 8.8.8.8',
      ),
    },
    'gate.yaml:8:7: dns.upstreams.1: ',
  ],
  [
    'a list that is not there is a problem of the policy, at its line',
    { 'policy.yaml': POLICY.replace('lists/starter', 'lists/started') },
    '/policy.yaml:23:1: lists: list `starter`: no folder `/lists/started`',
  ],
  [
    'a mistake in the policy is one, at its line',
    { 'policy.yaml': POLICY.replace('zone: office', 'zone: offcie') },
    '/policy.yaml:21:38: access.0.zone: no zone `offcie`; did you mean `office`?',
  ],
  [
    'a device of nobody is one, at its row',
    { 'devices.csv': (SCHOOL_FILES['devices.csv'] ?? '').replace('p-1', 'p-9') },
    '/devices.csv:2:',
  ],
  ['a people file that is no table is one', { 'people.csv': 'nobody\n' }, '/people.csv:1:'],
]

test.each(PROBLEMS)('%s', (_says, changes, problem) => {
  const problems = problemsOf(changes)
  expect(
    problems.find((line) => line.startsWith(problem)),
    problems.join('\n'),
  ).toBeDefined()
})

test('the small school is in order', () => {
  expect(problemsOf({})).toEqual([])
})

test('a policy in order that says something for nothing has a warning at its place', () => {
  const profile = '  guests: { start_from: visitor }\n  portal:'
  const { config, directory } = schoolFolder({
    'policy.yaml': POLICY.replace('  portal:', profile),
  })
  const { problems, warnings } = checkSchoolFiles(config(), {
    ...{ file: { text: GATE, name: 'gate.yaml' }, directory, at: 0 },
  })
  expect(problems).toEqual([])
  expect(warnings.map((each) => describeProblem(each).replaceAll(directory, ''))).toEqual([
    '/policy.yaml:17:3: profiles.guests: warning: nobody gets the profile `guests`',
  ])
})
