import fc from 'fast-check'
import { expect, test } from 'vitest'
import { permissions } from '../support/arbitrary-permissions.ts'
import { engineFrom, lines, policy, question, SCHOOL_TIME } from '../support/arbitrary-policy.ts'
import { FUZZ_RUNS } from '../support/fuzz-runs.ts'

const scene = fc.tuple(
  policy,
  lines,
  permissions,
  fc.array(question, { minLength: 4, maxLength: 8 }),
)

test('help is open and sealed is shut in every profile, in exams and to whom all is denied; systems in all but the portal', () => {
  const met = new Set<string>()
  fc.assert(
    fc.property(scene, ([document, others, permitted, questions]) => {
      const engine = engineFrom(
        document,
        [
          ...others
            .filter(({ scope }) => scope === 'host' || scope === 'subtree')
            .map((line) => ({ ...line, host: 'a.example' })),
          { category: 'support.wellbeing', host: 'd.org', scope: 'subtree' },
          { category: 'support.systems', host: 'b.test', scope: 'subtree' },
          { category: 'support.wellbeing', host: 'sealed.invalid', scope: 'subtree' },
        ],
        permitted,
      )
      for (const { device, zone, at } of questions) {
        const stance = engine.judge({ device, zone, moment: SCHOOL_TIME.at(at) }, at)
        met.add(stance.profile ?? `denied ${stance.reasonCode ?? ''}`)
        expect(engine.decideHost(stance, 'a.d.org')).toMatchObject({
          action: 'allow',
          category: 'support.wellbeing',
        })
        expect(engine.decideHost(stance, 'sealed.invalid')).toMatchObject({
          action: 'block',
          reasonCode: 'sealed',
        })
        if (stance.profile === null || stance.profile === 'portal') continue
        expect(engine.decideHost(stance, 'c.b.test').action).toBe('allow')
      }
    }),
    { numRuns: FUZZ_RUNS },
  )
  // Guard against a vacuous pass.
  const profiles = ['one', 'two', 'portal', 'quarantine', 'medical', 'exam_allow_list']
  const denials = [
    'lost',
    'revoked',
    'confiscated',
    'suspended',
    'exam',
    'mobile_free_zone',
    'default',
  ]
  for (const reached of [...profiles, ...denials.map((reason) => `denied ${reason}`)])
    expect(met).toContain(reached)
})
