import { z } from 'zod'
import { endpoint } from '../../endpoint.ts'
import { PLACES } from './radius/accounting.ts'

/** A network's disk tells nobody of a change: how often, in seconds, a file is looked at besides. */
const everySeconds = z.number().min(0.2).max(3_600).default(5)

/** `clients.sources` of `gate.yaml`: which readers run, and with what. A source that is not named does not run. */
export const sourceSettings = z.strictObject({
  /** The kernel's neighbour table (`ip -s -j neigh`), where devices are on a link of the gate itself. */
  neighbours: z
    .strictObject({ everySeconds: z.number().min(0.2).max(3_600).default(5) })
    .nullable()
    .default(null),
  /** RADIUS accounting of access points and controllers (RFC 2866), and Disconnect-Requests to them (RFC 5176). */
  radius: z
    .strictObject({
      listen: endpoint,
      /** `ADDRESS-OR-NETWORK SECRET` a line, for its owner's eyes alone (mode 600). */
      secretsFile: z.string(),
      /** Where a session is: the first of these that its access point tells, which `identify.places` then maps. */
      place: z
        .array(z.enum(PLACES))
        .max(PLACES.length)
        .default(['aruba-ap-group', 'called-station', 'nas-identifier']),
      /** Refuses what is signed with MD5 alone; not every access point can do better. */
      requireMessageAuthenticator: z.boolean().default(false),
      /** The port of access points that takes Disconnect-Requests; null: none is sent. */
      disconnectPort: z.int().min(1).max(65_535).nullable().default(3_799),
    })
    .nullable()
    .default(null),
  /** Lease files of DHCP servers (`leases/`): IPv4 and IPv6, one entry a file. */
  leases: z
    .array(
      z.strictObject({
        format: z.enum(['dnsmasq', 'isc', 'kea', 'windows']),
        file: z.string().min(1),
        everySeconds,
      }),
    )
    .max(32)
    .default([]),
  /** Forwarded Windows sign-ins, event 4624 as JSON, a line each (`sign-ins/`). */
  signIns: z
    .array(
      z.strictObject({
        file: z.string().min(1),
        everySeconds,
        /** Accounts that are no person's, `svc-*`; machines' and Windows' own are left out anyway. */
        ignore: z.array(z.string().min(1).max(128)).max(100).default([]),
        /** Interactive, network (which a domain controller sees of each device), unlock, remote, cached. */
        logonTypes: z.array(z.int().min(0).max(20)).max(20).default([2, 3, 7, 10, 11]),
        /** Mail domain by Windows domain, `SCHOOL: school.example`, as people.csv has people's addresses. */
        mailDomains: z.record(z.string().min(1).max(128), z.string().min(1).max(128)).default({}),
      }),
    )
    .max(16)
    .default([]),
  /** Clients of UniFi controllers, as JSON (`unifi/`). */
  unifi: z
    .array(z.strictObject({ file: z.string().min(1), everySeconds }))
    .max(16)
    .default([]),
})

export type SourceSettings = z.output<typeof sourceSettings>
