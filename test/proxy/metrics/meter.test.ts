import { expect, test } from 'vitest'
import { Meter, observe } from '../../../proxy/metrics/meter.ts'

test('the same name and labels are one cell, in whatever order the labels come', () => {
  const meter = new Meter()
  meter.counter('schoolgate_decisions_total', { stage: 'access', reason: 'lost' }).n += 2
  meter.counter('schoolgate_decisions_total', { reason: 'lost', stage: 'access' }).n += 1
  expect(meter.snapshot().cells).toEqual([
    ['schoolgate_decisions_total', { stage: 'access', reason: 'lost' }, 3],
  ])
})

const OBSERVATIONS: readonly [says: string, seconds: number, counts: readonly number[]][] = [
  ['a value on the bound belongs to its bucket (`le` is inclusive)', 0.1, [1, 0, 0]],
  ['a value between bounds goes to the upper one', 0.2, [0, 1, 0]],
  ['a value above all bounds is kept in the last count', 9, [0, 0, 1]],
]

for (const [says, seconds, counts] of OBSERVATIONS) {
  test(says, () => {
    const meter = new Meter()
    observe(meter.histogram('schoolgate_dns_latency_seconds', {}, [0.1, 1]), seconds)
    expect(meter.snapshot().histograms).toEqual([
      ['schoolgate_dns_latency_seconds', {}, [0.1, 1], counts, seconds],
    ])
  })
}

test('a snapshot does not change afterwards', () => {
  const meter = new Meter()
  const cell = meter.histogram('schoolgate_dns_latency_seconds', {}, [1])
  const before = meter.snapshot()
  observe(cell, 0.5)
  expect(before.histograms[0]?.[3]).toEqual([0, 0])
})
