import { expect, test } from 'vitest'
import { PresenceKeeper } from '../../../proxy/clients/keep-presence.ts'
import { LocalPresence } from '../../../records/presence/local-presence.ts'
import { bindingOf } from '../../support/bindings.ts'
import { SEEN_AT } from '../../support/sightings.ts'

const LOG = { error: () => undefined }
const CLOCK = () => SEEN_AT

test('what was noted is evidence again at the next start; what is gone is not', async () => {
  using local = LocalPresence.open(':memory:')
  const keeper = new PresenceKeeper({ local, gate: 'gate-1', clock: CLOCK, log: LOG })
  keeper.note('10.1.0.7', bindingOf())
  keeper.note('10.1.0.8', bindingOf({ address: '10.1.0.8' }))
  keeper.note('10.1.0.8', null)
  await keeper.stop()
  const next = new PresenceKeeper({ local, gate: 'gate-1', clock: CLOCK, log: LOG })
  expect(await next.restore()).toMatchObject([
    { source: 'agent', addresses: ['10.1.0.7'], device: 'phone', at: SEEN_AT },
  ])
})

test('a store that fails is said, keeps nothing from going on, and is written when it is back', async () => {
  using local = LocalPresence.open(':memory:')
  let isBroken = true
  const flaky = {
    get: local.get.bind(local),
    all: local.all.bind(local),
    forget: local.forget.bind(local),
    put: (...args: Parameters<LocalPresence['put']>) =>
      isBroken ? Promise.reject(new Error('disk full')) : local.put(...args),
  }
  const keeper = new PresenceKeeper({ local: flaky, gate: 'gate-1', clock: CLOCK, log: LOG })
  keeper.note('10.1.0.7', bindingOf())
  await keeper.flush()
  expect(keeper.problem()).toBe('disk full')
  isBroken = false
  await keeper.flush()
  expect(keeper.problem()).toBeNull()
  expect(await local.all(SEEN_AT)).toHaveLength(1)
})
