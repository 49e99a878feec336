import { expect, test } from 'vitest'
import { describeBinding } from '../../../rules/identity/describe-binding.ts'
import { bindingOf } from '../../support/bindings.ts'

test('a device is named with how certain that is and by what', () => {
  expect(describeBinding(bindingOf())).toBe("phone (proven by the device's own key (agent))")
})

test('V12: a made-up hardware address is said to identify nobody, and what would', () => {
  const doubt = bindingOf({ device: null, confidence: 'hint', doubt: 'random_mac', evidence: [] })
  expect(describeBinding(doubt)).toBe(
    'an unregistered device: its hardware address is made up and identifies nobody; the agent or ' +
      'the portal would, or 802.1X if it was registered with that address (known by nothing)',
  )
})
