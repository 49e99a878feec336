import type { OccasionFacts } from '../records/governance/occasion-facts.ts'
import { OCCASION_KINDS } from '../rules/permissions/occasions.ts'
import { nearest } from '../rules/policy/nearest-word.ts'
import { suggestion } from '../rules/policy/yaml-source.ts'
import { EXIT, readArguments, textOf, type Options, type Parsed } from './arguments.ts'
import { readMoment } from './journal-arguments.ts'
import {
  atDesk,
  OCCASION_OPTIONS,
  readEnd,
  readSigned,
  submitEdit,
  type OccasionDeps,
} from './occasion-call.ts'
import type { SiteDesk } from './site-desk.ts'

const USAGE = `usage: schoolgate occasions begin ID --kind KIND [--zones Z,Z...] [--people PERSON_REF,...] [--devices ID,...]
                  [--years N,...] [--profile P] [--from TIME] (--until TIME | --minutes N) --actor PERSON_REF --reason TEXT
       schoolgate occasions extend ID (--until TIME | --minutes N) --actor PERSON_REF --reason TEXT
       schoolgate occasions end ID --actor PERSON_REF --reason TEXT
       schoolgate occasions list
each with (--records DIR | --config FILE). KIND: exam_room, extra_time (for whom it names), exam_rehearsal and
exam_release are about rooms; transition_day and group give --profile to whom they name. It ends by itself.`

const OPTIONS: Options = {
  ...OCCASION_OPTIONS,
  ...{ kind: { type: 'string' }, zones: { type: 'string' }, people: { type: 'string' } },
  ...{ devices: { type: 'string' }, years: { type: 'string' }, profile: { type: 'string' } },
  from: { type: 'string' },
}

/** `occasions begin|extend|end|list`: exit code 0 done or waiting, 1 refused or not readable, 2 wrong usage. */
export async function occasions(args: readonly string[], deps: OccasionDeps): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return wrong(parsed, deps)
  const [verb, id, ...rest] = parsed.positionals
  if (rest.length > 0) return wrong('', deps)
  if (verb === 'list' && id === undefined)
    return atDesk(parsed, deps, { readOnly: true, work: (site) => list(site, deps) })
  if (id === undefined) return wrong('', deps)
  switch (verb) {
    case 'begin':
      return begin(id, parsed, deps)
    case 'extend':
      return extend(id, parsed, deps)
    case 'end':
      return end(id, parsed, deps)
    case undefined:
    default:
      return wrong('', deps)
  }
}

function wrong(problem: string, { err }: OccasionDeps): number {
  err(problem === '' ? USAGE : `${problem}\n${USAGE}`)
  return EXIT.usage
}

async function begin(id: string, parsed: Parsed, deps: OccasionDeps): Promise<number> {
  const signed = readSigned(parsed)
  if (typeof signed === 'string') return wrong(signed, deps)
  const facts = readFacts(parsed, deps.now())
  if (typeof facts === 'string') return wrong(facts, deps)
  const edit = { kind: 'occasion.put', objectId: id, after: { ...facts } } as const
  const work = (site: SiteDesk): Promise<number> | number => {
    const known = site.view.current().occasions.get(id)
    if (known === undefined || Date.parse(known.to) <= deps.now())
      return submitEdit(edit, { ...signed, what: `occasion \`${id}\`` }, site, deps)
    deps.err(`there is an occasion \`${id}\` already: extend or end it, or name another`)
    return EXIT.no
  }
  return atDesk(parsed, deps, { readOnly: false, work })
}

async function extend(id: string, parsed: Parsed, deps: OccasionDeps): Promise<number> {
  const signed = readSigned(parsed)
  if (typeof signed === 'string') return wrong(signed, deps)
  const work = (site: SiteDesk): Promise<number> | number => {
    const known = site.view.current().occasions.get(id)
    if (known === undefined) return absent(id, deps)
    const term = readEnd(parsed, Date.parse(known.to))
    if (typeof term === 'string') return wrong(term, deps)
    const after = { ...known, to: term.end }
    const edit = { kind: 'occasion.put', objectId: id, after } as const
    return submitEdit(edit, { ...signed, what: `occasion \`${id}\` to ${term.end}` }, site, deps)
  }
  return atDesk(parsed, deps, { readOnly: false, work })
}

async function end(id: string, parsed: Parsed, deps: OccasionDeps): Promise<number> {
  const signed = readSigned(parsed)
  if (typeof signed === 'string') return wrong(signed, deps)
  const edit = { kind: 'occasion.end', objectId: id, after: null } as const
  const work = (site: SiteDesk): Promise<number> | number =>
    site.view.current().occasions.has(id)
      ? submitEdit(edit, { ...signed, what: `end of occasion \`${id}\`` }, site, deps)
      : absent(id, deps)
  return atDesk(parsed, deps, { readOnly: false, work })
}

function absent(id: string, { err }: OccasionDeps): number {
  err(`there is no occasion \`${id}\``)
  return EXIT.no
}

function readFacts(parsed: Parsed, now: number): OccasionFacts | string {
  const word = textOf(parsed, 'kind') ?? ''
  const kind = OCCASION_KINDS.find((each) => each === word)
  if (kind === undefined)
    return `--kind \`${word}\` is none of ${OCCASION_KINDS.join(', ')}${suggestion(nearest(word, OCCASION_KINDS))}`
  const from = readMoment(parsed, 'from') ?? now
  if (typeof from === 'object') return from.problem
  const term = readEnd(parsed, from)
  if (typeof term === 'string') return term
  const years = wordsOf(parsed, 'years').map(Number)
  if (years.some((year) => !Number.isInteger(year))) return '--years are numbers'
  return {
    ...{ kind, from: new Date(from).toISOString(), to: term.end },
    ...{ persons: wordsOf(parsed, 'people'), devices: wordsOf(parsed, 'devices'), years },
    ...{ zones: wordsOf(parsed, 'zones'), profile: textOf(parsed, 'profile') ?? null },
  }
}

function wordsOf(parsed: Parsed, name: string): string[] {
  return (textOf(parsed, name) ?? '').split(',').filter((word) => word !== '')
}

/** What runs and what is to come, in the order of the ledger. */
function list({ view }: SiteDesk, { out, now }: OccasionDeps): number {
  for (const [id, occasion] of view.current().occasions)
    if (Date.parse(occasion.to) > now()) out(`${id}: ${describe(occasion)}`)
  return EXIT.done
}

function describe({ kind, from, to, zones, profile, ...whom }: OccasionFacts): string {
  const { persons, devices, years } = whom
  const parts = [
    kind.replaceAll('_', ' '),
    ...(persons.length + devices.length === 0
      ? []
      : [`${persons.length} people, ${devices.length} devices`]),
    ...(years.length === 0 ? [] : [`years ${years.join(', ')}`]),
    ...(zones.length === 0 ? [] : [`in ${zones.join(', ')}`]),
    ...(profile === null ? [] : [`as ${profile}`]),
    `${from} to ${to}`,
  ]
  return parts.join(', ')
}
