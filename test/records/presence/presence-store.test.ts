import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readBinding } from '../../../records/presence/presence-store.ts'
import { bindingOf } from '../../support/bindings.ts'

test('a binding is read as it was written, and what is none is no binding', () => {
  const binding = bindingOf()
  expect(readBinding(JSON.stringify(binding))).toEqual(binding)
  for (const text of ['', '{}', '[]', JSON.stringify({ ...binding, more: 1 }), 'x'.repeat(9)])
    expect(readBinding(text), text).toBeNull()
})

test('whatever text is there, reading it never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(readBinding(text)).toBeNull()
    }),
  )
})
