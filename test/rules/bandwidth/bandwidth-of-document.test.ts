import { expect, test } from 'vitest'
import { bandwidthOf, octetsOf } from '../../../rules/bandwidth/bandwidth-of-document.ts'
import { octetsInWords, periodInWords, rateInWords } from '../../../rules/bandwidth/bandwidth.ts'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { changedExample } from '../policy/changed-example.ts'

test.each([
  ['2 GiB', 2_147_483_648],
  ['1.5 MB', 1_500_000],
  ['500MiB', 524_288_000],
  ['0 GiB', undefined],
  ['2 gigabytes', undefined],
  ['-1 GB', undefined],
  ['', undefined],
])('%j is %s octets', (text, octets) => {
  expect(octetsOf(text)).toBe(octets)
})

test('sizes, rates and periods are said as people say them', () => {
  expect([octetsInWords(2_147_483_648), octetsInWords(1_500)]).toEqual(['2 GiB', '1.5 KiB'])
  expect([rateInWords(1_250_000), rateInWords(null)]).toEqual(['10 Mbit/s', 'no limit'])
  expect(periodInWords('sixth_lesson')).toBe('for this time (sixth lesson)')
})

test('classes are in octets per second, in the order of the file', () => {
  const bandwidth = {
    classes: {
      personal: { down_mbps: 10, up_mbps: 2, quota: { size: '1 GB', per: 'day', then: 'block' } },
      school: { down_mbps: 50 },
    },
    heavy_talker: { size: '2 GiB', minutes: 15, throttle_mbps: 2 },
  }
  const parsed = parsePolicy(changedExample({ bandwidth }), 'policy.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  expect(bandwidthOf(parsed.document)).toEqual({
    classes: [
      {
        ...{ id: 'personal', index: 0, down: 1_250_000, up: 250_000 },
        quota: { octets: 1e9, per: 'day', then: 'block', slow: null },
      },
      { id: 'school', index: 1, down: 6_250_000, up: null, quota: null },
    ],
    heavyTalker: { octets: 2_147_483_648, withinMs: 900_000, slow: 250_000 },
  })
})
