import { mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rules } from '../../commands/rules.ts'
import { RuleHitLog } from '../../records/rule-hits/rule-hit-log.ts'
import { captured, type Ran } from '../support/captured-output.ts'
import { schoolFolder, SCHOOL_FILES } from '../support/school-folder.ts'

const SITES = `sites:
  - { id: cats, allow: [cats.example], because: Biology. }
  - { id: more-cats, allow: [www.cats.example], because: Biology. }
  - { id: film, allow: [film.example], until: '2026-11-20', because: A film. }
lists:
`
const DAY = Date.UTC(2026, 10, 24, 10)

function run(counts: boolean, ...args: string[]): Promise<Ran> {
  const policy = (SCHOOL_FILES['policy.yaml'] ?? '').replace('lists:\n', SITES)
  const school = schoolFolder({ 'policy.yaml': policy })
  if (counts) {
    mkdirSync(school.path('records'))
    using log = RuleHitLog.open(school.path('records'), DAY)
    log.add([['cats', 3]], DAY)
  }
  const clock = new Date(DAY).toISOString()
  return captured(() =>
    rules(['hygiene', '--config', school.path('gate.yaml'), '--clock', clock, ...args]),
  )
}

test('hygiene says what is shadowed and over, what was never met since when, and how often the rest', async () => {
  const { code, out } = await run(true)
  expect(code).toBe(0)
  expect(out).toMatch(/^shadowed +sites\.1: `more-cats` allows `www\.cats\.example` for nothing/m)
  expect(out).toMatch(/^expired +sites\.2\.until: `film` is over/m)
  expect(out).toMatch(/^never hit +`more-cats` since 2026-11-24$/m)
  expect(out).toMatch(/^hits +`cats` 3, last on 2026-11-24$/m)
})

test('as JSON it is one object, and without a gate that counted nothing is said to be never met', async () => {
  const report = JSON.parse((await run(true, '--json')).out) as { rules: object[] }
  expect(report.rules).toContainEqual({ rule: 'cats', hits: 3, last_hit: '2026-11-24' })
  const { out } = await run(false)
  expect(out).not.toContain('never hit')
  expect(out).toContain('no gate has counted hits')
})

test('another verb is wrong usage', async () => {
  expect(await captured(() => rules(['clean']))).toMatchObject({ code: 2, out: '' })
})
