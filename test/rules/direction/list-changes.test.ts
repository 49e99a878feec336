import { expect, test } from 'vitest'
import { profileActions } from '../../../rules/content/profile-actions.ts'
import { contentSide } from '../../../rules/direction/content-answers.ts'
import { Findings } from '../../../rules/direction/findings.ts'
import { compareLists } from '../../../rules/direction/list-changes.ts'
import type { FetchedListPolicy, ListPolicy } from '../../../rules/policy/policy.ts'
import { ROLES } from '../../../rules/subject.ts'
import { examplePolicy } from '../../support/example-policy.ts'

const PRIMARY = examplePolicy().profiles.find(({ id }) => id === 'primary_lesson') ?? fail()
const HELD = [
  {
    content: contentSide({ policy: PRIMARY, actions: profileActions(PRIMARY) }, false),
    roles: ['pupil'] as const,
  },
]

function fail(): never {
  throw new Error('no such profile')
}

function list(category: string, more: { id?: string; version?: string | null } = {}): ListPolicy {
  return { kind: 'file', id: 'own', path: 'own.txt', category, version: null, ...more }
}

const FOLDER: ListPolicy = { kind: 'folder', id: 'own', folder: 'lists/own', version: null }

function fetched(more: Partial<FetchedListPolicy> = {}): ListPolicy {
  return {
    ...{ kind: 'url', id: 'web', url: 'https://a.example/', everyMs: 86_400_000, format: 'text' },
    ...{ category: 'media.games', tsig: null, version: null, ...more },
  }
}

const ROWS: readonly [
  says: string,
  before: readonly ListPolicy[],
  after: readonly ListPolicy[],
  direction: string,
  roles: readonly string[],
][] = [
  [
    'the same lists in another order',
    [FOLDER, list('ai.generative')],
    [list('ai.generative'), FOLDER],
    'neutral',
    [],
  ],
  [
    'the same list by another id',
    [list('media.games')],
    [list('media.games', { id: 'x' })],
    'neutral',
    [],
  ],
  ['a blocked category more', [], [list('media.games')], 'tighten', ['pupil']],
  [
    'an allowed category more: its names were in none, which is blocked',
    [],
    [list('life.cooking')],
    'loosen',
    ['pupil'],
  ],
  ['a list less', [list('media.games')], [], 'loosen', ROLES],
  [
    'a list with other names',
    [list('media.games', { version: '1' })],
    [list('media.games', { version: '2' })],
    'loosen',
    ROLES,
  ],
  [
    'a list that is of another category',
    [list('media.games')],
    [list('media.press')],
    'loosen',
    ROLES,
  ],
  ['a folder more, whatever is in it', [], [FOLDER], 'loosen', ROLES],
  ['a fetched list of a blocked category more', [], [fetched()], 'tighten', ['pupil']],
  ['an archive more: it may hold any', [], [fetched({ category: null })], 'loosen', ROLES],
  ['a list that is fetched more often', [fetched()], [fetched({ everyMs: 1 })], 'neutral', []],
  [
    'a list from another address',
    [fetched()],
    [fetched({ url: 'https://b.example/' })],
    'loosen',
    ROLES,
  ],
]

test.each(ROWS)('%s', (...[, before, after, direction, roles]) => {
  const findings = new Findings()
  compareLists(before, after, { held: HELD, findings })
  expect(findings.report()).toMatchObject({ direction, affectedRoles: roles })
})

test('what can not be judged says so', () => {
  const findings = new Findings()
  compareLists([], [FOLDER], { held: HELD, findings })
  expect(findings.report().loosens).toMatchObject([
    {
      what: 'unjudged',
      subjects: ['own'],
      from: 'not read',
      to: 'the lists of folder `lists/own`',
    },
  ])
})
