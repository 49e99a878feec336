import { expect, test } from 'vitest'
import { check } from '../../commands/check.ts'
import { promises } from '../../commands/promises.ts'
import { captured } from '../support/captured-output.ts'
import { SCHOOL_FILES, schoolFolder } from '../support/school-folder.ts'

/** The small school, which promises that these sites are open. */
function schoolOf(must: string) {
  const gate = `${SCHOOL_FILES['gate.yaml'] ?? ''}lists: { mustAllow: must.txt }\n`
  return schoolFolder({ 'gate.yaml': gate, 'must.txt': must }).path('gate.yaml')
}

const run = (config: string, ...args: string[]) =>
  captured(() => promises(['check', '--config', config, ...args]))

test('a list that closes a site that must be open breaks a promise, and `check` fails on it', async () => {
  const config = schoolOf('childline.org.uk\ngames.example\n')
  const { code, out } = await run(config)
  expect(code).toBe(1)
  expect(out).toMatch(
    /^promise `must-allow` is broken \(.*\): 2 answers are not open:\n {2}games\.example as staff: block \(category\.media\.games, starter\)$/m,
  )
  const json = (await run(config, '--json')).out.trim().split('\n').at(-1) ?? ''
  expect(JSON.parse(json)).toMatchObject({ id: 'must-allow', kept: false, cases: 2 })
  const checked = await captured(() => check([config]))
  expect(checked.code).toBe(1)
  expect(checked.out).toMatch(
    /gate\.yaml:\d+:\d+: lists\.mustAllow: promise `must-allow` is broken/,
  )
})

test('what no list knows is a gap and breaks nothing', async () => {
  const config = schoolOf('childline.org.uk\nnobody-lists-this.example\n')
  expect(await run(config)).toMatchObject({
    code: 0,
    out: expect.stringContaining('promise `must-allow` is kept for 2 sites') as string,
  })
  expect(await captured(() => check([config]))).toMatchObject({ code: 0 })
})

test('a corpus that can’t be read is said', async () => {
  const gate = `${SCHOOL_FILES['gate.yaml'] ?? ''}lists: { mustAllow: nowhere.txt }\n`
  const config = schoolFolder({ 'gate.yaml': gate }).path('gate.yaml')
  expect(await run(config)).toMatchObject({ code: 2 })
  const checked = await captured(() => check([config]))
  expect([checked.code, checked.out]).toEqual([1, expect.stringContaining('cannot read `')])
})

test('a school that names no such sites promises nothing of the kind', async () => {
  const { out } = await run(schoolFolder().path('gate.yaml'))
  expect(out).not.toContain('must-allow')
})
