import { expect, test } from 'vitest'
import { PromiseWatch } from '../../../proxy/self-test/promise-watch.ts'
import type { PromiseNote } from '../../../records/promises/promise-log.ts'
import { promisingBundle, TEN } from './promising-bundle.ts'

const promise = (answer: string): string =>
  `  - { id: a, says: Words., who: { device: phone }, zone: office, at: '2026-11-24T10:00:00Z', url: games.example, expect: ${answer} }\n`

async function scene(answer: string, more: { refuses?: boolean; popular?: string[] } = {}) {
  let bundle = await promisingBundle(promise(answer))
  const told: (readonly string[])[] = []
  const noted: PromiseNote[] = []
  const said: string[] = []
  const watch = new PromiseWatch({
    bundle: () => bundle,
    // No listener at all: what the wire says is tested elsewhere.
    standIn: () => Promise.resolve(false),
    ...{ dns: null, http: null, clock: () => TEN },
    note: (notes) => {
      if (more.refuses === true) throw new Error('no room')
      noted.push(...notes)
    },
    popular: () => ({ words: 'sites of a list', hosts: more.popular ?? [], isList: true }),
    onTroubles: (troubles) => told.push([...troubles.values()]),
    log: { error: (_details, message) => said.push(message) },
  })
  const put = async (next: string) => {
    bundle = await promisingBundle(promise(next))
  }
  return { watch, told, noted, said, put }
}

test('the decision itself is looked at: what is broken is told, and told no more when it is mended', async () => {
  const { watch, told, put } = await scene('allow')
  await watch.decide()
  expect(told[0]?.[0]).toMatch(/^promise `a` is broken \(Words\.\): /)
  expect(watch.degraded()).toEqual(told[0])
  await put('block')
  await watch.decide()
  expect([watch.degraded(), told.at(-1)]).toEqual([[], []])
})

test('a run that nobody answered is noted, counted, and shown', async () => {
  const { watch, noted } = await scene('block')
  await watch.run()
  expect(noted).toMatchObject([{ id: 'a', state: 'unanswered' }])
  expect([watch.runs, watch.states().get('unanswered')]).toEqual([1, 1])
  expect(watch.degraded()[0]).toMatch(
    /^promise `a` could not be put to the test on the running gate/,
  )
})

test('a disk that refuses the evidence costs the run its note and nothing else', async () => {
  const { watch, said } = await scene('block', { refuses: true })
  await watch.run()
  expect(said).toHaveLength(1)
  expect(watch.runs).toBe(1)
})

test('that popular sites are not closed is tested with each run, kept as evidence, and told when it is broken', async () => {
  const { watch, told, noted } = await scene('block', { popular: ['games.example', 'a.example'] })
  await watch.run()
  expect(noted.map(({ id }) => id)).toEqual(['a', 'over-blocking'])
  expect(noted[1]).toMatchObject({
    state: 'broken',
    says: expect.stringContaining('2.00 %') as string,
  })
  expect(told.at(-1)?.[1]).toMatch(
    /^promise `over-blocking` is broken on the running gate \(No profile .*\): of 2 sites of a list, closed or warned of: 50\.00 % for/,
  )
})

test('a policy without promises is no run', async () => {
  const bundle = await promisingBundle('  []\n')
  const watch = new PromiseWatch({
    bundle: () => bundle,
    ...{ standIn: () => Promise.resolve(true), dns: null, http: null, clock: () => TEN },
    note: () => {
      throw new Error('nothing to note')
    },
    popular: () => ({ words: '', hosts: [], isList: false }),
    onTroubles: () => undefined,
    log: {
      error: (_details, message) => {
        expect(message).toBe('')
      },
    },
  })
  await watch.run()
  await watch.decide()
  expect([watch.runs, watch.degraded()]).toEqual([0, []])
})
