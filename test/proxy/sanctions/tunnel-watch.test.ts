import { expect, test } from 'vitest'
import type { ToldLookups } from '../../../proxy/dns/tunnels/lookup-counts.ts'
import { TunnelWatch } from '../../../proxy/sanctions/tunnel-watch.ts'
import type { SanctionFacts } from '../../../records/governance/sanction-facts.ts'
import type { Policy } from '../../../rules/policy/policy.ts'
import { examplePolicy } from '../../support/example-policy.ts'
import { SEEN_AT } from '../../support/sightings.ts'

const TOLD: ToldLookups = {
  ...{ device: 'phone', person: 'p-1', address: '10.1.0.7', role: 'pupil', zone: 'library' },
  ...{ domain: 't.example', names: 60, octets: 1_000 },
}

function scene(blockMs: number | null, imposes = true) {
  let now = SEEN_AT
  const told: Record<string, unknown>[] = []
  const imposed: SanctionFacts[] = []
  const policy: Policy = { ...examplePolicy(), dnsTunnel: { blockMs, except: [] } }
  const watch = new TunnelWatch({
    policy: () => policy,
    keeper: {
      impose: (facts) => {
        imposed.push(facts)
        return Promise.resolve(imposes)
      },
    },
    tellEvent: (kind, facts) => told.push({ kind, ...facts }),
    clock: () => now,
    log: { warn: () => undefined },
  })
  const note = async (...lookups: ToldLookups[]): Promise<void> => {
    watch.note(lookups)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const pass = (ms: number): void => {
    now += ms
  }
  return { note, pass, told, imposed }
}

test('what two threads tell adds up to a tunnel, which is told once and closed to the device', async () => {
  const { note, told, imposed } = scene(3_600_000)
  await note(TOLD)
  expect(told).toEqual([])
  await note(TOLD)
  await note(TOLD)
  expect(told).toMatchObject([
    { kind: 'dns_tunnel', device: 'phone', person: 'p-1', names: 120, minutes: 2 },
  ])
  expect(told[0]?.['done']).toBe('it is closed to it for 60 minutes')
  expect(imposed).toEqual([
    {
      ...{ kind: 'dns_tunnel', person: 'p-1', device: 'phone', role: 'pupil', site: 't.example' },
      ...{ from: '2026-11-24T10:00:00.000Z', to: '2026-11-24T11:00:00.000Z', attempts: 120 },
    },
  ])
})

test('where the policy closes nothing it is told, and again after an hour', async () => {
  const { note, pass, told, imposed } = scene(null)
  await note(TOLD, TOLD)
  expect([told.length, imposed.length]).toEqual([1, 0])
  expect(told[0]?.['done']).toBe('it is not closed')
  pass(3_600_000)
  await note(TOLD)
  expect(told).toHaveLength(1)
  await note(TOLD)
  expect(told).toHaveLength(2)
})

test('of a device that nobody knows the address is told, and nothing can be closed to it', async () => {
  const { note, told, imposed } = scene(3_600_000)
  const stranger = { ...TOLD, device: null, person: null }
  await note(stranger, stranger)
  expect([told, imposed]).toMatchObject([[{ ip: '10.1.0.7' }], []])
})

test('a ledger that does not take it is said', async () => {
  const { note, told } = scene(3_600_000, false)
  await note(TOLD, TOLD)
  expect(told[0]?.['done']).toBe('it is not closed')
})

test('look-ups far apart add up to nothing', async () => {
  const { note, pass, told } = scene(null)
  for (let n = 0; n < 10; n += 1) {
    await note(TOLD)
    pass(130_000)
  }
  expect(told).toEqual([])
})
