import type { PresenceEntry } from '../../records/presence/presence-store.ts'

/** Evidence that lasts this much longer is told at the source's next word. */
const GRAIN_MS = 120_000

/**
 * Whether what is known here has evidence or ends that the entry does not: what another gate has to hear.
 * That the two conclude differently is no reason, because their registers may differ for a while.
 */
export function lacks(
  entry: PresenceEntry,
  { binding, ended }: Pick<PresenceEntry, 'binding' | 'ended'>,
  now: number,
): boolean {
  const told = entry.binding?.evidence ?? []
  const isNews = binding?.evidence.some(
    ({ source, reporter, until }) =>
      until > now &&
      !told.some(
        (known) =>
          known.source === source && known.reporter === reporter && known.until + GRAIN_MS >= until,
      ),
  )
  if (isNews === true) return true
  return ended.some(
    (one) =>
      !entry.ended.some(
        (known) =>
          known.source === one.source &&
          known.reporter === one.reporter &&
          known.mac === one.mac &&
          known.device === one.device &&
          known.at >= one.at,
      ),
  )
}
