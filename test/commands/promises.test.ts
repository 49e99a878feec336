import { expect, test } from 'vitest'
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
