import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openState, sealState } from '../../../../dashboard/server/portal/form-state.ts'

const KEY = new Uint8Array(32).fill(3)
const NOW = 1_000_000_000
const STATE = {
  ...{ codeHash: 'ab', device: null, address: '10.0.0.1', agreement: 'staff' },
  ...{ version: '2026-09-01', text: 'cd', at: NOW },
}

test('a form’s state comes back as it was, at its own address, for twenty minutes', () => {
  const sealed = sealState(STATE, KEY)
  const open = (address: string, now: number) => openState(sealed, KEY, { address, now })
  expect(open('10.0.0.1', NOW + 1_200_000)).toEqual(STATE)
  expect(open('10.0.0.1', NOW + 1_200_001)).toBeNull()
  expect(open('10.0.0.2', NOW)).toBeNull()
})

test('nobody writes one himself', () => {
  const here = { address: '10.0.0.1', now: NOW }
  const sealed = sealState(STATE, KEY)
  fc.assert(
    fc.property(fc.string(), fc.nat({ max: sealed.length - 1 }), (text, at) => {
      expect(openState(text, KEY, here)).toBeNull()
      const other = sealed[at] === 'A' ? 'B' : 'A'
      expect(openState(sealed.slice(0, at) + other + sealed.slice(at + 1), KEY, here)).toBeNull()
    }),
  )
})
