import { expect, test } from 'vitest'
import { openBundle } from '../../../proxy/policy/bundle.ts'
import { bundleOf } from '../../support/bundle-of-lists.ts'

const TEN = Date.parse('2026-11-24T10:00:00Z')

test('an open bundle knows its revision, its addresses and its names', () => {
  const { engine, subjects } = openBundle(bundleOf([]))
  expect(engine.revision).toBe(5)
  const subject = subjects.at('127.10.20.7', TEN)
  expect([subject.zone, subject.stance.profile]).toEqual(['staffroom', 'portal'])
  // Found by its own hash among the policy's names.
  expect(engine.decideHost(subject.stance, 'schoolgate.internal').action).toBe('allow')
  expect(engine.decideHost(subject.stance, 'schoolgate.example').action).toBe('block')
})

test('a thread numbers its subjects on over its revisions', () => {
  const indices = { next: 0 }
  openBundle(bundleOf([]), indices).subjects.at('127.10.20.7', TEN)
  expect(openBundle(bundleOf([]), indices).subjects.at('127.10.20.7', TEN).index).toBe(1)
})

test.each([
  ['listImage', 'the image of the lists'],
  ['policyImage', 'the image of the policy names'],
] as const)('a torn %s is said to be torn', (which, said) => {
  const torn = bundleOf([], { [which]: new SharedArrayBuffer(16) })
  expect(() => openBundle(torn)).toThrow(`${said} can't be opened`)
})
