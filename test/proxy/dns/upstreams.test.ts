import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { parseUpstream } from '../../../proxy/dns/upstream-address.ts'
import { Upstreams, isConclusive, isConclusiveRcode } from '../../../proxy/dns/upstreams.ts'
import type { Forwarded } from '../../../proxy/dns/upstreams.ts'
import { emptyQuestion, readQuestion } from '../../../proxy/dns/wire/question.ts'
import { upstreamQuery } from '../../../proxy/dns/wire/upstream-query.ts'
import { Meter } from '../../../proxy/metrics/meter.ts'
import { a, queryFor, read, responseTo } from '../../support/dns-packets.ts'
import { testUpstream } from './test-upstream.ts'
import type { Says } from './test-upstream.ts'

// Sockets are real, time-outs are moved by hand.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const yes: Says = (query) => responseTo(query, { answers: [a('www.test')] })
const silent: Says = () => null
const servfail: Says = (query) => responseTo(query, { rcode: 2 })

interface Scene {
  readonly meter: Meter
  readonly ask: () => Promise<Forwarded>
}

function forwardTo(...texts: readonly string[]): Scene {
  const meter = new Meter()
  const addresses = texts.map((text) => {
    const parsed = parseUpstream(text)
    if (parsed.kind === 'problem') throw new Error(parsed.message)
    return parsed.upstream
  })
  const upstreams = new Upstreams(addresses, meter)
  onTestFinished(() => {
    upstreams.close()
  })
  return {
    meter,
    ask: () => {
      const query = queryFor('www.test')
      const question = emptyQuestion()
      readQuestion(query, question)
      return upstreams.ask(upstreamQuery(query, question))
    },
  }
}

function answersOf(outcome: Forwarded): readonly string[] {
  return outcome.kind === 'answer' ? read(outcome.message).answers : [outcome.kind]
}

async function turnsUntil(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise(setImmediate)
}

function resultsOf(meter: Meter, upstream: string): Readonly<Record<string, number>> {
  const rows = meter.snapshot().cells.flatMap(([name, labels, n]) => {
    const isOurs = name === 'schoolgate_upstream_queries_total' && labels['upstream'] === upstream
    return isOurs && n > 0 ? [[labels['result'] ?? '', n] as const] : []
  })
  return Object.fromEntries(rows)
}

const ANSWER = ['A 192.0.2.1 60']

test('the first upstream answers; the second is not asked', async () => {
  const [first, second] = [await testUpstream(yes), await testUpstream(yes)]
  const { ask, meter } = forwardTo(first.udp, second.udp)
  expect(answersOf(await ask())).toEqual(ANSWER)
  expect(second.asked).toHaveLength(0)
  expect(resultsOf(meter, first.udp)).toEqual({ answered: 1 })
  const latency = meter.snapshot().histograms.find(([, labels]) => labels['upstream'] === first.udp)
  expect(latency?.[3].reduce((sum, n) => sum + n, 0)).toBe(1)
})

test('a silent upstream costs patience, then the next answers; afterwards it is asked last', async () => {
  const [first, second] = [await testUpstream(silent), await testUpstream(yes)]
  const { ask, meter } = forwardTo(first.udp, second.udp)
  const outcome = ask()
  await turnsUntil(() => first.asked.length === 1)
  expect(second.asked).toHaveLength(0)
  vi.advanceTimersByTime(800)
  expect(answersOf(await outcome)).toEqual(ANSWER)
  expect(answersOf(await ask())).toEqual(ANSWER)
  expect(first.asked).toHaveLength(1)
  expect(resultsOf(meter, first.udp)).toEqual({ timeout: 1 })
})

test('after ten seconds one query tries the sick upstream first, and the others do not', async () => {
  const [first, second] = [await testUpstream(silent), await testUpstream(yes)]
  const { ask } = forwardTo(first.udp, second.udp)
  const outcome = ask()
  await turnsUntil(() => first.asked.length === 1)
  vi.advanceTimersByTime(800)
  await outcome
  const later = performance.now() + 10_001
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => later)
  const probe = ask()
  expect(answersOf(await ask())).toEqual(ANSWER)
  await turnsUntil(() => first.asked.length === 2)
  vi.advanceTimersByTime(800)
  expect(answersOf(await probe)).toEqual(ANSWER)
  expect(first.asked).toHaveLength(2)
  clock.mockRestore()
})

test('a slow upstream still wins with its late answer', async () => {
  const slow = await testUpstream(silent)
  const other = await testUpstream(silent)
  const { ask } = forwardTo(slow.udp, other.udp)
  const outcome = ask()
  await turnsUntil(() => slow.asked.length === 1)
  vi.advanceTimersByTime(800)
  await turnsUntil(() => other.asked.length === 1)
  const [{ query, by } = { query: Uint8Array.of(), by: null }] = slow.asked
  const late = responseTo(query, { answers: [a('www.test')] })
  slow.socket.send(late, by?.from?.port ?? 0, '127.0.0.1')
  expect(answersOf(await outcome)).toEqual(ANSWER)
})

test('when all are silent it ends at the deadline, and each was asked twice', async () => {
  const [first, second] = [await testUpstream(silent), await testUpstream(silent)]
  const { ask } = forwardTo(first.udp, second.udp)
  const outcome = ask()
  for (const total of [1, 2, 3, 4]) {
    await turnsUntil(() => first.asked.length + second.asked.length === total)
    vi.advanceTimersByTime(800)
  }
  vi.advanceTimersByTime(1300)
  expect(await outcome).toEqual({ kind: 'silent' })
  expect([first.asked.length, second.asked.length]).toEqual([2, 2])
})

test('where nobody listens the next is asked at once; nowhere at all is unreachable', async () => {
  const gone = await testUpstream(yes)
  const second = await testUpstream(yes)
  // A port that was free a moment ago and is on an address of its own.
  const nowhere = `udp://127.0.0.77:${gone.port}`
  expect(answersOf(await forwardTo(nowhere, second.udp).ask())).toEqual(ANSWER)
  expect(await forwardTo(nowhere).ask()).toEqual({ kind: 'unreachable' })
  expect(await forwardTo().ask()).toEqual({ kind: 'unreachable' })
})

test('a server failure is taken to the next upstream, and told when nobody knows better', async () => {
  const broken = await testUpstream(servfail)
  const second = await testUpstream(yes)
  expect(answersOf(await forwardTo(broken.udp, second.udp).ask())).toEqual(ANSWER)
  const { ask, meter } = forwardTo(broken.udp)
  const outcome = await ask()
  expect(outcome.kind === 'answer' && read(outcome.message).rcode).toBe(2)
  expect(resultsOf(meter, broken.udp)).toEqual({ refused: 1 })
})

test('a truncated answer is fetched whole over tcp', async () => {
  const upstream = await testUpstream((query, { transport }) => {
    if (transport === 'tcp') return yes(query, { transport, index: 0, from: null })
    const cut = responseTo(query)
    cut[2] = (cut[2] ?? 0) | 0x02
    return cut
  })
  const { ask, meter } = forwardTo(upstream.udp)
  expect(answersOf(await ask())).toEqual(ANSWER)
  expect(upstream.asked.map(({ by }) => by.transport)).toEqual(['udp', 'tcp'])
  expect(resultsOf(meter, upstream.udp)).toEqual({ truncated: 1, answered: 1 })
})

test('a tcp upstream is asked over tcp from the start', async () => {
  const upstream = await testUpstream(yes)
  expect(answersOf(await forwardTo(upstream.tcp).ask())).toEqual(ANSWER)
  expect(upstream.asked.map(({ by }) => by.transport)).toEqual(['tcp'])
})

test('no error, no such name and too long a DNAME are final; other rcodes are not', () => {
  expect([0, 1, 2, 3, 4, 5, 6].filter(isConclusiveRcode)).toEqual([0, 3, 6])
  expect(isConclusive(responseTo(queryFor('www.test'), { rcode: 5 }))).toBe(false)
})
