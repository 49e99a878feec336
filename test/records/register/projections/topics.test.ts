import { expect, test } from 'vitest'
import { AT, REASON, sampleDesk, waiting } from '../../governance/sample-desk.ts'

test('a topic is there from the yes until somebody ends it', async () => {
  const { desk, submit, view } = sampleDesk()
  const after = {
    ...{ class: '10B', persons: ['p-pupil'], categories: ['harm.suicide'] },
    ...{ from: '2026-11-24T10:00:00Z', to: '2026-11-24T11:00:00Z' },
  }
  const id = await waiting(submit([{ kind: 'topic.put', objectId: 't', after }], 'teacher'))
  expect(view.current().topics.size).toBe(0)
  await desk.approve(id, 'dsl', REASON, AT)
  expect([...view.current().topics]).toEqual([['t', after]])
  await submit([{ kind: 'topic.end', objectId: 't', after: null }], 'slt')
  expect(view.current().topics.size).toBe(0)
})
