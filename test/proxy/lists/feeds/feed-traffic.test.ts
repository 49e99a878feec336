import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { promisedOpen, trafficOf } from '../../../../proxy/lists/feeds/feed-traffic.ts'
import { recentTally } from '../../../../records/tally/recent-tally.ts'
import { writeTally } from '../../../support/tally-of.ts'
import { examplePolicy } from '../../../support/example-policy.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'

test('what must not be closed unseen is what the school asks for, what is popular and what must be open', () => {
  const records = tempDirectory()
  writeTally(records, [
    ['a.example', 'staff', 2, 5],
    ['a.example', 'secondary_lesson', 2, 6],
    ['popular.example', 'staff', 1, 1],
  ])
  expect(recentTally(records, 48).rows).toHaveLength(3)
  const [must, popular] = [join(records, 'must.txt'), join(records, 'popular.tsv')]
  writeFileSync(must, 'help.example\n')
  writeFileSync(popular, 'rank\tdomain\n1\tpopular.example\n2\tnext.example\n')
  const { traffic, harmless } = trafficOf(records, { mustAllow: must, popular }, [
    'promised.example',
  ])
  expect([...harmless]).toEqual([
    'promised.example',
    'help.example',
    'popular.example',
    'next.example',
  ])
  expect(Object.fromEntries(traffic)).toEqual({
    ...{ 'help.example': 0, 'popular.example': 1, 'next.example': 0, 'a.example': 11 },
    'promised.example': 0,
  })
})

test('without files of the school it is the corpus that comes with Schoolgate', () => {
  const { traffic } = trafficOf(tempDirectory(), { mustAllow: null, popular: '/no/such/file' }, [])
  expect(traffic.size).toBeGreaterThan(20)
})

test('what is promised to be open is one of them, what is promised to be closed is not', () => {
  const hosts = promisedOpen(examplePolicy())
  expect(hosts).toContain('www.childline.org.uk')
  expect(hosts).not.toContain('adult-pornography.cat.test')
})
