import { resolve } from 'node:path'
import { DuidBook } from './leases/duid-book.ts'
import type { LeaseFormat } from './leases/lease.ts'
import { LeaseFile } from './leases/lease-file.ts'
import { DNSMASQ } from './leases/read-dnsmasq.ts'
import { ISC } from './leases/read-isc.ts'
import { KEA } from './leases/read-kea.ts'
import { WINDOWS } from './leases/read-windows.ts'
import { NeighbourTable } from './neighbour-table.ts'
import { RadiusFeed } from './radius/radius-feed.ts'
import { SignInFile } from './sign-ins/sign-in-file.ts'
import { UnifiFile } from './unifi/unifi-file.ts'
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
  /** Gate time less the system's, by which other programs write. */
  readonly clockOffsetMs: number
}

const LEASE_FORMATS: Readonly<Record<SourceSettings['leases'][number]['format'], LeaseFormat>> = {
  dnsmasq: DNSMASQ,
  isc: ISC,
  kea: KEA,
  windows: WINDOWS,
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
  leaseFiles,
  ({ signIns }, { directory, clockOffsetMs }) =>
    signIns.map(({ file, everySeconds, ...rules }) => {
      const path = resolve(directory, file)
      return new SignInFile({ ...rules, path, everyMs: everySeconds * 1000, clockOffsetMs })
    }),
  ({ unifi }, { directory, clock, clockOffsetMs }) =>
    unifi.map(({ file, everySeconds }) => {
      const path = resolve(directory, file)
      return new UnifiFile({ path, everyMs: everySeconds * 1000, clock, clockOffsetMs })
    }),
]

/** The readers that a configuration asks for, not yet started. */
export function feedsOf(settings: SourceSettings, context: FeedContext): readonly SightingFeed[] {
  return KINDS.flatMap((make) => make(settings, context))
}

/** They share what they learn: an IPv4 server's file may tell whose the addresses in an IPv6 server's are. */
function leaseFiles(
  { leases }: SourceSettings,
  { directory, clock, clockOffsetMs }: FeedContext,
): readonly SightingFeed[] {
  const duids = new DuidBook()
  return leases.map(
    ({ format, file, everySeconds }) =>
      new LeaseFile({
        path: resolve(directory, file),
        format: LEASE_FORMATS[format],
        everyMs: everySeconds * 1000,
        duids,
        clock,
        clockOffsetMs,
      }),
  )
}
