import { expect, test } from 'vitest'
import {
  AT,
  holder,
  LOSE_PUPIL,
  MINUTE,
  roleEdit,
  sampleDesk,
  UNLOCK_PUPIL,
  waiting,
} from './sample-desk.ts'

test('everything that waits, with who must act and until when', async () => {
  const { desk, submit } = sampleDesk()
  const proposal = await waiting(submit([UNLOCK_PUPIL], 'nm'))
  await submit([LOSE_PUPIL], 'it')
  const alerts = [
    { id: 'a1', since: AT - 40 * MINUTE, about: null },
    { id: 'a2', since: AT - 40 * MINUTE, about: 'deputy' },
  ]
  expect(desk.due(AT, alerts)).toMatchObject([
    { what: 'acknowledge', id: 'a1', who: ['deputy'], passesAt: AT + 20 * MINUTE },
    { what: 'acknowledge', id: 'a2', who: ['head'], passesAt: null },
    { what: 'approve', id: proposal, who: ['dsl'], since: AT, passesAt: AT + 30 * MINUTE },
    { what: 'review', who: ['dsl', 'deputy', 'head', 'slt'], passesAt: null },
  ])
  // The lead's account is disabled: at once, not after half an hour.
  await submit([roleEdit('dsl', holder(['dsl'], { disabled: true }))], 'head')
  expect(desk.due(AT, alerts)[0]).toMatchObject({ id: 'a1', who: ['head'], passesAt: null })
  expect(desk.due(AT)[0]).toMatchObject({ what: 'approve', who: ['deputy'] })
})

test('what was decided waits no more', async () => {
  const { desk, submit } = sampleDesk()
  const proposal = await waiting(submit([UNLOCK_PUPIL], 'nm'))
  await desk.refuse(proposal, 'dsl', 'not before the parents agree', AT)
  expect(desk.due(AT)).toEqual([])
})
