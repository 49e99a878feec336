import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LocalPresence, PRESENCE_FILE, type Custody } from '../presence/local-presence.ts'
import type { PresenceEntry } from '../presence/presence-store.ts'

/** Without what others left at the address. */
export type SubjectBinding = Omit<PresenceEntry, 'ended'>

export interface SubjectPresence {
  /** Where the person is now, as far as a device tells. */
  readonly bindings: readonly SubjectBinding[]
  /** Devices that the person had in the last 30 days. */
  readonly custody: readonly Custody[]
}

/** Of this node's presence, which holds what the site's other gates told. Throws `StoreRefused`. */
export function presenceRowsOf(directory: string, personRef: string): SubjectPresence {
  if (!existsSync(join(directory, PRESENCE_FILE))) return { bindings: [], custody: [] }
  using presence = LocalPresence.openReadOnly(directory)
  const { bindings, custody } = presence.ofPerson(personRef)
  return { bindings: bindings.map(ofSubject), custody }
}

/** An entry as its person may see it. */
export function ofSubject({ address, gate, at, expires, binding }: PresenceEntry): SubjectBinding {
  return { address, gate, at, expires, binding }
}
