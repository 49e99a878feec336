import { PRESENCE_KIND } from './presence-fields.ts'
import type { PresenceEntry } from './presence-store.ts'
import { SiteShared, type SiteSharedOptions } from './site-shared.ts'

/** Who is at which address, told between the gates of a site. */
export class SitePresence extends SiteShared<PresenceEntry> {
  constructor(options: Omit<SiteSharedOptions<PresenceEntry>, 'kind'>) {
    super({ ...options, kind: PRESENCE_KIND })
  }
}
