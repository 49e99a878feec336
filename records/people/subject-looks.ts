import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ACCESS_FILE, AccessLog } from '../journal/access-log.ts'
import type { LoggedAccess } from '../journal/access-log.ts'

export interface SubjectLooks {
  /** Looks at records with names that asked for the person or showed him: by whom, when and why. */
  readonly seen_by: readonly Omit<LoggedAccess, 'rows'>[]
  /** Looks that the person made, without whom they were at. */
  readonly looked: readonly LoggedAccess[]
}

/** Opens the log to write, because an older one has no index of whom a look was at until it is brought up to date. */
export function accessRowsOf(directory: string, personRef: string): SubjectLooks {
  if (!existsSync(join(directory, ACCESS_FILE))) return { seen_by: [], looked: [] }
  using log = AccessLog.open(directory)
  return {
    // How many rows a look had counts other people's, too.
    seen_by: log.looksAt(personRef).map(({ ts, viewer, role, query, reason }) => ({
      ...{ ts, viewer, role, reason },
      query: withoutOthers(query, personRef),
    })),
    looked: log.looksBy(personRef).map(({ query, ...look }) => ({
      ...look,
      query: withoutOthers(query, personRef),
    })),
  }
}

/** The question of a look without other people: their references, what tells them, and free text. */
function withoutOthers(query: string, personRef: string): string {
  const asked = JSON.parse(query) as Readonly<Record<string, unknown>>
  const kept = Object.entries(asked).filter(([name]) => !TELLS_PEOPLE.has(name))
  const people: unknown = asked['person_ref']
  const isAsked = Array.isArray(people) && people.includes(personRef)
  return JSON.stringify({
    ...Object.fromEntries(kept),
    ...(isAsked ? { person_ref: [personRef] } : {}),
  })
}

/** A device, a block page's code and a pseudonym are somebody's. */
const TELLS_PEOPLE: ReadonlySet<string> = new Set([
  ...['person_ref', 'device_id', 'block_ref', 'unmask', 'subject_access'],
])
