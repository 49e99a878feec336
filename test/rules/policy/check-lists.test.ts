import { expect, test } from 'vitest'
import { checkLists } from '../../../rules/policy/check-lists.ts'
import { policySchema, type PolicyDocument } from '../../../rules/policy/policy-schema.ts'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { SCHOOL_FILES } from '../../support/school-folder.ts'

const URL = 'https://lists.example/x'
const GAMES = { id: 'x', url: URL, category: 'media.games' }

test.each<[what: string, lists: readonly object[], problem: string]>([
  ['neither place', [{ id: 'x', category: 'media.games' }], ': a list has one of'],
  ['two places', [{ ...GAMES, path: 'x.txt' }], ': a list has one of `folder`, `path` and `url`'],
  ['no category', [{ id: 'x', url: URL }], ': a list with `path` or `url` needs a `category`'],
  ['a slip in the category', [{ ...GAMES, category: 'media.game' }], 'media.games'],
  ['a sealed one', [{ ...GAMES, category: 'illegal.csam' }], 'category: a SEALED list is a signed'],
  [
    'one that opens all',
    [{ ...GAMES, category: 'support.wellbeing' }],
    'category: a list that opens',
  ],
  [
    'an archive with a category',
    [{ ...GAMES, format: 'ut1' }],
    'category: the lists of an archive',
  ],
  [
    'an archive on the disk',
    [{ id: 'x', path: 'x', format: 'ut1' }],
    'format: `ut1` is an archive',
  ],
  ['another scheme', [{ ...GAMES, url: 'ftp://x' }], 'url: `ftp://x`: neither `https://`'],
  ['an interval that is none', [{ ...GAMES, every: '1s' }], 'every: `1s` is not `5m` to `31d`'],
  [
    'an interval of a file',
    [{ id: 'x', path: 'x', category: 'media.games', every: '1d' }],
    'every: only',
  ],
  ['a key without a transfer', [{ ...GAMES, tsig: 'key' }], 'tsig: only a zone transfer'],
  [
    'a transfer of text',
    [{ ...GAMES, url: 'axfr://ns.example/z', format: 'text' }],
    'format: what is',
  ],
  ['an id twice', [GAMES, { ...GAMES, url: `${URL}y` }], 'id: list `x` is there already'],
])('%s', (_what, lists, problem) => {
  const found: string[] = []
  const document = { lists: policySchema.shape.lists.parse(lists) } as PolicyDocument
  checkLists(document, (path, message) => found.push(`${path.slice(2).join('.')}: ${message}`))
  expect(found.join('\n')).toContain(problem)
})

test('a fetched list is a text once a day unless the policy says otherwise; a transfer is a zone', () => {
  const lists = `  - { id: games, url: "${URL}", category: media.games }
  - { id: ut1, url: "${URL}.tar.gz", format: ut1, every: 12h }
  - { id: rpz, url: "axfr://ns.example/z", category: sec.malware }
`
  const parsed = parsePolicy(`${SCHOOL_FILES['policy.yaml'] ?? ''}${lists}`, 'policy.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const common = { kind: 'url', version: null, tsig: null }
  const day = 86_400_000
  expect(parsed.policy.lists.slice(2)).toEqual([
    { ...common, id: 'games', url: URL, category: 'media.games', everyMs: day, format: 'text' },
    { ...common, id: 'ut1', url: `${URL}.tar.gz`, category: null, everyMs: day / 2, format: 'ut1' },
    {
      ...{ ...common, id: 'rpz', url: 'axfr://ns.example/z', category: 'sec.malware' },
      ...{ everyMs: day, format: 'rpz' },
    },
  ])
})
