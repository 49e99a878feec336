import { isIP } from 'node:net'
import IPCIDR from 'ip-cidr'
import { z } from 'zod'
import {
  problemsOfIssues,
  readYaml,
  type Problem,
  type YamlSource,
} from '../rules/policy/yaml-source.ts'
import { ROLES } from '../rules/subject.ts'
import { findCategory } from '../rules/taxonomy/taxonomy.ts'
import { DUTIES } from '../records/alerts/told-duties.ts'
import { readRedisAddress } from '../records/redis/connect.ts'
import { parseClock } from '../rules/time/clock-text.ts'
import { sourceSettings } from './clients/sources/source-settings.ts'
import { parseSetting } from './config-setting.ts'
import { endpoint } from './endpoint.ts'

export type { Endpoint } from './endpoint.ts'

const cidr = z
  .string()
  .refine((text) => IPCIDR.isValidCIDR(text), { error: 'not a network, as in `10.0.0.0/8`' })

const category = z.string().refine((id) => findCategory(id) !== undefined, {
  error: 'no such category in the taxonomy',
})

const sealedCategory = z.string().refine((id) => findCategory(id)?.lock === 'SEALED', {
  error: 'not one of the SEALED categories illegal.csam, illegal.terrorism, illegal.other',
})

/** Becomes a file's name among the records. */
const feedId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'use a-z, 0-9 and - (at most 32)')

const redisAddress = z.string().superRefine((text, context) => {
  const address = readRedisAddress(text)
  if (typeof address === 'string') context.addIssue(address)
})

const ipv4 = z.string().refine((text) => isIP(text) === 4, { error: 'not an IPv4 address' })

const timeOfDay = z
  .string()
  .refine((text) => parseClock(text) !== undefined, { error: 'not a time of day, as in `07:30`' })

const mail = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(587),
  /** The address that alerts come from. */
  from: z.email(),
  /** `tls` from the first octet, `starttls` demanded, `none` for a relay on this machine. */
  security: z.enum(['tls', 'starttls', 'none']).default('starttls'),
  /** Secrets are in files of their own, which nobody else may read; the first line counts. */
  userFile: z.string().nullable().default(null),
  passwordFile: z.string().nullable().default(null),
  /** PEM of the authority of the server's certificate; null for the public ones. */
  caFile: z.string().nullable().default(null),
})

const webhook = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** Signs what is posted (records/alerts/send-webhook.ts). */
  secretFile: z.string(),
})

/**
 * The whole configuration of a gate, with every default in the one place a reader looks. Keys of
 * listeners that this version does not serve yet are not accepted silently: `start` names them.
 */
const schema = z.strictObject({
  /** Shares one ledger and one stream of refusals; `[a-z0-9-]`, because it becomes part of Redis keys. */
  site: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
  /** Tells the gates of a site apart in the journal. */
  gate: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
    .default('gate'),
  policy: z.string(),
  people: z.string().nullable().default(null),
  devices: z.string().nullable().default(null),
  classes: z.string().nullable().default(null),
  /** Data threads; 0 is one for each core but one, at least one. */
  threads: z.int().min(0).max(64).default(0),
  dns: z
    .strictObject({
      udp: endpoint.nullable().default(null),
      tcp: endpoint.nullable().default(null),
      dot: endpoint.nullable().default(null),
      doh: endpoint.nullable().default(null),
      /** `DnsOverHttpsSalt` of managed Chromebooks, which name themselves by hashes with it (Chromium: 8 to 32 letters). */
      dohSalt: z.string().min(8).max(32).nullable().default(null),
      /** `udp://address:port`, `tcp://address:port`; empty: the system's own resolvers. */
      upstreams: z.array(z.string()).max(16).default([]),
      /** Seconds; the longest an allowed answer may stay in a device's cache. */
      maxTtl: z.int().min(1).max(86_400).default(300),
      /**
       * Another filter that answers DNS, which zones of mode `chain` ask in place of `upstreams`: what
       * either refuses is refused. `blockAddresses` are where it leads what it refuses.
       */
      chain: z
        .strictObject({
          name: z.string().min(1).max(64),
          upstreams: z.array(z.string()).min(1).max(16),
          blockAddresses: z
            .array(z.union([z.ipv4(), z.ipv6()]))
            .max(64)
            .default([]),
        })
        .nullable()
        .default(null),
      /**
       * Servers of the school that pass its devices' questions on (a domain controller, dnsmasq) and say whose
       * each is by client subnet (RFC 7871, a whole address) or Umbrella's option. Nobody else is believed.
       */
      relays: z.array(cidr).max(64).default([]),
      cacheEntries: z.int().min(16).max(10_000_000).default(100_000),
    })
    .prefault({}),
  http: z
    .strictObject({
      listen: endpoint.nullable().default(null),
      /** Load balancers, whose connections each begin with a PROXY protocol header (version 1 or 2) or are refused. */
      relays: z.array(cidr).max(64).default([]),
      connectPorts: z.array(z.int().min(1).max(65_535)).default([443]),
      allowTargets: z.array(cidr).default([]),
    })
    .prefault({}),
  transparent: z
    .strictObject({
      http: endpoint.nullable().default(null),
      tls: endpoint.nullable().default(null),
      tlsTarget: endpoint.nullable().default(null),
    })
    .prefault({}),
  tls: z
    .strictObject({
      certificate: z.string().nullable().default(null),
      key: z.string().nullable().default(null),
    })
    .prefault({}),
  blockPage: z
    .strictObject({
      listen: endpoint.nullable().default(null),
      /** What DNS answers for a refused name where a page may be shown. */
      address: ipv4.default('127.0.0.1'),
    })
    .prefault({}),
  portal: z.strictObject({ listen: endpoint.nullable().default(null) }).prefault({}),
  dashboard: z
    .strictObject({
      enabled: z.boolean().default(true),
      listen: endpoint.nullable().default(null),
      publicUrl: z.url().nullable().default(null),
    })
    .prefault({}),
  metrics: z.strictObject({ listen: endpoint.nullable().default(null) }).prefault({}),
  records: z
    .strictObject({
      directory: z.string().default('var'),
      /** `redis://`, `rediss://`, and either with `+sentinel` or `+cluster` (records/redis/connect.ts). */
      redis: redisAddress.nullable().default(null),
      /**
       * The file that remembers what the ledger had come to when the records are lost; null: beside
       * `directory`, under its name and `.mark`. Better another disk than the records'.
       */
      mark: z.string().nullable().default(null),
    })
    .prefault({}),
  /** Without a mail server and webhooks alerts are kept, and nobody is told. */
  alerts: z
    .strictObject({
      mail: mail.nullable().default(null),
      webhooks: z.array(webhook).max(10).default([]),
      /** On the school's clock, as are all times of day here; what is high-risk is told all the same. */
      quietHours: z.strictObject({ from: timeOfDay, to: timeOfDay }).nullable().default(null),
      digestAt: timeOfDay.default('07:30'),
      recipients: z.partialRecord(z.enum(DUTIES), z.array(z.email()).max(20)).default({}),
    })
    .prefault({}),
  backup: z
    .strictObject({
      /** Better another disk than the records'; null: no backup is made by the gate. */
      directory: z.string().nullable().default(null),
      everyHours: z.number().min(0.25).max(720).default(24),
      keep: z.int().min(1).max(1_000).default(14),
      /** Encrypts the backups; null leaves them to whoever can read the folder. */
      passphraseFile: z.string().nullable().default(null),
    })
    .prefault({}),
  /**
   * The sealed feeds: here and not in the policy, so that nothing which is decided in the school can
   * take one away. A feed that is named and has no valid copy closes everything but help.
   */
  sealed: z
    .strictObject({
      /** The key of the feeds' hashes, 64 hex digits, as their maker handed it over. */
      hashKey: z.string().nullable().default(null),
      /** PEM of the Ed25519 public keys whose feeds are believed. */
      signers: z.string().nullable().default(null),
      feeds: z
        .array(z.strictObject({ id: feedId, category: sealedCategory, file: z.string() }))
        .max(20)
        .default([]),
    })
    .superRefine((sealed, context) => {
      for (const key of ['hashKey', 'signers'] as const)
        if (sealed.feeds.length > 0 && sealed[key] === null)
          context.addIssue({ code: 'custom', path: [key], message: 'missing: feeds need it' })
      for (const [index, { id }] of sealed.feeds.entries())
        if (sealed.feeds.findIndex((feed) => feed.id === id) < index)
          context.addIssue({
            code: 'custom',
            path: ['feeds', index, 'id'],
            message: `feed \`${id}\` is named twice`,
          })
    })
    .prefault({}),
  /**
   * For a school of a trust whose policy `extends` the trust's: the `canary` takes a new parent at once and
   * writes `report` each minute; those that `follow` take it when the canary has had it for `holdHours`
   * without an alarm. Null: at once, and nobody is told.
   */
  trust: z
    .strictObject({
      ring: z.enum(['canary', 'follow']).nullable().default(null),
      /** A file that all schools of the trust share. */
      report: z.string().nullable().default(null),
      holdHours: z.number().min(0).max(720).default(24),
      /** PEM of the trust's Ed25519 public keys: then a policy extends a parent that one of them signed, or is refused. */
      signers: z.string().nullable().default(null),
    })
    .superRefine(({ ring, report }, context) => {
      if (ring !== null && report === null)
        context.addIssue({ code: 'custom', path: ['report'], message: 'missing: a ring needs it' })
    })
    .prefault({}),
  lists: z
    .strictObject({
      extra: z
        .array(z.strictObject({ category, file: z.string() }))
        .max(100)
        .default([]),
      /** Sites that must be open, one a line: `lists` warns of a list that would close one. */
      mustAllow: z.string().nullable().default(null),
      /** Harmless sites, most popular first: how many of them are closed is measured. */
      popular: z.string().nullable().default(null),
      /** For lists that the policy has by `url`. */
      fetch: z
        .strictObject({
          /** Networks of mirrors inside the school, which nothing is fetched from else. */
          allowTargets: z.array(cidr).default([]),
          /** PEM of the authorities of the servers' certificates; null: the public ones. */
          caFile: z.string().nullable().default(null),
        })
        .prefault({}),
    })
    .prefault({}),
  /** The school's promises, put to the test on the running gate (`promises` in the policy). */
  selfTest: z
    .strictObject({
      firstAfterSeconds: z.number().min(0).max(86_400).default(300),
      everySeconds: z.number().min(10).max(86_400).default(3_600),
    })
    .prefault({}),
  /** Who is at an address: which sources are read, and of how many addresses they may tell. */
  clients: z
    .strictObject({
      sources: sourceSettings.prefault({}),
      maxAddresses: z.int().min(256).max(2_000_000).default(300_000),
      /** DoH tokens and Chromebooks' identifiers; each is 48 octets of memory. */
      maxTokens: z.int().min(256).max(4_000_000).default(200_000),
    })
    .prefault({}),
  subjects: z
    .strictObject({
      /** Who an address without a device is; registered, signed, posture in order. */
      default: z
        .strictObject({
          role: z.enum(ROLES),
          ownership: z.enum(['personal', 'school']).default('school'),
          type: z.string().default('laptop'),
          phase: z.string().nullable().default(null),
        })
        .nullable()
        .default(null),
    })
    .prefault({}),
})

export type Config = z.output<typeof schema>

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * The configuration of a `gate.yaml` with `--set key=value` settings laid over it, or every problem
 * at once: an operator should need one restart, not five.
 */
export function parseConfig(text: string, file: string, settings: readonly string[]): ParsedConfig {
  const source = readYaml(text, file)
  if (!('value' in source)) return { ok: false, problems: source }
  const laid = layOver(source, settings)
  if (laid.problems.length > 0) return { ok: false, problems: laid.problems }
  const result = schema.safeParse(laid.value)
  if (!result.success)
    return { ok: false, problems: problemsOfIssues(laid, schema, result.error.issues) }
  return { ok: true, config: result.data }
}

function layOver(
  source: YamlSource,
  settings: readonly string[],
): YamlSource & { problems: Problem[] } {
  let value = source.value
  const problems: Problem[] = []
  for (const text of settings) {
    const setting = parseSetting(text)
    if (setting === undefined)
      problems.push(source.problem([], `\`--set ${text.slice(0, 80)}\` is not \`key=value\``))
    else value = withValue(value, setting.path, setting.value)
  }
  return { ...source, value, problems }
}

/** A copy of `target` with one leaf replaced; whatever is no object on the way gives way to one. */
function withValue(target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  const base =
    target !== null && typeof target === 'object' && !Array.isArray(target)
      ? (target as Record<string, unknown>)
      : {}
  return { ...base, [key]: withValue(base[key], rest, value) }
}
