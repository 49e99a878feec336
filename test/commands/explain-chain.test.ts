import { expect, test } from 'vitest'
import { afterChain } from '../../commands/explain-chain.ts'
import { answerTo } from '../../commands/explain-question.ts'
import { SchoolHistory } from '../../commands/school-history.ts'
import { a, responseTo } from '../support/dns-packets.ts'
import { schoolFolder, SCHOOL_FILES } from '../support/school-folder.ts'
import { testUpstream } from '../proxy/dns/test-upstream.ts'

const AT = Date.parse('2026-11-24T10:00:00Z')
const BLOCK_PAGE = '192.0.2.99'

async function scene(url: string, zone = 'office') {
  const policy = SCHOOL_FILES['policy.yaml'] ?? ''
  const chained = policy.replace('pupil_area: false }', 'pupil_area: false, mode: chain }')
  const school = schoolFolder({ 'policy.yaml': chained })
  using history = SchoolHistory.open({ config: school.config(), directory: school.directory })
  const then = await history.at(AT)
  if (typeof then === 'string') throw new Error(then)
  const { revision } = then
  const question = { device: 'phone', zone, url, at: AT }
  const own = answerTo(revision, question)
  if (typeof own === 'string') throw new Error(own)
  const { udp } = await testUpstream((query) =>
    responseTo(query, { answers: [a('any.example', BLOCK_PAGE)] }),
  )
  const filter = { name: 'Other', upstreams: [udp], blockAddresses: [BLOCK_PAGE] }
  return { own, filter, asked: { revision, question, filter, isNow: true } }
}

test('what the other filter refuses now is refused, by its name', async () => {
  const { own, asked } = await scene('any.example')
  const { verdict, assumed } = await afterChain(own, asked)
  expect(own.action).toBe('allow')
  expect(verdict).toMatchObject({
    ...{ action: 'block', reason_code: 'upstream_filter', list_source: 'Other', zone: 'office' },
  })
  expect(assumed).toEqual([])
})

test('what can’t be known is said and not guessed', async () => {
  const { own, filter, asked } = await scene('any.example')
  const then = await afterChain(own, { ...asked, isNow: false })
  expect(then).toEqual({ verdict: own, assumed: ['Other lets it through at that time'] })
  const dead = { ...filter, upstreams: ['tcp://127.0.0.1:1'] }
  const silent = await afterChain(own, { ...asked, filter: dead })
  expect(silent.assumed).toEqual(['Other lets it through; it did not answer just now'])
  const none = await afterChain(own, { ...asked, filter: null })
  expect(none.assumed).toEqual(['`dns.chain` names no filter, so none is asked in this zone'])
})

test.each([
  ['a help line', 'childline.org.uk', 'office'],
  ['what this gate refuses itself', 'bets.example', 'office'],
  ['a zone that is not chained', 'any.example', 'unknown'],
])('nobody is asked about %s', async (_says, url, zone) => {
  const { own, asked } = await scene(url, zone)
  expect(await afterChain(own, asked)).toEqual({ verdict: own, assumed: [] })
})
