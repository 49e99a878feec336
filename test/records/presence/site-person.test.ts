import { expect, test } from 'vitest'
import { RedisPresence } from '../../../records/presence/redis-presence.ts'
import { forgetAtSite, personAtSite } from '../../../records/presence/site-person.ts'
import { bindingOf } from '../../support/bindings.ts'
import { RedisServer } from '../../support/redis-server.ts'
import { SEEN_AT } from '../../support/sightings.ts'
import { addressOf } from '../../support/spine-scene.ts'
import { entryOf } from './presence-contract.ts'

test('a person is found in the site’s presence, and taken out of it for all gates that look later', async () => {
  await using server = await RedisServer.prepare()
  const redis = { gate: 'one', address: addressOf(server.url) }
  const options = { redis, site: 'ex', personRef: 'p-1', now: SEEN_AT + 1 }
  await expect(personAtSite(options)).rejects.toThrow(/ECONNREFUSED/)
  await expect(forgetAtSite(options)).rejects.toThrow(/ECONNREFUSED/)
  await server.start()
  await using client = await server.client()
  const store = new RedisPresence(client, 'ex', () => undefined)
  const other = bindingOf({ address: '10.1.0.8', device: 'laptop', person: 'p-2' })
  await store.put([entryOf(), entryOf({ address: '10.1.0.8', binding: other })], SEEN_AT)
  expect((await personAtSite(options)).map(({ address }) => address)).toEqual(['10.1.0.7'])
  expect(await forgetAtSite(options)).toBe(1)
  expect(await personAtSite(options)).toEqual([])
  const { number } = await store.changes(0, SEEN_AT)
  expect((await store.changes(number - 1, SEEN_AT)).entries).toMatchObject([
    { address: '10.1.0.7', at: SEEN_AT + 1, binding: { device: 'phone', person: null } },
  ])
  expect(await forgetAtSite(options)).toBe(0)
})
