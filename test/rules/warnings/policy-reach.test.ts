import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeAccess } from '../../../rules/access/judge-access.ts'
import { reachOf } from '../../../rules/warnings/policy-reach.ts'
import { policy, question, SCHOOL_TIME } from '../../support/arbitrary-policy.ts'

test('a rule and a profile that any device ever meets are never called unreached', () => {
  let met = 0
  fc.assert(
    fc.property(
      policy,
      fc.array(question, { minLength: 20, maxLength: 60 }),
      (document, questions) => {
        const reach = reachOf(document)
        if (reach === null) throw new Error('too many')
        for (const { device, zone, at } of questions) {
          const outcome = judgeAccess(document, { device, zone, moment: SCHOOL_TIME.at(at) })
          const index = document.access.findIndex(({ id }) => id === outcome.ruleId)
          if (index !== -1) met += 1
          expect(reach.unreached.has(index)).toBe(false)
          if (outcome.profile !== null && outcome.ruleId.startsWith('access.') && index !== -1)
            expect([...reach.rolesOf.keys()]).toContain(outcome.profile)
        }
      },
    ),
    { numRuns: 40 },
  )
  expect(met).toBeGreaterThan(0)
})
