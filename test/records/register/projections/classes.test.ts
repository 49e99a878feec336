import { expect, test } from 'vitest'
import { sampleDesk } from '../../governance/sample-desk.ts'

test('a class is there until it is taken away, and nobody is asked', async () => {
  const { view, submit } = sampleDesk()
  const meetings = [{ day: 'mon', period: '1', room: null }]
  const after = { teachers: ['teacher'], pupils: ['p-pupil'], meetings }
  await submit([{ kind: 'class.put', objectId: '9b', after }], 'it')
  expect(view.current().classes.get('9b')).toEqual(after)
  await submit([{ kind: 'class.remove', objectId: '9b', after: null }], 'nm')
  expect(view.current().classes.size).toBe(0)
  // Who is in which class opens nothing by itself, so nobody reviews it.
  expect(view.current().unreviewed).toBe(0)
})
