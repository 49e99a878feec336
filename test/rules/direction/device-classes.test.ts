import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeAccess } from '../../../rules/access/judge-access.ts'
import { deviceClasses } from '../../../rules/direction/device-classes.ts'
import type { Policy } from '../../../rules/policy/policy.ts'
import type { DeviceFacts } from '../../../rules/subject.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import { device, instant, policy } from '../../support/arbitrary-policy.ts'
import { edits } from '../../support/arbitrary-policy-edit.ts'
import { examplePolicy } from '../../support/example-policy.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

const REFUSED = ['lost', 'revoked', 'confiscated', 'suspended', 'recalled', 'disposed']

/** What both policies answer to the device in all zones at the moments: the profile, whether it is held back, and whether it is reported. */
function answers(
  policies: readonly Policy[],
  facts: DeviceFacts,
  times: readonly number[],
): string {
  return JSON.stringify(
    policies.flatMap((side) => {
      const time = new SchoolTime(side.time)
      return times.flatMap((at) =>
        side.zones.map((zone) => {
          const outcome = judgeAccess(side, { device: facts, zone, moment: time.at(at) })
          return [outcome.profile, outcome.reasonCode === null, outcome.alert]
        }),
      )
    }),
  )
}

test('every device is answered like some class that has its role, everywhere and at all times', () => {
  fc.assert(
    fc.property(
      policy,
      edits,
      device,
      fc.array(instant, { minLength: 1, maxLength: 4 }),
      (before, edit, asking, times) => {
        if (REFUSED.includes(asking.state)) return
        const policies = [before, edit(before)]
        const wanted = answers(policies, asking, times)
        const classes = deviceClasses(before, edit(before)).filter(({ roles }) =>
          roles.includes(asking.role),
        )
        // Candidates are the caller's: who sits an exam matters only while one is on.
        const { examCandidate, year } = asking
        const found = classes.some(
          ({ facts }) => answers(policies, { ...facts, examCandidate, year }, times) === wanted,
        )
        expect(found).toBe(true)
      },
    ),
    { numRuns: FUZZ_RUNS },
  )
})

test('the example school has few of them, and a quarantined device is one whoever has it', () => {
  const classes = deviceClasses(examplePolicy(), examplePolicy())
  expect(classes.length).toBeLessThan(120)
  const held = classes.filter(({ facts }) => facts.posture !== 'ok' || facts.state === 'quarantine')
  // Two ownerships, and as many phases as the school has and none.
  expect(held.map(({ roles }) => roles.length)).toEqual(Array.from({ length: 8 }, () => 4))
})
