import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  describeProblem,
  MAX_DOCUMENT_OCTETS,
  problemsOfIssues,
  readYaml,
  type YamlSource,
} from '../../../rules/policy/yaml-source.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

const TEXT = `a:
  b: 1
  list:
    - x
    - c: 2
shared: &s { d: 4 }
uses: *s
`

function sourceOf(text: string): YamlSource {
  const source = readYaml(text, 'f.yaml')
  if (!('value' in source)) throw new Error(source.map(describeProblem).join('\n'))
  return source
}

const PLACES: readonly [says: string, path: readonly (string | number)[], place: string][] = [
  ['the document begins at its beginning', [], '1:1'],
  ['a key is where it stands', ['a', 'b'], '2:3'],
  ['an entry of a list is where it stands', ['a', 'list', 0], '4:7'],
  ['a key in an entry too', ['a', 'list', 1, 'c'], '5:7'],
  ['what is not there is at the nearest thing that is', ['a', 'missing', 'deep'], '1:1'],
  ['what is not in an entry is at the entry', ['a', 'list', 1, 'missing'], '5:7'],
  ['what an alias holds is where it was written', ['uses', 'd'], '6:14'],
]

test.each(PLACES)('%s', (_says, path, place) => {
  const { line, col } = sourceOf(TEXT).problem(path, 'wrong')
  expect(`${line}:${col}`).toBe(place)
})

test('a problem is printed with its path, or without where it has none', () => {
  const source = sourceOf(TEXT)
  expect(describeProblem(source.problem(['a', 'list', 0], 'wrong'))).toBe(
    'f.yaml:4:7: a.list.0: wrong',
  )
  expect(describeProblem(source.problem([], 'wrong'))).toBe('f.yaml:1:1: wrong')
})

const BROKEN: readonly [says: string, text: string, problem: RegExp][] = [
  ['a list that is not closed', 'a: [1\nb: 2\n', /^f\.yaml:\d+:\d+: [a-z]/],
  ['a key twice', 'a: 1\na: 2\n', /^f\.yaml:2:1: map keys must be unique/],
  ['an alias of nothing', 'a: *nothing\n', /^f\.yaml:1:\d+: unresolved alias/i],
  ['a tab for a blank', 'a:\n\tb: 1\n', /^f\.yaml:2:\d+: /],
  ['a file above the limit', '#'.repeat(MAX_DOCUMENT_OCTETS + 1), /larger than 4 MiB/],
]

test.each(BROKEN)('%s is a problem with a place', (_says, text, problem) => {
  const source = readYaml(text, 'f.yaml')
  if ('value' in source) throw new Error('it was read')
  expect(source.map(describeProblem)[0]).toMatch(problem)
})

test('a file at the limit is read', () => {
  expect(readYaml('#'.repeat(MAX_DOCUMENT_OCTETS), 'f.yaml')).toMatchObject({ value: null })
})

describe('what a schema complains of', () => {
  const id = z.string().regex(/^[a-z]+$/, 'use a-z')
  const words = z.preprocess(
    (value) => (Array.isArray(value) ? (value as unknown[]) : [value]),
    z.array(z.enum(['staff', 'pupil'])),
  )
  const schema = z.strictObject({
    zones: z.record(id, z.strictObject({ networks: z.array(z.string()) })).optional(),
    rules: z.array(z.strictObject({ role: words.optional(), count: z.int().max(9).optional() })),
    colour: z.enum(['red', 'green']).optional(),
  })

  function complaints(text: string): string[] {
    const source = sourceOf(text)
    const result = schema.safeParse(source.value)
    return problemsOfIssues(source, schema, result.error?.issues ?? []).map(describeProblem)
  }

  const COMPLAINTS: readonly [says: string, text: string, complaint: string][] = [
    [
      'a misspelt key is told with the right one',
      'rulez: []\nrules: []\n',
      'f.yaml:1:1: rulez: unknown key; did you mean `rules`?',
    ],
    [
      'also inside a record',
      'rules: []\nzones:\n  hall:\n    networks: []\n    netwroks: []\n',
      'f.yaml:5:5: zones.hall.netwroks: unknown key; did you mean `networks`?',
    ],
    [
      'also inside a list',
      'rules:\n  - rol: staff\n',
      'f.yaml:2:5: rules.0.rol: unknown key; did you mean `role`?',
    ],
    [
      'a far key has no suggestion',
      'rules: []\nwhatever: 1\n',
      'f.yaml:2:1: whatever: unknown key',
    ],
    [
      'a missing key is told where it should be',
      'colour: red\n',
      'f.yaml:1:1: rules: missing (array)',
    ],
    [
      'a word outside its list is told with the near one',
      'rules: []\ncolour: gren\n',
      'f.yaml:2:1: colour: `gren` is not one of red, green; did you mean `green`?',
    ],
    [
      'also where one word stands for a list',
      'rules:\n  - role: pupli\n',
      'f.yaml:2:5: rules.0.role.0: `pupli` is not one of staff, pupil; did you mean `pupil`?',
    ],
    [
      'a key that breaks its rule is told the rule',
      'rules: []\nzones:\n  Hall: { networks: [] }\n',
      'f.yaml:3:3: zones.Hall: use a-z',
    ],
    [
      'a number above its limit is told the limit',
      'rules:\n  - count: 10\n',
      'f.yaml:2:5: rules.0.count: too big: expected number to be <=9',
    ],
  ]

  test.each(COMPLAINTS)('%s', (_says, text, complaint) => {
    expect(complaints(text)).toEqual([complaint])
  })
})

test('any text is a document or problems with places, never an exception', () => {
  const piece = fc.constantFrom(
    'a: ',
    '- ',
    '[',
    '{',
    '*a',
    '&a ',
    '\n',
    '  ',
    '? ',
    '!!js ',
    '|',
    '"',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc
      .array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 20 })
      .map((p) => p.join('')),
  )
  fc.assert(
    fc.property(text, fc.array(fc.oneof(fc.string(), fc.nat(3)), { maxLength: 3 }), (any, path) => {
      const source = readYaml(any, 'f.yaml')
      const problems = 'value' in source ? [source.problem(path, 'x')] : source
      expect(problems.length).toBeGreaterThan(0)
      expect(problems.filter(({ line, col }) => line < 1 || col < 1)).toEqual([])
    }),
    { numRuns: FUZZ_RUNS },
  )
})
