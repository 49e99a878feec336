import { expect, test } from 'vitest'
import { readRuleHits, RuleHitLog } from '../../../records/rule-hits/rule-hit-log.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 10, 24, 10)

test('hits add up over days and starts, with the last day of each rule', () => {
  const directory = tempDirectory()
  for (const [day, hits] of [3, 4].entries()) {
    using log = RuleHitLog.open(directory, NOW + day * DAY_MS)
    log.add([['a', hits]], NOW + day * DAY_MS)
    if (day === 0) log.add([['b', 1]], NOW)
  }
  expect(readRuleHits(directory)).toEqual({
    since: '2026-11-24',
    hits: new Map([
      ['a', { hits: 7, last: '2026-11-25' }],
      ['b', { hits: 1, last: '2026-11-24' }],
    ]),
  })
})

test('what is older than a school year and a term is forgotten, and since when was counted is not', () => {
  const directory = tempDirectory()
  using log = RuleHitLog.open(directory, NOW)
  log.add([['a', 1]], NOW)
  log.add([['b', 1]], NOW + 401 * DAY_MS)
  const { since, hits } = readRuleHits(directory)
  expect([since, [...hits.keys()]]).toEqual(['2026-11-24', ['b']])
})

test('where no gate has counted there is nothing', () => {
  expect(readRuleHits(tempDirectory())).toEqual({ since: null, hits: new Map() })
})
