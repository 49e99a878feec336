import { expect, test } from 'vitest'
import { falls, stricterOf } from '../../../rules/content/target-ruling.ts'
import type { Ruling } from '../../../rules/verdict.ts'
import { rulingOf } from '../../support/sample-facts.ts'

const OPEN = { action: 'allow', reasonCode: null, category: 'news.press' } as const
const open = (openedBy: Ruling['openedBy'] = 'nothing') => rulingOf({ ...OPEN, openedBy })
const sealed = rulingOf({ category: 'illegal.csam', reasonCode: 'sealed' })
const locked = rulingOf({ category: 'adult.pornography' })
const floor = rulingOf({ category: 'money.gambling' })
const warned = rulingOf({ action: 'warn', category: 'life.shopping', reasonCode: null })
const unknown = rulingOf({ category: 'sec.uncategorised' })
const denied = rulingOf({ category: 'sec.uncategorised', stage: 'access', reasonCode: 'default' })

/** Design.md section 4, below the steps; uncategorised: rules/README.md. */
const TARGETS: readonly [what: string, named: Ruling, target: Ruling, stays: boolean][] = [
  ['an ordinary name takes the stricter answer of its target', open(), floor, false],
  ['a warning is stricter than nothing', open(), warned, false],
  ['a milder target changes nothing', warned, open(), true],
  ['a target in no category says nothing', open(), unknown, true],
  ['a target that access denies is denied', open(), denied, false],
  ['a help line keeps a LOCKED target', open('wellbeing'), locked, true],
  ['a system keeps a LOCKED target', open('systems'), locked, true],
  ['a site that was opened falls to a LOCKED target', open('site'), locked, false],
  ['education falls to a LOCKED target', open('education'), locked, false],
  ['a site that was opened keeps a FLOOR target', open('site'), floor, true],
  ['education keeps a FLOOR target', open('education'), floor, true],
  ['a help line falls to a SEALED target', open('wellbeing'), sealed, false],
  ['a system falls to a SEALED target', open('systems'), sealed, false],
  ['what somebody opened keeps a warned target', open('site'), warned, true],
]

test.each(TARGETS)('%s', (_what, named, target, stays) => {
  expect(stricterOf(named, target)).toBe(stays ? named : target)
})

test('in an observed zone names are compared by what they would be, and SEALED is refused', () => {
  const seen = rulingOf({ ...OPEN, wouldBe: 'warn' })
  expect(
    stricterOf(seen, rulingOf({ ...OPEN, wouldBe: 'block', category: 'money.gambling' })),
  ).not.toBe(seen)
  expect(stricterOf(rulingOf({ ...OPEN, wouldBe: 'block' }), warned).wouldBe).toBe('block')
  expect(stricterOf(rulingOf({ ...OPEN, wouldBe: 'block' }), sealed)).toBe(sealed)
})

test('what nobody opened falls to anything', () => {
  expect([open(), open('site'), open('systems')].map((named) => falls(named, floor))).toEqual([
    true,
    false,
    false,
  ])
})
