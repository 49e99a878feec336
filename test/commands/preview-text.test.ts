import { expect, test } from 'vitest'
import { previewLines, type Preview } from '../../commands/preview-text.ts'
import type { TrafficChange } from '../../rules/preview/compare-traffic.ts'

const CHANGE: TrafficChange = {
  ...{ host: 'a.example', profile: 'staff', from: 'block', to: 'warn', reason: null },
  ...{ category: 'media.games', rule: 'category.media.games', requests: 2, devices: 1 },
}

const EMPTY: Preview = {
  ...{ policy: 'new.yaml', against: 3, hours: 24, until: '2026-11-24T11:00:00.000Z' },
  ...{ seen: { hosts: 0, requests: 0 }, opens: [], closes: [], gone: [], refused: 0 },
  ...{ access: { opens: [], closes: [] }, broken: [] },
}

test('a draft that changes nothing says so for both sides', () => {
  expect([...previewLines(EMPTY)].slice(1)).toEqual([
    'opens nothing that was asked',
    'closes nothing that was asked',
  ])
})

test('a long side is cut, and says how many more there are', () => {
  const opens = Array.from({ length: 43 }, () => CHANGE)
  const lines = [...previewLines({ ...EMPTY, opens })]
  expect(lines).toHaveLength(1 + 1 + 40 + 1 + 1)
  expect(lines[42]).toBe('  and 3 more (--json has all)')
})

test('profiles that go are named', () => {
  const gone = [{ profile: 'old', hosts: 2, requests: 9 }]
  expect([...previewLines({ ...EMPTY, gone })].at(-1)).toBe(
    'the draft has no profile `old`: 2 hosts, 9 requests were asked in it',
  )
})
