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
    /^promise `help` is kept in \d+ cases\npromise `games` is broken \(No games\.\): .*\n$/,
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
  ])
})

test('a policy without promises says so, and another verb is wrong usage', async () => {
  expect(await run('')).toMatchObject({ code: 0, out: 'the policy promises nothing\n' })
  expect(await captured(() => promises(['keep']))).toMatchObject({ code: 2, out: '' })
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
