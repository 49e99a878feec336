import { expect, test } from 'vitest'
import type { Edit } from '../../../records/governance/judge-edit.ts'
import {
  problemOfTopic,
  topicFacts,
  type TeachingTopic,
} from '../../../records/governance/teaching-topic.ts'
import { AT, REASON, sampleDesk, waiting } from './sample-desk.ts'

const TOPIC: TeachingTopic = {
  ...{ class: '10B', persons: ['p-pupil'], categories: ['harm.suicide'] },
  ...{ from: '2026-11-24T10:00:00Z', to: '2026-11-24T11:00:00Z' },
}

test.each<[Partial<TeachingTopic>, RegExp]>([
  [{ categories: ['illegal.csam'] }, /never suppressed/],
  [{ categories: ['harm.suicid'] }, /no category `harm.suicid`/],
  [{ categories: [] }, /names no category/],
  [{ persons: [] }, /no pupils/],
  [{ persons: ['p-pupil', 'p-staff'] }, /`p-staff` is no pupil/],
  [{ persons: ['p-nobody'] }, /`p-nobody` is no pupil/],
  [{ to: TOPIC.from }, /ends before it begins/],
  [{ to: '2026-11-24T14:00:01Z' }, /four hours at most/],
])('%j is no topic', async (facts, problem) => {
  const { view, submit } = sampleDesk()
  expect(problemOfTopic({ ...TOPIC, ...facts }, view.current())).toMatch(problem)
  const edit: Edit = { kind: 'topic.put', objectId: 't', after: { ...TOPIC, ...facts } }
  expect(await submit([edit], 'teacher')).toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(problem) as string,
  })
})

test('a class larger than any is no class', () => {
  const persons = Array.from({ length: 61 }, (_, i) => `p-${i}`)
  expect(topicFacts.safeParse({ ...TOPIC, persons }).success).toBe(false)
})

test('a teacher’s topic waits for the lead, the lead’s for the deputy; ending it waits for nobody', async () => {
  const { desk, view, submit } = sampleDesk()
  const put = (objectId: string): Edit => ({ kind: 'topic.put', objectId, after: { ...TOPIC } })
  const own = await waiting(submit([put('a')], 'dsl'))
  expect(await desk.approve(own, 'dsl', REASON, AT)).toMatchObject({ kind: 'refused' })
  const proposal = await waiting(submit([put('b')], 'teacher'))
  expect(view.current().topics.size).toBe(0)
  expect(await desk.approve(proposal, 'dsl', REASON, AT)).toMatchObject({ kind: 'applied' })
  expect([...view.current().topics]).toEqual([['b', TOPIC]])
  const end: Edit = { kind: 'topic.end', objectId: 'b', after: null }
  expect(await submit([end], 'reception')).toMatchObject({ kind: 'refused' })
  expect(await submit([end], 'teacher')).toMatchObject({ kind: 'applied' })
  expect(view.current().topics.size).toBe(0)
})
