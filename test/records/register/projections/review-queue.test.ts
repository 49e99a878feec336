import { expect, test } from 'vitest'
import { AT, LOSE_PUPIL, REASON, sampleDesk, UNLOCK_PUPIL } from '../../governance/sample-desk.ts'

test('the founding batch and neutral entries need no review, others one each', async () => {
  const { view, submit } = sampleDesk()
  expect(view.current().queue.size).toBe(0)
  await submit([UNLOCK_PUPIL], 'nm')
  // A proposal changes nothing yet.
  expect(view.current().unreviewed).toBe(0)
  await submit([LOSE_PUPIL], 'nm')
  const register = view.current()
  expect(register.unreviewed).toBe(1)
  expect([...register.queue.values()]).toMatchObject([
    { seq: register.headSeq, actor: 'nm', kind: 'device.put', direction: 'tighten', answer: null },
  ])
})

test('a review takes its range out of the queue, a no leaves it there', async () => {
  const { desk, view, submit } = sampleDesk()
  for (const actor of ['nm', 'it'])
    await submit(
      [
        {
          ...LOSE_PUPIL,
          kind: 'emergency.block',
          objectId: actor,
          after: { hosts: ['a.example'] },
        },
      ],
      actor,
    )
  const last = view.current().headSeq
  const comment = REASON
  await desk.review({ from: last, to: last, result: 'reject', comment }, 'dsl', AT)
  expect([...view.current().queue.values()].map(({ answer }) => answer)).toEqual([null, 'reject'])
  expect(view.current().unreviewed).toBe(2)
  await desk.review({ from: 1, to: last, result: 'reviewed', comment }, 'dsl', AT)
  expect(view.current()).toMatchObject({ unreviewed: 0, queue: new Map() })
})
