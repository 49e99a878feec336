import { resolve } from 'node:path'
import { NeighbourTable } from './neighbour-table.ts'
import { RadiusFeed } from './radius/radius-feed.ts'
import type { SightingFeed } from './sighting-feed.ts'
import type { SourceSettings } from './source-settings.ts'

/** What a reader may need of the gate. */
export interface FeedContext {
  /** The folder that paths of the configuration are relative to. */
  readonly directory: string
  /** Gate time, epoch ms. */
  readonly clock: () => number
  readonly log: {
    info(details: object, message: string): void
    warn(details: object, message: string): void
  }
}

type MakeFeeds = (settings: SourceSettings, context: FeedContext) => readonly SightingFeed[]

/** Every kind of source, one line each: what its settings make. */
const KINDS: readonly MakeFeeds[] = [
  ({ neighbours }, { clock }) =>
    neighbours === null
      ? []
      : [new NeighbourTable({ everyMs: neighbours.everySeconds * 1000, clock })],
  ({ radius }, { directory, clock, log }) =>
    radius === null
      ? []
      : [
          new RadiusFeed(
            {
              ...radius,
              secretsFile: resolve(directory, radius.secretsFile),
              placeFrom: radius.place,
            },
            { clock, log },
          ),
        ],
]

/** The readers that a configuration asks for, not yet started. */
export function feedsOf(settings: SourceSettings, context: FeedContext): readonly SightingFeed[] {
  return KINDS.flatMap((make) => make(settings, context))
}
