import { expect, test } from 'vitest'
import { reachOf } from '../../../rules/direction/direction.ts'
import {
  Findings,
  MAX_EFFECTS,
  MAX_NAMED,
  type Finding,
} from '../../../rules/direction/findings.ts'

function found(more: Partial<Finding> = {}): Finding {
  const words = { subject: 'media.games', from: 'block', to: 'allow' }
  return { what: 'category', who: reachOf(['staff']), ...words, ...more }
}

test('nothing found is neutral and touches nobody', () => {
  expect(new Findings().report()).toMatchObject({
    direction: 'neutral',
    affectedRoles: [],
    loosensPupils: false,
  })
})

test('what loosens anything loosens, whatever else it tightens', () => {
  const findings = new Findings()
  findings.add('tightens', found({ who: reachOf(['pupil']) }))
  expect(findings.report().direction).toBe('tighten')
  findings.add('loosens', found())
  expect(findings.report()).toMatchObject({
    direction: 'loosen',
    affectedRoles: ['pupil', 'staff'],
    loosensPupils: false,
  })
})

test('findings of the same words are one effect with all that they reach', () => {
  const findings = new Findings()
  findings.add('loosens', found())
  findings.add('loosens', found({ subject: 'comms.chat', who: reachOf(['pupil']) }))
  expect(findings.report().loosens).toMatchObject([
    {
      subjects: ['media.games', 'comms.chat'],
      subjectCount: 2,
      who: { roles: ['pupil', 'staff'] },
    },
  ])
})

test('effects and names beyond the limits are counted, and their roles still count', () => {
  const findings = new Findings()
  for (let index = 0; index < MAX_NAMED + 5; index += 1)
    findings.add('tightens', found({ subject: `h${index}.example` }))
  for (let index = 0; index < MAX_EFFECTS; index += 1)
    findings.add('loosens', found({ from: `rule ${index}` }))
  findings.add('loosens', found({ from: 'the last', who: reachOf(['pupil']) }))
  const report = findings.report()
  expect(report.tightens[0]?.subjects).toHaveLength(MAX_NAMED)
  expect(report.tightens[0]?.subjectCount).toBe(MAX_NAMED + 5)
  expect(report.loosens).toHaveLength(MAX_EFFECTS)
  expect(report).toMatchObject({ moreLoosens: 1, moreTightens: 0, loosensPupils: true })
})
