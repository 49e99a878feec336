import { expect, test } from 'vitest'
import { ListMemory } from '../../../proxy/policy/list-memory.ts'
import { imageOfNames } from '../../support/image-of-names.ts'

test('a memory has the image of one name, and forgets it for the next', () => {
  const memory = new ListMemory()
  expect(memory.find('one')).toBeNull()
  const [one, other] = [imageOfNames(['a.example']), imageOfNames(['b.example'])]
  memory.keep('one', one)
  expect(memory.find('one')).toBe(one)
  memory.keep('other', other)
  expect([memory.find('one'), memory.find('other')]).toEqual([null, other])
})

test('lists that are obtained through a memory are in it', async () => {
  const memory = new ListMemory()
  const none = { sources: [], missing: [] }
  const first = await memory.obtain(none, null)
  const again = await memory.obtain(none, null)
  if ('problem' in first || 'problem' in again) throw new Error('no lists at all are lists')
  expect(again.image).toBe(first.image)
})
