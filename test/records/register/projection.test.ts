import { expect, test } from 'vitest'
import { z } from 'zod'
import { failEntry, readAfter } from '../../../records/register/projection.ts'
import { chainOf } from './sample-entry.ts'

const [entry] = chainOf([{ object_id: 'x', after: { list: [{ size: 3 }] } }])
if (entry === undefined) throw new Error('no entry')

test('reads what the kind promises', () => {
  expect(readAfter(entry, z.object({ list: z.array(z.object({ size: z.int() })) }))).toEqual({
    list: [{ size: 3 }],
  })
})

test('names the entry and the place of what is wrong', () => {
  const schema = z.object({ list: z.array(z.object({ size: z.string() })) })
  expect(() => readAfter(entry, schema)).toThrow(
    'ledger entry 1 (device.put `x`) holds no usable facts (list.0.size: ',
  )
  expect(() => failEntry(entry, 'is odd')).toThrow('ledger entry 1 (device.put `x`) is odd')
})
