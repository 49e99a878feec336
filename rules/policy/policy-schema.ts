import { z } from 'zod'
import { POSTURE_CHECKS, VERSIONED_SYSTEMS } from '../posture/posture-rules.ts'
import { MAX_CLASSES } from '../bandwidth/bandwidth.ts'
import { SERVICE_PREFIX } from '../services/hosts-named.ts'
import { DEVICE_STATES, ROLES, ZONE_MODES } from '../subject.ts'
import { LIST_FORMATS } from './list-place.ts'
import { AUDIENCES } from '../taxonomy/taxonomy.ts'
import { ACTIONS } from '../verdict.ts'
import { VOUCHER_KINDS } from '../vouchers/voucher-kinds.ts'
import { BANK_HOLIDAY_DIVISIONS } from '../time/bank-holidays.ts'

/**
 * The policy file as people write it. Shapes and words only: whether the names in it exist is
 * checked in `check-references.ts`, so that a reader sees every problem of both kinds at once.
 */

/** Bounds a file that is well-formed and absurd; each is far above any school we know. */
const MAX_ENTRIES = 10_000
const MAX_TEXT = 2_000
/** Each is put to the test before a change is in force, and somebody waits for it. */
const MAX_PROMISES = 500

const text = z.string().min(1).max(MAX_TEXT)
/** Ids appear in rule ids, metrics and file names. */
const id = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'use a-z, 0-9, _ and - (at most 64)')
const clock = z.string().regex(/^\d{1,2}:\d{2}(?::\d{2})?$/, 'a time of day is `HH:MM`, in quotes')
const day = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
/** YAML 1.2 leaves `2026-11-27` a string, which is what we want: a date has no time zone. */
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date is `YYYY-MM-DD`')
const source = text.optional()

/** One word or a list of them: `role: staff` reads better than `role: [staff]`. */
function oneOrMore<T extends z.ZodType>(item: T): z.ZodType<readonly z.output<T>[]> {
  const asList = (value: unknown): unknown => (Array.isArray(value) ? value : [value])
  return z.preprocess(asList, z.array(item).min(1).max(MAX_ENTRIES))
}

/**
 * A host pattern, or `service: youtube` for the hosts of one (`rules/services`); in both cases as a
 * text, the second with the word in front.
 */
const siteName = z.preprocess((value, context) => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  const entries = Object.entries(value)
  const [[key, service] = []] = entries
  if (entries.length === 1 && key === 'service' && typeof service === 'string')
    return `${SERVICE_PREFIX}${service}`
  context.addIssue({ code: 'custom', message: 'a site is a host name or `service: NAME`' })
  return z.NEVER
}, z.string())

const span = z.strictObject({ name: text, from: date, to: date })

/** One slot a day is written as the window's own `start` and `end`, several as its `slots`. */
const windowSlot = z.strictObject({
  start: clock,
  end: clock,
  days: z.array(day).min(1).optional(),
})

const window = z.strictObject({
  start: clock.optional(),
  end: clock.optional(),
  slots: z.array(windowSlot).min(1).max(100).optional(),
  days: z.array(day).min(1).optional(),
  inset: z.boolean().default(false),
  /** Of exams alone; or of days on which the school is closed, which no other window is in force on. */
  dates: z.enum(['exams', 'closed']).optional(),
  source,
})

const slot = z.tuple([id, clock, clock])
const timetable = z.record(id, z.array(slot).max(100))

/** Other bells than the usual ones; a window with `slots: []` does not hold on such a day. */
const dayType = z.strictObject({
  timetable: timetable.default({}),
  windows: z
    .record(
      id,
      z.strictObject({
        start: clock.optional(),
        end: clock.optional(),
        slots: z.array(windowSlot).max(100).optional(),
      }),
    )
    .default({}),
  source,
})

/** One date that is not as the rest of the calendar has it. */
const dayChange = z.strictObject({
  date,
  name: text,
  day: z.enum(['school', 'inset', 'closed']).optional(),
  opens: clock.optional(),
  closes: clock.optional(),
  day_type: id.optional(),
  source,
})

const zone = z.strictObject({
  networks: z.array(z.string()).max(MAX_ENTRIES).default([]),
  pupil_area: z.boolean(),
  mobile_free: z.boolean().default(false),
  exam: z.boolean().default(false),
  mode: z.enum(ZONE_MODES).default('enforce'),
})

const categoryAction = z.enum(['allow', 'block', 'warn', 'restrict', 'timed', 'grant'])

const profile = z.strictObject({
  /** Who is in it, in words that end a sentence: `secondary pupils in lessons`. */
  label: text.optional(),
  start_from: z.enum(AUDIENCES).optional(),
  change: z.record(z.string(), categoryAction).default({}),
  /** What differs for single services, whatever their categories say. */
  services: z.record(z.string(), z.enum(['allow', 'block'])).default({}),
  social: z.boolean().default(false),
  timed_outside: id.optional(),
  only: z
    .strictObject({
      hosts: z.array(siteName).max(MAX_ENTRIES).default([]),
      categories: z.array(z.string()).default([]),
    })
    .optional(),
  blocked_answer: z.enum(['page', 'nodata', 'by_ca']).default('by_ca'),
  /** Defaults of these three: `safe-mode-defaults.ts`. */
  safe_search: z.enum(['on', 'off']).optional(),
  youtube: z.enum(['strict', 'moderate', 'off']).optional(),
  without_safe_mode: z.enum(['allow', 'block']).optional(),
  /** A class of `bandwidth`; none is as fast as it goes. */
  bandwidth: id.optional(),
})

/** From what a slow mobile line has to what no school has. */
const megabits = z.number().min(0.05).max(100_000)
const size = z.string().max(40)

/** What follows attempts to get round the filter, and tunnels through DNS. */
const sanctions = z.strictObject({
  bypass: z
    .strictObject({
      count: z.int().min(2).max(1_000),
      within_min: z.int().min(1).max(240),
      /** A day at most: what is to last longer is for a person to decide. */
      lockout_min: z.int().min(1).max(1_440),
      /** A profile with `only`; without it nothing but help is open. */
      profile: id.optional(),
      exempt: z.array(z.enum(ROLES)).max(ROLES.length).default([]),
      counts: z.array(text).max(50).optional(),
      source,
    })
    .optional(),
})
const dnsTunnel = z.strictObject({
  block_min: z.int().min(1).max(10_080).optional(),
  except: z.array(text).max(200).default([]),
  source,
})

const bandwidth = z.strictObject({
  classes: z
    .record(
      id,
      z.strictObject({
        down_mbps: megabits.optional(),
        up_mbps: megabits.optional(),
        quota: z
          .strictObject({
            size,
            per: id,
            then: z.enum(['throttle', 'block']),
            throttle_mbps: megabits.optional(),
          })
          .optional(),
        source,
      }),
    )
    .default({})
    .refine((classes) => Object.keys(classes).length <= MAX_CLASSES, {
      message: `at most ${MAX_CLASSES} classes`,
    }),
  heavy_talker: z
    .strictObject({
      size,
      minutes: z.int().min(1).max(1440),
      throttle_mbps: megabits.optional(),
      source,
    })
    .optional(),
})

const accessRule = z.strictObject({
  id: id.optional(),
  ownership: z.enum(['personal', 'school']).optional(),
  role: oneOrMore(z.enum(ROLES)).optional(),
  type: oneOrMore(id).optional(),
  zone: oneOrMore(id).optional(),
  pupil_area: z.boolean().optional(),
  during: oneOrMore(id).optional(),
  voucher: z.literal('active').optional(),
  profile: z.string().max(128).optional(),
  deny: id.optional(),
  explain: text.optional(),
  source,
})

const siteRule = z.strictObject({
  id: id.optional(),
  allow: z.array(siteName).max(MAX_ENTRIES).optional(),
  block: z.array(siteName).max(MAX_ENTRIES).optional(),
  profiles: z.array(z.string().max(128)).optional(),
  /** A date, or a date with a time of day by the school's clock (`term-of-site.ts`). */
  from: text.optional(),
  until: text.optional(),
  because: text,
})

const correction = z.strictObject({
  host: z.string(),
  remove: z.string().optional(),
  add: z.string().optional(),
  because: text,
})

const list = z.strictObject({
  id,
  folder: text.optional(),
  path: text.optional(),
  /** Fetched by the gate: `https://`, `http://`, or a zone by `axfr://server[:port]/zone`. */
  url: text.optional(),
  /** How often it is asked for: `30m`, `6h`, `1d`. */
  every: z.string().optional(),
  format: z.enum(LIST_FORMATS).optional(),
  /** The key of a zone transfer, in a file of its own: `name algorithm base64`. */
  tsig: text.optional(),
  category: z.string().optional(),
  version: text.optional(),
})

/** Who a promise is made to; nothing of it is everybody. */
const promisedTo = z.strictObject({
  device: text.optional(),
  registered: z.literal(false).optional(),
  role: oneOrMore(z.enum(ROLES)).optional(),
  phase: oneOrMore(id).optional(),
  year: z.int().min(1).max(14).optional(),
  ownership: z.enum(['personal', 'school']).optional(),
  type: oneOrMore(id).optional(),
  state: z.enum(DEVICE_STATES).optional(),
  aup: z.enum(['signed', 'missing']).optional(),
  posture: z
    .string()
    .regex(/^(?:ok|not_applicable|stale|failed:[a-z0-9_]{1,64})$/, 'ok, stale or `failed:<check>`')
    .optional(),
  grant: z.enum(['medical', 'dependant_illness']).optional(),
  voucher: z.literal('active').optional(),
  exam_candidate: z.boolean().optional(),
})

const promise = z.strictObject({
  id,
  says: text,
  who: promisedTo.optional(),
  zone: oneOrMore(id).optional(),
  pupil_area: z.boolean().optional(),
  during: oneOrMore(id).optional(),
  at: oneOrMore(text).optional(),
  url: oneOrMore(text),
  expect: z.enum(ACTIONS),
  reason: text.optional(),
  source,
})

const limit = (most: number) => z.union([z.int().min(0).max(most), z.literal(false)])

/** `false`: not asked. What is not named is as `DEFAULT_POSTURE_RULES` says. */
const postureChecks = z.strictObject({
  screen_lock: z.boolean().optional(),
  auto_lock_max_min: limit(1440).optional(),
  disk_encryption: z.boolean().optional(),
  av_running: z.boolean().optional(),
  av_defs_max_days: limit(365).optional(),
  patch_max_days: limit(3650).optional(),
  firewall: z.boolean().optional(),
  not_jailbroken: z.boolean().optional(),
  no_unknown_sources: z.boolean().optional(),
  no_vpn_profile: z.boolean().optional(),
  school_ca: z.boolean().optional(),
  mdm: z.boolean().optional(),
  /** The oldest version that passes, as text: `'14.0'`. */
  min_os: z
    .partialRecord(
      z.enum(VERSIONED_SYSTEMS),
      z
        .string()
        .regex(/^\d{1,6}(?:\.\d{1,6}){0,3}$/, "a version in quotes, as '14.6' or '10.0.22631'"),
    )
    .default({}),
})

const postureScope = z.strictObject({
  ownership: z.enum(['personal', 'school']),
  type: oneOrMore(id).optional(),
})

const exam = z.strictObject({
  date,
  start: clock,
  end: clock,
  zone: id,
  paper: text,
  candidates_year: z.int().min(1).max(14).optional(),
})

/** What is left out is as `rules/vouchers/voucher-kinds.ts` has it. */
const voucherRules = z.strictObject({
  zones: z.array(id).min(1).max(100).optional(),
  during: z.array(id).min(1).max(100).optional(),
  max_days: z.int().min(1).max(366).optional(),
  source,
})

const agreements = z.strictObject({
  documents: z
    .array(
      z.strictObject({
        id,
        role: oneOrMore(z.enum(ROLES)),
        phase: oneOrMore(id).optional(),
        version: date,
        /** A file beside the policy. */
        text,
        source,
      }),
    )
    .min(1)
    .max(50),
  reaccept_days: z.int().min(1).max(3_660).default(365),
  grace_days: z.int().min(0).max(366).default(14),
  parental_consent: z.boolean().default(false),
})

const registration = z.partialRecord(
  z.enum(ROLES),
  z.strictObject({
    devices: z.int().min(0).max(50),
    approval: z.boolean().default(true),
    source,
  }),
)

/** What a trust closes for all of its schools (rules/policy/trust-floor.ts). */
const floor = z.strictObject({
  actions: z
    .partialRecord(
      z.enum(AUDIENCES),
      z.record(z.string(), z.enum(['block', 'restrict', 'warn', 'timed'])),
    )
    .default({}),
  observe: z.boolean().default(false),
})

export const policySchema = z.strictObject({
  /** The trust's policy, a file beside this one. */
  extends: text.optional(),
  /** Of a parent only. */
  floor: floor.optional(),
  school: z.strictObject({
    id,
    name: text,
    timezone: text,
    phases: z.array(id).min(1),
    ask: text,
    help: z.array(z.strictObject({ label: text, url: z.url({ protocol: /^https?$/ }) })).max(20),
    monitoring_notice: text,
  }),
  calendar: z.strictObject({
    days: z.array(day).min(1),
    terms: z.array(span).max(100),
    closed: z.array(span).max(1000).default([]),
    inset: z.array(date).max(1000).default([]),
    bank_holidays: z.enum(BANK_HOLIDAY_DIVISIONS).optional(),
    /** Weekdays that ring by another type of day: `{ fri: short_day }`. */
    weekly: z.partialRecord(day, id).default({}),
    changes: z.array(dayChange).max(1000).default([]),
  }),
  day_types: z.record(id, dayType).default({}),
  windows: z.record(id, window).default({}),
  timetable: timetable.default({}),
  zones: z.record(id, zone),
  identify: z
    .strictObject({
      last_octet: z.array(z.string()).default([]),
      /** Zone by what a source calls a place. */
      places: z.record(z.string().min(1).max(256), id).default({}),
      settle_seconds: z.int().min(0).max(3_600).optional(),
    })
    .optional(),
  exams: z.array(exam).max(MAX_ENTRIES).default([]),
  profiles: z.record(id, profile),
  grants: z.strictObject({ medical: id.optional(), dependant_illness: id.optional() }).default({}),
  posture: z
    .strictObject({
      required_for: z.array(postureScope),
      max_age_min: z.int().min(5).max(10_080).optional(),
      wake_min: z.int().min(0).max(30).optional(),
      checks: postureChecks.optional(),
      /** How long a check may fail before it counts, by the check's name in reason codes. */
      grace_hours: z.partialRecord(z.enum(POSTURE_CHECKS), z.int().min(0).max(720)).default({}),
    })
    .optional(),
  bandwidth: bandwidth.optional(),
  sanctions: sanctions.optional(),
  dns_tunnel: dnsTunnel.optional(),
  agreements: agreements.optional(),
  registration: registration.default({}),
  vouchers: z.partialRecord(z.enum(VOUCHER_KINDS), voucherRules).default({}),
  access: z.array(accessRule).max(MAX_ENTRIES),
  preset: id.optional(),
  presets: z.record(id, z.array(accessRule)).default({}),
  sites: z.array(siteRule).max(MAX_ENTRIES).default([]),
  corrections: z.array(correction).max(MAX_ENTRIES).default([]),
  lists: z.array(list).max(1000).default([]),
  promises: z.array(promise).max(MAX_PROMISES).default([]),
})

export type PolicyDocument = z.output<typeof policySchema>
