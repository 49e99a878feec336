import type { MacAddress } from '../../../../rules/identity/mac-address.ts'

/** What a DHCP server wrote of one address. Times are epoch ms of the server's clock. */
export interface Lease {
  /** As `node:net` writes it. */
  readonly address: string
  readonly mac: MacAddress | null
  /** Who a client of DHCPv6 says it is (RFC 8415 section 11), as `readDuid` writes it. */
  readonly duid: string | null
  readonly hostName: string | null
  /** Null where the file does not say. */
  readonly from: number | null
  /** Null: for ever, or the file does not say. */
  readonly until: number | null
  /** Given back, expired or declined. */
  readonly ended: boolean
}

/** Nothing yet (a head, a comment, the middle of a record), or a record that makes no sense. */
export type LineReading = Lease | 'nothing' | 'refused'

/** Reads one file, line by line, from its beginning. Never throws, whatever the lines. */
export type ReadLine = (line: string) => LineReading

/** How one DHCP server keeps its leases. */
export interface LeaseFormat {
  readonly mode: 'grows' | 'whole'
  /** A reader for a file's lines from the first one on. */
  readonly reader: () => ReadLine
  /** Files beside it that hold what it held before the server began it anew, oldest first. */
  readonly before?: (path: string) => readonly string[]
}
