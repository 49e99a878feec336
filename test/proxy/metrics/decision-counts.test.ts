import { expect, test } from 'vitest'
import { DecisionCounts } from '../../../proxy/metrics/decision-counts.ts'
import { Meter } from '../../../proxy/metrics/meter.ts'
import { scriptedDecider, scriptedPlane } from '../../support/scripted-plane.ts'

const { stance } = scriptedPlane().subject

function countsOf(meter: Meter) {
  return meter.snapshot().cells.map(([, { stage, reason }, value]) => [stage, reason, value])
}

test('counts by the stage that settled it and its reason; `none` where the ordinary rules allow', () => {
  const meter = new Meter()
  const counts = new DecisionCounts(meter)
  const engine = scriptedDecider({
    rulings: {
      'games.test': { action: 'block', reasonCode: 'category' },
      'lost.test': { action: 'block', stage: 'access', reasonCode: 'lost' },
    },
  })
  for (const host of ['games.test', 'www.games.test', 'open.test', 'lost.test'])
    counts.count(engine.decideHost(stance, host))
  expect(countsOf(meter)).toEqual([
    ['content', 'category', 2],
    ['content', 'none', 1],
    ['access', 'lost', 1],
  ])
})

test('a new revision goes on with the sums of the one before', () => {
  const meter = new Meter()
  const counts = new DecisionCounts(meter)
  for (const reasonCode of ['category', 'site', 'category']) {
    const engine = scriptedDecider({ rulings: { 'a.test': { action: 'block', reasonCode } } })
    counts.forget()
    counts.count(engine.decideHost(stance, 'a.test'))
  }
  expect(countsOf(meter)).toEqual([
    ['content', 'category', 2],
    ['content', 'site', 1],
  ])
})
