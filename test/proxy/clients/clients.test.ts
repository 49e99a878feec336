import { expect, test } from 'vitest'
import { BindingReader } from '../../../proxy/clients/binding-table.ts'
import { Clients } from '../../../proxy/clients/clients.ts'
import { openBundle } from '../../../proxy/policy/bundle.ts'
import type { Sighting } from '../../../rules/identity/sighting.ts'
import { bundleOf } from '../../support/bundle-of-lists.ts'
import { deviceOf } from '../../support/sample-facts.ts'
import { macOf, SEEN_AT, sightingOf } from '../../support/sightings.ts'

const MAC = macOf('00:1b:63:00:00:07')
const BUNDLE = bundleOf([], { devices: [deviceOf({ id: 'phone', macs: [MAC] })] })

/** A feed that tells what the test says. */
function scriptedFeed() {
  const feed = {
    name: 'scripted',
    isStopped: false,
    trouble: null as string | null,
    tell: (() => undefined) as (sighting: Sighting) => void,
    start: (onSighting: (sighting: Sighting) => void) => {
      feed.tell = onSighting
    },
    stop: () => {
      feed.isStopped = true
    },
    problem: () => feed.trouble,
  }
  return feed
}

test('what a source tells is in force on the data threads, counted, and its trouble is said', async () => {
  const feed = scriptedFeed()
  const log = { info: () => undefined }
  const parts = { feeds: [feed], maxAddresses: 256, presence: null, clock: () => SEEN_AT, log }
  const clients = new Clients(parts, BUNDLE, [])
  const indices = { next: 0 }
  const thread = { indices, bindings: new BindingReader(clients.memory) }
  const { subjects } = openBundle(BUNDLE, thread)
  await clients.start()
  expect(subjects.at('10.8.0.3', SEEN_AT).deviceId).toBeNull()
  feed.tell(sightingOf({ mac: MAC, addresses: ['10.8.0.3'] }))
  expect(subjects.at('10.8.0.3', SEEN_AT).deviceId).toBe('phone')
  expect(clients.readings()).toContainEqual(['schoolgate_bindings', { confidence: 'likely' }, 1])
  expect(clients.readings()).toContainEqual([
    'schoolgate_sightings_total',
    { source: 'neighbour' },
    1,
  ])
  feed.trouble = 'the file is torn'
  expect(clients.problems()).toEqual(['source scripted: the file is torn'])
  await clients.follow({ ...BUNDLE, devices: [] }, [])
  expect(subjects.at('10.8.0.3', SEEN_AT).deviceId).toBeNull()
  await clients.stop()
  expect(feed.isStopped).toBe(true)
})

test('an address that a class signs in from is a forwarder’s: nobody’s, said once, and counted', async () => {
  const feed = scriptedFeed()
  const news: unknown[] = []
  const log = { info: () => undefined }
  const onShared = (one: unknown) => news.push(one)
  const base = { feeds: [feed], maxAddresses: 256, presence: null, clock: () => SEEN_AT }
  const clients = new Clients({ ...base, log, onShared }, BUNDLE, [])
  await clients.start()
  for (const account of ['ann', 'bob', 'cyd', 'dan', 'eve'])
    feed.tell(sightingOf({ source: 'sign_in', account, addresses: ['10.8.0.2'], mac: MAC }))
  expect(news).toEqual([{ address: '10.8.0.2', subject: '10.8.0.2', evidence: 'sign_in' }])
  expect(clients.readings()).toContainEqual(['schoolgate_shared_addresses', {}, 1])
  expect(clients.readings()).toContainEqual(['schoolgate_shared_addresses_noticed_total', {}, 1])
  expect(clients.readings()).toContainEqual(['schoolgate_bindings', { confidence: 'hint' }, 1])
  await clients.stop()
})
