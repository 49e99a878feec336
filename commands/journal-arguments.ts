import type { JournalFilter } from '../records/journal/journal-search.ts'
import type { HeldEntries } from '../records/journal/legal-holds.ts'
import type { Options, Parsed } from './arguments.ts'
import { textOf } from './arguments.ts'

/** Options that are facets, and the field of each. */
const FACET_OPTIONS = {
  role: 'role',
  category: 'category',
  'reason-code': 'reason_code',
  severity: 'severity',
  zone: 'zone',
  action: 'action',
  grade: 'grade',
  device: 'device_id',
  host: 'host',
  ref: 'block_ref',
  text: 'text',
} as const

const OTHERS = [
  ...[
    'config',
    'records',
    'from',
    'to',
    'person',
    'limit',
    'cursor',
    'by',
    'as',
    'actor',
    'reason',
  ],
  ...['entries', 'incident', 'until', 'seen'],
]

export const JOURNAL_OPTIONS: Options = Object.fromEntries(
  [...Object.keys(FACET_OPTIONS), ...OTHERS].map((name) => [name, { type: 'string' }] as const),
)

export interface Problem {
  readonly problem: string
}

/** What `search` and `stat` look for. */
export function readFilter(parsed: Parsed): JournalFilter | Problem {
  const times = readTimes(parsed)
  if ('problem' in times) return times
  const filter: Record<string, string> = {}
  for (const [option, field] of Object.entries(FACET_OPTIONS)) {
    const value = textOf(parsed, option)
    if (value !== undefined) filter[field] = value
  }
  const person = textOf(parsed, 'person')
  return { ...filter, ...times, ...(person === undefined ? {} : { person_ref: [person] }) }
}

/** What `hold` keeps. */
export function readHeldEntries(parsed: Parsed): HeldEntries | Problem {
  const times = readTimes(parsed)
  if ('problem' in times) return times
  const range = textOf(parsed, 'entries')
  const match = range === undefined ? null : /^(\d{1,15})-(\d{1,15})$/.exec(range)
  if (range !== undefined && match === null) return { problem: `\`${range}\` is not FIRST-LAST` }
  const person = textOf(parsed, 'person')
  return {
    ...times,
    ...(match === null ? {} : { first: Number(match[1]), last: Number(match[2]) }),
    ...(person === undefined ? {} : { personRef: person }),
  }
}

/** The moment in an option as epoch ms; undefined where it is not given. */
export function readMoment(parsed: Parsed, name: string): number | Problem | undefined {
  const text = textOf(parsed, name)
  if (text === undefined) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? { problem: `\`${text}\` is not a time such as 2026-11-24T10:00Z` } : at
}

function readTimes(parsed: Parsed): Pick<JournalFilter, 'from' | 'to'> | Problem {
  const times: Record<string, string> = {}
  for (const name of ['from', 'to']) {
    const at = readMoment(parsed, name)
    if (at === undefined) continue
    if (typeof at !== 'number') return at
    times[name] = new Date(at).toISOString()
  }
  return times
}
