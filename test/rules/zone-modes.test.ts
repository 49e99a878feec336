import { expect, test } from 'vitest'
import { directionOfPolicy } from '../../rules/direction/direction-of-policy.ts'
import { parsePolicy } from '../../rules/policy/parse-policy.ts'
import type { ZoneMode } from '../../rules/subject.ts'
import { openBundle } from '../../proxy/policy/bundle.ts'
import { bundleOf } from '../support/bundle-of-lists.ts'
import { readExamplePolicy } from '../examples/example-engine.ts'
import { deviceOf } from '../support/sample-facts.ts'
import { wireName } from '../support/wire-name.ts'

const LESSON = Date.parse('2026-11-24T10:30:00Z')
const LINES = [
  ['sealed', 'illegal.csam', 'sealed.example'],
  ['own', 'adult.pornography', 'porn.example'],
  ['own', 'media.games', 'games.example'],
  ['own', 'support.wellbeing', 'help.example'],
] as const

function policyWith(mode: ZoneMode) {
  const policy = readExamplePolicy()
  const zones = policy.zones.map((zone) => (zone.id === 'classroom' ? { ...zone, mode } : zone))
  return { ...policy, zones }
}

function classroom(mode: ZoneMode, lines: readonly (typeof LINES)[number][] = LINES) {
  const device = deviceOf({
    id: 'laptop',
    role: 'pupil',
    phase: 'secondary',
    ownership: 'school',
    type: 'laptop',
  })
  const { engine, subjects } = openBundle(
    bundleOf(lines, { policy: policyWith(mode), devices: [device] }),
  )
  const subject = subjects.ask({ device: 'laptop', zone: 'classroom' }, LESSON)
  if (subject === null) throw new Error('no device')
  return { engine, stance: subject.stance, subject }
}

test('an observed zone lets through what it would refuse, and says what it would be', () => {
  const { engine, stance } = classroom('observe')
  expect(engine.decideHost(stance, 'porn.example')).toMatchObject({
    ...{ action: 'allow', wouldBe: 'block', reasonCode: 'category', category: 'adult.pornography' },
    cause: expect.stringContaining('only observed') as string,
  })
  expect(engine.decideHost(stance, 'help.example')).toMatchObject({
    action: 'allow',
    wouldBe: null,
  })
})

test('what is sealed is refused in an observed zone too, also as the target of an alias', () => {
  const { engine, stance } = classroom('observe')
  const sealed = { action: 'block', reasonCode: 'sealed' }
  expect(engine.decideHost(stance, 'www.sealed.example')).toMatchObject(sealed)
  for (const host of ['porn.example', 'help.example', 'games.example'])
    expect(
      engine.judgeTarget(stance, engine.decideHost(stance, host), wireName('sealed.example'), 0),
    ).toMatchObject(sealed)
})

test('without a sealed list an observed zone is as closed as any other', () => {
  const { engine, stance } = classroom('observe', LINES.slice(1))
  expect(engine.decideHost(stance, 'games.example')).toMatchObject({
    action: 'block',
    reasonCode: 'sealed',
  })
  expect(engine.decideHost(stance, 'help.example').action).toBe('allow')
})

test('a chained zone decides as an enforcing one, and its subjects say that another filter is asked', () => {
  const [chained, enforced] = [classroom('chain'), classroom('enforce')]
  for (const host of ['porn.example', 'games.example', 'sealed.example', 'help.example'])
    expect(chained.engine.decideHost(chained.stance, host)).toEqual(
      enforced.engine.decideHost(enforced.stance, host),
    )
  expect([chained.subject.chained, enforced.subject.chained]).toEqual([true, false])
  const refused = chained.engine.refusedUpstream(chained.stance, 'Other')
  expect(refused).toMatchObject({
    ...{ action: 'block', reasonCode: 'upstream_filter', ruleId: 'chain', listSource: 'Other' },
    cause: 'Refused by Other, the filter in front of this one.',
  })
  expect(chained.engine.refusedUpstream(chained.stance, 'Other')).toBe(refused)
})

const CHANGES: readonly [from: ZoneMode, to: ZoneMode, direction: string][] = [
  ['enforce', 'observe', 'loosens'],
  ['chain', 'enforce', 'loosens'],
  ['observe', 'enforce', 'tightens'],
  ['enforce', 'chain', 'tightens'],
]

test.each(CHANGES)('from `%s` to `%s` a change of a zone %s', (from, to, direction) => {
  const report = directionOfPolicy(policyWith(from), policyWith(to))
  expect(report[direction === 'loosens' ? 'loosens' : 'tightens']).toEqual([
    expect.objectContaining({ subjects: ['zone mode'], from: `\`${from}\``, to: `\`${to}\`` }),
  ])
  expect(report[direction === 'loosens' ? 'tightens' : 'loosens']).toEqual([])
})

test('a misspelt mode gets a suggestion', () => {
  const parsed = parsePolicy('zones:\n  unknown: { pupil_area: true, mode: observ }\n', 'p.yaml')
  const messages = parsed.ok
    ? []
    : parsed.problems.map(({ line, message }) => `${line}: ${message}`)
  expect(messages).toContainEqual(expect.stringMatching(/^2: .*did you mean `observe`/))
})
