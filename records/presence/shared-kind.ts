/** What every entry that gates share has: of two with one key the later stands. */
export interface Shared {
  /** The gate that wrote it. */
  readonly gate: string
  /** Epoch ms. */
  readonly at: number
  readonly expires: number
}

/** One kind of thing that the gates of a site share through Redis: a hash for each, and how it is read. */
export interface SharedKind<T extends Shared> {
  /** Behind `sg:{site}:`, with the colon. */
  readonly prefix: string
  /** The first three are `gate`, `at` and `expires`. */
  readonly fields: readonly string[]
  readonly longestKey: number
  /** Octets; a longer value is no gate's. */
  readonly longestField: number
  /** Entries in one command: some 100 KB, under 10 ms of Redis' time, so that the site's other clients don't wait. */
  readonly page: number
  readonly isKey: (key: string) => boolean
  readonly keyOf: (entry: T) => string
  readonly fieldsOf: (entry: T) => readonly string[]
  /** Null for what is none. Never throws. */
  readonly entryFrom: (key: string, values: readonly (string | null)[]) => T | null
}
