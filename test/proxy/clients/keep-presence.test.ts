import { expect, test } from 'vitest'
import {
  PresenceKeeper,
  type Believer,
  type Site,
  type SiteListener,
} from '../../../proxy/clients/keep-presence.ts'
import { LocalPresence } from '../../../records/presence/local-presence.ts'
import type { PresenceEntry } from '../../../records/presence/presence-store.ts'
import type { Binding } from '../../../rules/identity/binding.ts'
import type { EndedEvidence } from '../../../rules/identity/ended-evidence.ts'
import { endedOf, entryOf } from '../../records/presence/presence-contract.ts'
import { bindingOf } from '../../support/bindings.ts'
import { SEEN_AT } from '../../support/sightings.ts'

const LOG = { error: () => undefined }
const HERE = '10.1.0.7'

/** Believes the last that it heard, and what the test says has ended. */
class Listening implements Believer {
  readonly believed = new Map<string, Binding>()
  readonly heard: string[] = []
  ended: readonly EndedEvidence[] = []

  hear(address: string, binding: Binding | null): void {
    this.heard.push(`${address} ${binding?.device ?? 'nobody'}`)
    if (binding === null) this.believed.delete(address)
    else this.believed.set(address, binding)
  }

  at(address: string): Binding | null {
    return this.believed.get(address) ?? null
  }

  endedAt(): readonly EndedEvidence[] {
    return this.ended
  }

  bindings(): Iterable<Binding> {
    return this.believed.values()
  }
}

async function scene(local = LocalPresence.open(':memory:')) {
  const sent: PresenceEntry[] = []
  const told: { listener?: SiteListener } = {}
  const site: Site = {
    start: () => undefined,
    stop: () => Promise.resolve(),
    send: (entries) => void sent.push(...entries),
    state: { isUp: true, error: null },
    counts: () => ({ sent: 0, late: 0, received: 0, foreign: 0 }),
  }
  const believer = new Listening()
  const keeper = new PresenceKeeper({
    ...{ local, gate: 'gate-1', clock: () => SEEN_AT, log: LOG },
    siteOf: (listener) => {
      told.listener = listener
      return site
    },
  })
  await keeper.restore(believer)
  const hear = async (...entries: PresenceEntry[]) => {
    await told.listener?.onEntries(entries)
    await keeper.flush()
  }
  return { local, believer, keeper, sent, hear }
}

test('what was noted is heard again at the next start, and that nobody is there any more, too', async () => {
  const { local, keeper } = await scene()
  keeper.note(HERE, bindingOf())
  keeper.note('10.1.0.8', bindingOf({ address: '10.1.0.8' }))
  keeper.note('10.1.0.8', null)
  await keeper.stop()
  const next = await scene(local)
  expect(next.believer.heard).toEqual(['10.1.0.7 phone', '10.1.0.8 nobody'])
  await next.keeper.flush()
  // It is no news: the site may have heard of an end meanwhile.
  expect(next.sent).toEqual([])
})

test('a store that fails is said, keeps nothing from going on, and is written when it is back', async () => {
  using local = LocalPresence.open(':memory:')
  let isBroken = true
  const put = local.put.bind(local)
  local.put = (...args) => (isBroken ? Promise.reject(new Error('disk full')) : put(...args))
  const { keeper, sent, hear, believer } = await scene(local)
  keeper.note(HERE, bindingOf())
  await keeper.flush()
  expect(keeper.problems()).toEqual(['presence: disk full'])
  // The other gates hear of it all the same, and this one of them.
  expect(sent.map(({ address }) => address)).toEqual([HERE])
  await hear(entryOf({ address: '10.1.0.9', gate: 'gate-2' }))
  expect(believer.at('10.1.0.9')).not.toBeNull()
  isBroken = false
  await keeper.flush()
  expect(keeper.problems()).toEqual([])
  expect(await local.all(SEEN_AT)).toHaveLength(1)
})

test('what another gate tells is kept, believed and not told again', async () => {
  const { local, hear, sent, believer } = await scene()
  await hear(entryOf({ gate: 'gate-2' }))
  expect(await local.get(HERE, SEEN_AT)).toEqual(entryOf({ gate: 'gate-2' }))
  expect(believer.heard).toEqual(['10.1.0.7 phone'])
  expect(sent).toEqual([])
})

test('of the same address the later word stands, and an end that the site lacks is told later than its word', async () => {
  const { hear, sent, believer } = await scene()
  believer.ended = [endedOf()]
  // Its clock is ahead of this gate's.
  await hear(entryOf({ gate: 'gate-2', at: SEEN_AT + 5_000 }))
  expect(sent).toMatchObject([{ at: SEEN_AT + 5_001, gate: 'gate-1', ended: [endedOf()] }])
})

test('of an erased person nothing is kept, told or heard', async () => {
  const { local, keeper, hear, sent, believer } = await scene()
  await hear(entryOf({ gate: 'gate-2' }))
  expect(local.custodyOf('phone', 9)).toMatchObject([{ person: 'p-1' }])
  keeper.erase(new Set(['p-1']))
  await keeper.flush()
  expect(sent).toMatchObject([{ address: HERE, binding: { device: 'phone', person: null } }])
  await hear(entryOf({ gate: 'gate-2', at: SEEN_AT + 9_000 }))
  expect(sent.at(-1)).toMatchObject({ at: SEEN_AT + 9_001, binding: { person: null } })
  keeper.note('10.1.0.8', bindingOf({ address: '10.1.0.8' }))
  await keeper.flush()
  expect(JSON.stringify(await local.kept(SEEN_AT))).not.toContain('p-1')
  expect(JSON.stringify(local.custodyOf('phone', 9))).not.toContain('p-1')
  expect(believer.at(HERE)).not.toBeNull()
})
