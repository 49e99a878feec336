import type { RedisClient } from '../redis/connect.ts'
import { PRESENCE_KIND } from './presence-fields.ts'
import type { PresenceEntry, PresenceStore } from './presence-store.ts'
import { RedisShared } from './redis-shared.ts'

/** A site's presence in Redis, over one connection that its owner opens and ends. Rejects when Redis does not answer. */
export class RedisPresence extends RedisShared<PresenceEntry> implements PresenceStore {
  /** `onForeign` hears of what is there and no gate wrote; it is passed over. */
  constructor(redis: RedisClient, site: string, onForeign: (count: number) => void) {
    super({ redis, site, kind: PRESENCE_KIND, onForeign })
  }

  async all(now: number): Promise<readonly PresenceEntry[]> {
    return (await this.kept(now)).filter(({ binding }) => binding !== null)
  }
}
