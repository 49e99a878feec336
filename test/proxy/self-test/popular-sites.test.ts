import { expect, test } from 'vitest'
import { openBundle } from '../../../proxy/policy/bundle.ts'
import { makeBundle } from '../../../proxy/policy/make-bundle.ts'
import { popularSites } from '../../../proxy/self-test/popular-sites.ts'
import { SCHOOL_FILES, schoolFolder } from '../../support/school-folder.ts'
import { writeTally, type TallyLine } from '../../support/tally-of.ts'

async function popularIn(
  changes: Readonly<Record<string, string>>,
  tally: readonly TallyLine[] = [],
  given?: string,
) {
  const school = schoolFolder(changes)
  const [config, { directory }] = [school.config(), school]
  const order = { register: school.register(), config, directory, imageDirectory: null }
  const made = await makeBundle(order)
  if (!made.ok) throw new Error(made.problems.join('\n'))
  if (tally.length > 0) writeTally(school.path('records'), tally)
  const { engine } = openBundle(made.bundle)
  return popularSites({ engine, policy: made.bundle.policy }, { config, directory }, given)
}

const WITH_LIST = {
  'gate.yaml': `${SCHOOL_FILES['gate.yaml'] ?? ''}lists: { popular: popular.txt }\n`,
  'popular.txt': 'b.example\na.example\n',
}
const ASKED: readonly TallyLine[] = [
  ['few.example', 'staff', 2, 90],
  ['many.example', 'staff', 9, 9],
  ['many.example', 'portal', 1, 1],
  ['games.example', 'staff', 30, 30],
]

test('a list of popular sites goes before what the school has asked for', async () => {
  expect(await popularIn(WITH_LIST, ASKED)).toMatchObject({
    hosts: ['b.example', 'a.example'],
    isList: true,
  })
})

test('without one it is what most devices of this school ask for and staff may open', async () => {
  expect(await popularIn({}, ASKED)).toEqual({
    words: 'sites that this school asked for in 48 h and staff may open',
    hosts: ['many.example', 'few.example'],
    isList: false,
  })
  expect(await popularIn({})).toMatchObject({ hosts: [] })
})

test('a list that can’t be read is said', async () => {
  expect(await popularIn({}, [], '/nowhere')).toContain('cannot read `/nowhere`')
})
