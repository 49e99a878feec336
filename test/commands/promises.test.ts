import { mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PromiseLog } from '../../records/promises/promise-log.ts'
import { promises } from '../../commands/promises.ts'
import { captured, type Ran } from '../support/captured-output.ts'
import { schoolFolder, SCHOOL_FILES } from '../support/school-folder.ts'

const PROMISES = `promises:
  - { id: help, says: Help is open., url: childline.org.uk, expect: allow }
  - { id: games, says: No games., who: { role: staff }, url: games.example, expect: block }
`

function run(promised: string, ...args: string[]): Promise<Ran> {
  const { path } = schoolFolder({ 'policy.yaml': (SCHOOL_FILES['policy.yaml'] ?? '') + promised })
  return captured(() => promises(['check', '--config', path('gate.yaml'), ...args]))
}

test('every promise is told, and one that is not kept makes the answer no', async () => {
  const { code, out } = await run(PROMISES)
  expect(code).toBe(1)
  expect(out).toMatch(
    /^promise `help` is kept in \d+ cases\npromise `games` is broken \(No games\.\): .*\npromise `over-blocking` says nothing .*\n$/,
  )
  expect(await run(PROMISES.split('\n').slice(0, 2).join('\n'))).toMatchObject({ code: 0 })
})

test('as JSON each is a line', async () => {
  const lines = (await run(PROMISES, '--json')).out.trim().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { id: 'help', kept: true },
    {
      id: 'games',
      kept: false,
      reason_code: null,
      broken: expect.stringContaining('gets allow') as string,
    },
    { id: 'over-blocking', kept: true, cases: 0 },
  ])
})

test('a policy without promises says so, and another verb is wrong usage', async () => {
  const { code, out } = await run('')
  expect([code, out.split('\n')[0]]).toEqual([0, 'the policy promises nothing'])
  expect(await captured(() => promises(['keep']))).toMatchObject({ code: 2, out: '' })
})

/** The small school with 100 popular sites, of which its staff may not open `shut`. */
function popularSchool(shut: number) {
  const names = Array.from(
    { length: 100 },
    (_, i) => `${i < shut ? `p${i}.games` : `p${i}`}.example`,
  )
  const gate = SCHOOL_FILES['gate.yaml'] ?? ''
  return schoolFolder({
    'gate.yaml': `${gate}lists: { popular: popular.txt }\n`,
    'popular.txt': names.join('\n'),
  })
}

test.each([
  ['2 % of popular sites closed is kept', 2, 0, /^promise `over-blocking` is kept in 100 cases$/m],
  [
    'more is broken, with the profile and the list that does it',
    3,
    1,
    /^promise `over-blocking` is broken .*\n {2}staff +3\.00 % .* BROKEN; .*\n {6}3 by media\.games \(starter\): /m,
  ],
])('over-blocking is a promise nobody need write: %s', async (_says, shut, exit, words) => {
  const config = popularSchool(shut).path('gate.yaml')
  const { code, out } = await captured(() => promises(['check', '--config', config]))
  expect(out).toMatch(words)
  expect(code).toBe(exit)
  const json = await captured(() => promises(['check', '--config', config, '--json']))
  expect(json.out).toContain(`"kept":${exit === 0},"cases":100`)
})

test('popular sites that can’t be read are wrong use, and say so', async () => {
  const gate = `${SCHOOL_FILES['gate.yaml'] ?? ''}lists: { popular: nowhere.txt }\n`
  const config = schoolFolder({ 'gate.yaml': gate }).path('gate.yaml')
  const ran = await captured(() => promises(['check', '--config', config]))
  expect([ran.code, ran.err]).toEqual([2, expect.stringContaining('cannot read `')])
})

function results(...args: string[]): Promise<Ran> {
  const school = schoolFolder()
  mkdirSync(school.path('records'))
  {
    using log = PromiseLog.open(school.path('records'))
    const note = { says: 'Words.', asked: 2 }
    const notes = [
      { ...note, id: 'a', state: 'kept' as const, detail: null },
      { ...note, id: 'b', state: 'broken' as const, detail: 'it was open' },
    ]
    log.note(notes, { at: Date.UTC(2026, 10, 24, 10), policyVersion: 3 })
  }
  return captured(() => promises(['results', '--config', school.path('gate.yaml'), ...args]))
}

test('what became of the promises on the running gate is told, and one that was broken makes the answer no', async () => {
  expect(await results()).toMatchObject({
    code: 1,
    out: `2026-11-24T10:00:00.000Z  kept  \`a\` (Words.), 2 answers, policy revision 3
2026-11-24T10:00:00.000Z  broken  \`b\` (Words.), 2 answers, policy revision 3: it was open
`,
  })
  expect((await results('--not-kept', '--json')).out).toMatch(/^\{"ts":.*"id":"b".*\}\n$/)
  expect(await results('--since', '2027-01-01T00:00:00Z')).toMatchObject({
    code: 0,
    out: 'no such result\n',
  })
})

test('a number, a moment and a log that are none are wrong usage', async () => {
  expect((await results('--limit', 'many')).err).toContain('`--limit` is a number')
  expect((await results('--since', 'yesterday')).err).toContain('is not an instant')
  const { path } = schoolFolder()
  const ran = await captured(() => promises(['results', '--config', path('gate.yaml')]))
  expect(ran).toMatchObject({ code: 2, out: '' })
  expect(ran.err).toContain('promises.sqlite` does not exist')
})
