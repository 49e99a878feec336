import { expect, test } from 'vitest'
import { RuleHitCounts } from '../../../proxy/metrics/rule-hits.ts'
import { examplePolicy } from '../../support/example-policy.ts'
import { scriptedDecider, scriptedPlane } from '../../support/scripted-plane.ts'

const POLICY = examplePolicy()
const [FIRST, SECOND] = POLICY.access.map(({ id }) => id)
const SITE = POLICY.sites[0]?.id
if (FIRST === undefined || SECOND === undefined || SITE === undefined) throw new Error('no rules')
const { stance } = scriptedPlane().subject

const engine = scriptedDecider({
  rulings: {
    'site.test': { ruleId: SITE, accessRule: FIRST },
    'games.test': { ruleId: 'category.media.games', accessRule: FIRST },
    'denied.test': { ruleId: SECOND, accessRule: SECOND },
    'granted.test': { ruleId: 'g12', accessRule: 'g12' },
  },
})
const ask = (counts: RuleHitCounts, ...hosts: string[]): void => {
  for (const host of hosts) counts.count(engine.decideHost(stance, host))
}

test('the rule that placed the device and the one that settled the name have a hit each, a denial has one', () => {
  const counts = new RuleHitCounts(POLICY)
  ask(counts, 'site.test', 'games.test', 'denied.test', 'denied.test', 'granted.test')
  expect(new Map(counts.take())).toEqual(
    new Map([
      [FIRST, 2],
      [SITE, 1],
      [SECOND, 2],
    ]),
  )
})

test('what was taken is not counted again, and rulings known before go on counting', () => {
  const counts = new RuleHitCounts(POLICY)
  ask(counts, 'denied.test')
  counts.take()
  expect(counts.take()).toEqual([])
  ask(counts, 'denied.test')
  expect(counts.take()).toEqual([[SECOND, 1]])
})

test('what was counted before a new policy is not lost, and a rule that it has no more is not counted', () => {
  const counts = new RuleHitCounts(POLICY)
  ask(counts, 'denied.test')
  counts.follow({ ...POLICY, access: [], sites: [] })
  ask(counts, 'denied.test')
  expect(counts.take()).toEqual([[SECOND, 1]])
  expect(counts.take()).toEqual([])
})
