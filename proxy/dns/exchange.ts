import type { UpstreamQuery } from './wire/upstream-query.ts'

/**
 * What became of one query put to one upstream. `truncated` says that the whole answer must be fetched
 * over TCP; `failed` that the network said no (refused, unreachable, closed).
 */
export type Reply =
  | { readonly kind: 'answer'; readonly message: Uint8Array }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'failed' }

/** A query under way. After `cancel` its listener is never called. */
export interface Exchange {
  cancel(): void
}

/** One way to one upstream. `listener` is called at most once, never within `send`. */
export interface Carrier {
  send(query: UpstreamQuery, listener: (reply: Reply) => void): Exchange
  close(): void
}
