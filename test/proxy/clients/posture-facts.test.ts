import { expect, test } from 'vitest'
import { PostureFacts, type PostureNow } from '../../../proxy/clients/posture-facts.ts'
import { deviceOf } from '../../support/sample-facts.ts'

const T = 1_000_000
const DEVICE = deviceOf({ id: 'laptop', posture: 'ok' })
const stale = (wake: PostureNow['wake']): PostureNow => ({
  device: 'laptop',
  posture: 'stale',
  wake,
})

test('a device without an agent is as the register says, by the very same object', () => {
  expect(new PostureFacts().of(DEVICE, T)).toBe(DEVICE)
})

test('what was reported takes the place of it, as one object for each posture', () => {
  const facts = new PostureFacts([{ device: 'laptop', posture: 'failed:firewall', wake: null }])
  expect(facts.of(DEVICE, T)).toEqual({ ...DEVICE, posture: 'failed:firewall' })
  expect(facts.of(DEVICE, T)).toBe(facts.of(DEVICE, T + 1))
  facts.change({ device: 'laptop', posture: 'ok', wake: null })
  expect(facts.of(DEVICE, T)).toBe(DEVICE)
})

test('a device that may have slept keeps its posture from its first request on, for a while, once', () => {
  const facts = new PostureFacts([stale({ posture: 'ok', forMs: 120_000 })])
  expect(facts.edgeOf(DEVICE, T)).toBe(Infinity)
  expect(facts.of(DEVICE, T).posture).toBe('ok')
  expect([facts.edgeOf(DEVICE, T), facts.nextEdge(T)]).toEqual([T + 120_000, T + 120_000])
  expect(facts.of(DEVICE, T + 119_999).posture).toBe('ok')
  expect(facts.of(DEVICE, T + 120_000).posture).toBe('stale')
  expect(facts.of(DEVICE, T + 9_000_000).posture).toBe('stale')
  expect(facts.nextEdge(T + 120_000)).toBe(Infinity)
})

test('after a report a silence may be a sleep again', () => {
  const facts = new PostureFacts([stale({ posture: 'ok', forMs: 10 })])
  facts.of(DEVICE, T)
  expect(facts.of(DEVICE, T + 10).posture).toBe('stale')
  facts.change({ device: 'laptop', posture: 'ok', wake: null })
  facts.change(stale({ posture: 'ok', forMs: 10 }))
  expect(facts.of(DEVICE, T + 20).posture).toBe('ok')
})

test('no time to wake is none', () => {
  const facts = new PostureFacts([stale({ posture: 'ok', forMs: 0 })])
  expect(facts.of(DEVICE, T).posture).toBe('stale')
})
