import { connectRedis, endRedis, makeRedisClient } from '../redis/connect.ts'
import type { SiteRedis } from '../redis/site-redis.ts'
import type { PresenceEntry } from './presence-store.ts'
import { RedisPresence } from './redis-presence.ts'

export interface SitePersonOptions {
  readonly redis: SiteRedis
  readonly site: string
  readonly personRef: string
  /** Gate time, epoch ms. */
  readonly now: number
}

/** Where the site's presence in Redis says that a person is. Rejects where Redis does not answer. */
export function personAtSite(options: SitePersonOptions): Promise<readonly PresenceEntry[]> {
  return withPresence(options, (presence) => namedIn(presence, options))
}

/**
 * Takes the person out of the site's presence in Redis; the devices stay, and the gates hear of it. Returns how
 * many entries no longer say who it is. Rejects where Redis does not answer, or refuses.
 */
export function forgetAtSite(options: SitePersonOptions): Promise<number> {
  return withPresence(options, async (presence) => {
    const named = await namedIn(presence, options)
    const nameless = named.map(({ binding, ...entry }) => ({
      ...entry,
      at: Math.max(options.now, entry.at + 1),
      binding: binding && { ...binding, person: null },
    }))
    return (await presence.put(nameless, options.now)).length
  })
}

async function namedIn(
  presence: RedisPresence,
  { personRef, now }: SitePersonOptions,
): Promise<readonly PresenceEntry[]> {
  return (await presence.all(now)).filter(({ binding }) => binding?.person === personRef)
}

async function withPresence<T>(
  { redis: { address, gate }, site }: SitePersonOptions,
  work: (presence: RedisPresence) => Promise<T>,
): Promise<T> {
  const client = makeRedisClient(address, { name: `schoolgate-${gate}-command` })
  try {
    await connectRedis(client)
    return await work(new RedisPresence(client, site, () => undefined))
  } finally {
    endRedis(client)
  }
}
