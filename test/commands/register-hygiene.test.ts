import { expect, test } from 'vitest'
import { expiredObjects, idleCorrections } from '../../commands/register-hygiene.ts'
import { rules } from '../../commands/rules.ts'
import { makeBundle } from '../../proxy/policy/make-bundle.ts'
import { EMPTY_REGISTER, type Register } from '../../records/register/register.ts'
import { ListImage } from '../../rules/lists/list-image.ts'
import { captured } from '../support/captured-output.ts'
import { SCHOOL_FILES, schoolFolder } from '../support/school-folder.ts'

const AT = Date.parse('2026-11-24T10:00:00Z')
const OVER = { from: '2026-11-01T00:00:00Z', to: '2026-11-24T10:00:00Z' }
const RUNS = { from: '2026-11-01T00:00:00Z', to: '2026-11-24T10:00:01Z' }

const GRANT: Omit<NonNullable<ReturnType<Register['grants']['get']>>, 'from' | 'to'> = {
  ...{ type: 'site_unblock', person: 'p-1', device: null, class: null, zones: [], windows: [] },
  ...{ profile: null, sites: ['a.example'], categories: [], locked: false },
  ...{ purpose: null, assessment: null },
}
const VOUCHER = {
  ...{ type: 'day' as const, person: 'p-9', device: null, host: 'p-1', codeHash: 'x' },
  zones: [],
}
const SITE = { action: 'allow', hosts: ['b.example'], profiles: null, because: 'A film.' } as const
const OCCASION = {
  ...{ kind: 'group' as const, persons: [], devices: [], years: [], zones: [] },
  profile: 'staff',
}
const LESSON = { class: '9b', teacher: 'p-1', pack: 'rivers', sites: [], focus: null }

const linesOf = (changes: Partial<Register>): string[] =>
  expiredObjects({ ...EMPTY_REGISTER, ...changes }, AT).map(
    ({ kind, rule, message }) => `${kind} ${rule}: ${message}`,
  )

test('what ended by now is named with how it goes, the oldest first; what runs is not', () => {
  const earlier = { ...OVER, to: '2026-11-20T10:00:00Z' }
  const found = linesOf({
    grants: new Map([
      ['g1', { ...GRANT, ...OVER }],
      ['g2', { ...GRANT, ...earlier }],
      ['g3', { ...GRANT, ...RUNS }],
    ]),
    vouchers: new Map([['v1', { ...VOUCHER, ...OVER }]]),
    sites: new Map([
      ['s1', { ...SITE, hosts: [...SITE.hosts], ...OVER }],
      ['s2', { ...SITE, hosts: [...SITE.hosts], ...RUNS }],
    ]),
    occasions: new Map([['o1', { ...OCCASION, ...OVER }]]),
  })
  expect(found).toEqual([
    'expired grant.g2: `g2` is over since 2026-11-20T10:00:00Z (`grants revoke g2` takes it out)',
    'expired grant.g1: `g1` is over since 2026-11-24T10:00:00Z (`grants revoke g1` takes it out)',
    'expired voucher.v1: `v1` is over since 2026-11-24T10:00:00Z',
    'expired site.s1: `s1` is over since 2026-11-24T10:00:00Z (`sites remove s1` takes it out)',
    'expired occasion.o1: `o1` is over since 2026-11-24T10:00:00Z',
  ])
})

test('lessons are counted, and a pack that none of them opens is named', () => {
  const found = linesOf({
    lessons: new Map([
      ['l1', { ...LESSON, ...OVER }],
      ['l2', { ...LESSON, ...RUNS }],
    ]),
    packs: new Map([
      ['rivers', { label: 'Rivers', sites: ['r.example'] }],
      ['rocks', { label: 'Rocks', sites: ['s.example'] }],
    ]),
  })
  expect(found).toEqual([
    'expired lessons: 1 of 2 lessons are over; each leaves 400 days after its end',
    'unused pack.rocks: no lesson of the last 400 days opened `rocks` (Rocks) (`lessons unpack rocks` takes it out)',
  ])
})

test('a school in which nothing is over has no finding', () => {
  expect(linesOf({})).toEqual([])
})

const CORRECTIONS = `corrections:
  - { host: games.example, remove: media.games, because: Chess. }
  - { host: poems.example, remove: media.games, because: Was listed. }
  - { host: bets.example, add: money.gambling, because: Is listed. }
  - { host: fresh.example, add: money.gambling, because: Not listed yet. }
lists:
`
const WITH_CORRECTIONS = {
  'policy.yaml': (SCHOOL_FILES['policy.yaml'] ?? '').replace('lists:\n', CORRECTIONS),
}

test('a correction is needed while the lists say what it corrects', async () => {
  const school = schoolFolder(WITH_CORRECTIONS)
  const { directory } = school
  const order = { register: school.register(), config: school.config(), directory }
  const made = await makeBundle({ ...order, imageDirectory: null })
  if (!made.ok) throw new Error(made.problems.join('\n'))
  const image = ListImage.open(made.bundle.listImage)
  if ('problem' in image) throw new Error(image.problem)
  const found = idleCorrections(made.bundle.policy, image)
  expect(found.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /corrections\.2` corrects nothing any more: no list has `poems\.example` itself/,
    ),
    expect.stringMatching(
      /corrections\.3` corrects nothing any more: a list has `bets\.example` in money/,
    ),
  ])
})

test('`rules hygiene` says so beside the rules of the policy', async () => {
  const school = schoolFolder(WITH_CORRECTIONS)
  const args = ['hygiene', '--config', school.path('gate.yaml')]
  const { code, out } = await captured(() => rules(args))
  expect(code).toBe(0)
  expect(out).toMatch(/^unused +corrections\.1: `corrections\.2` corrects nothing any more/m)
  expect(out).not.toContain('games.example')
})
