import { expect, test } from 'vitest'
import { lookingAs } from '../../../dashboard/server/looking-as.ts'
import type { Duty } from '../../../records/governance/governance-state.ts'

test.each<[readonly Duty[], string]>([
  [['it', 'dsl'], 'dsl'],
  [['slt', 'it'], 'slt'],
  [['teacher', 'head'], 'head'],
  [[], 'nobody'],
])('who has the duties %o looks as %s', (duties, role) => {
  expect(lookingAs(duties)).toBe(role)
})
