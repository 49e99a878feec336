import { expect, test } from 'vitest'
import { safeModesOf } from '../../../rules/policy/safe-mode-defaults.ts'
import { AUDIENCES, type Audience } from '../../../rules/taxonomy/taxonomy.ts'

const PROFILE = { change: {}, services: {}, social: false, blocked_answer: 'by_ca' } as const

const DEFAULTS: Readonly<Record<Audience, string>> = {
  primary: 'true strict block',
  secondary: 'true moderate block',
  sixth: 'true moderate block',
  staff: 'true off allow',
  visitor: 'true off allow',
}

test.each(AUDIENCES)('%s: what a profile leaves unsaid', (audience) => {
  const modes = safeModesOf({ ...PROFILE, start_from: audience }, {})
  expect(`${modes.safeSearch} ${modes.youtube} ${modes.withoutSafeMode}`).toBe(DEFAULTS[audience])
})

test('adults search safely only where their profile restricts search engines', () => {
  const open = { 'edu.search': 'A' } as const
  expect(safeModesOf({ ...PROFILE, start_from: 'staff' }, open).safeSearch).toBe(false)
  expect(safeModesOf({ ...PROFILE, start_from: 'sixth' }, open).safeSearch).toBe(true)
})
