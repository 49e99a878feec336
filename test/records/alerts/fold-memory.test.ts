import { assert, array, constantFrom, nat, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import { FoldMemory, MEMORY_MS } from '../../../records/alerts/fold-memory.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { anObservation, AT } from './sample-alerts.ts'

test('a fold counts once: its first row, its open state twice, and its closing row', () => {
  const memory = new FoldMemory()
  expect(memory.note(anObservation())).toMatchObject({ added: 1, ofKind: 1, isNews: true })
  const open = anObservation({ attempts: 4, isTotal: true })
  expect(memory.note(open)).toMatchObject({ added: 3, ofKind: 4, isNews: false })
  expect(memory.note(open)).toMatchObject({ added: 0, ofKind: 4, isNews: false })
})

test('a visit after a look-up is news without a further attempt', () => {
  const memory = new FoldMemory()
  memory.note(anObservation())
  const visit = anObservation({ grade: 'navigated', isTotal: true })
  expect(memory.note(visit)).toMatchObject({ added: 0, isNews: true })
  expect(memory.note(visit)).toMatchObject({ added: 0, isNews: false })
})

test('what a machine does by itself is no look-up of its owner', () => {
  const memory = new FoldMemory()
  const tally = memory.note(anObservation({ grade: 'background', attempts: 5 }))
  expect(tally).toMatchObject({ added: 5, ofKind: 0, ofPerson: 0 })
})

test('ten minutes later it is forgotten', () => {
  const memory = new FoldMemory()
  memory.note(anObservation({ attempts: 5 }))
  const later = anObservation({ blockRef: 'REF-2', at: AT + MEMORY_MS })
  expect(memory.note(later)).toMatchObject({ ofKind: 6 })
  const latest = anObservation({ blockRef: 'REF-3', at: AT + MEMORY_MS + 1_000 })
  expect(memory.note(latest)).toMatchObject({ ofKind: 2 })
})

test('sums are what is in memory, whatever came in whatever order', () => {
  const seen = record({
    blockRef: constantFrom('a', 'b', 'c', 'd'),
    at: nat(2 * MEMORY_MS),
    attempts: nat(5),
    grade: constantFrom('looked_up', 'navigated'),
  })
  assert(
    property(array(seen, { maxLength: 40 }), (all) => {
      const memory = new FoldMemory()
      const ordered = all.toSorted((a, b) => a.at - b.at)
      for (const one of ordered) {
        const tally = memory.note(anObservation({ ...one, isTotal: true }))
        expect(tally.ofKind).toBe(tally.ofPerson)
        expect(tally.ofKind).toBeGreaterThanOrEqual(0)
        expect(tally.ofKind).toBeLessThanOrEqual(20)
      }
      const end = memory.note(anObservation({ blockRef: 'z', at: 9 * MEMORY_MS }))
      expect(end.ofKind).toBe(1)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('a scan of distinct names is remembered up to a bound, the newest', () => {
  const memory = new FoldMemory()
  for (let i = 0; i < 120_000; i += 1) memory.note(anObservation({ blockRef: `REF-${i}` }))
  const { ofKind } = memory.note(anObservation({ blockRef: 'REF-119999', isTotal: true }))
  expect(ofKind).toBeGreaterThanOrEqual(50_000)
  expect(ofKind).toBeLessThanOrEqual(55_001)
})
