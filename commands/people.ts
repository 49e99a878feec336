import { erasePerson } from '../records/people/erase-person.ts'
import { forgetPerson, type Forgotten } from '../records/people/forget-person.ts'
import { isNothing, subjectAccess, type SubjectAccess } from '../records/people/subject-access.ts'
import { ofSubject } from '../records/people/subject-presence.ts'
import {
  forgetAtSite,
  personAtSite,
  type SitePersonOptions,
} from '../records/presence/site-person.ts'
import { redisOf } from '../records/redis/site-redis.ts'
import { AccessLog } from '../records/journal/access-log.ts'
import { MAY_EXPORT_PERSON } from '../records/governance/permissions.ts'
import type { DirectionOf } from '../records/governance/judge-edit.ts'
import { MIN_REASON_LETTERS } from '../records/ledger/entry.ts'
import { LedgerBroken, openLedger, type Ledger } from '../records/ledger/ledger.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { EXIT, readArguments, textOf, type Options } from './arguments.ts'
import { openSiteDesk, type SiteDesk } from './site-desk.ts'

export interface PeopleDeps {
  /** `records.directory` of a gate's configuration file, or what is wrong with the file. */
  readonly resolveRecords: (configPath: string) => { directory: string } | { problem: string }
  readonly directionOf: DirectionOf
  /** What a person may act as at a moment (epoch ms), by the ledger in the directory. */
  readonly dutiesOf: (directory: string, person: string, at: number) => readonly string[]
  readonly out: (line: string) => void
  readonly err: (line: string) => void
  /** Gate time, epoch ms. */
  readonly now: () => number
}

const PEOPLE_USAGE = `usage: schoolgate people erase REF --actor PERSON_REF --reason TEXT (--config FILE | --records DIR)
       schoolgate people export REF --actor PERSON_REF --reason TEXT (--config FILE | --records DIR)`

/**
 * `people erase|export`: takes a person out of the records as far as the law allows, or prints all that is
 * kept of the person as JSON, which the access log notes. Both are for the head, the leadership and the
 * data protection officer. Until there is a sign-in, who has the gate's machine acts as the person that
 * `--actor` names. Exit code 0 done, 1 not done, 2 wrong usage.
 */
export async function people(args: readonly string[], deps: PeopleDeps): Promise<number> {
  const call = parseCall(args, deps)
  if (typeof call === 'string') {
    deps.err(call)
    return EXIT.usage
  }
  try {
    return await (call.isErasure ? erase(call, deps) : tell(call, deps))
  } catch (error) {
    if (!(error instanceof StoreRefused || error instanceof LedgerBroken)) throw error
    deps.err(error.message)
    return EXIT.no
  }
}

interface Call {
  readonly personRef: string
  readonly directory: string
  readonly isErasure: boolean
  readonly actor: string
  readonly reason: string
}

const OPTIONS: Options = {
  config: { type: 'string' },
  records: { type: 'string' },
  actor: { type: 'string' },
  reason: { type: 'string' },
}

function parseCall(args: readonly string[], deps: PeopleDeps): Call | string {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return `${parsed}\n${PEOPLE_USAGE}`
  const [verb, personRef, ...rest] = parsed.positionals
  if (personRef === undefined || rest.length > 0) return PEOPLE_USAGE
  const [actor, reason] = [textOf(parsed, 'actor'), textOf(parsed, 'reason')]
  if (verb !== 'erase' && verb !== 'export') return PEOPLE_USAGE
  if (actor === undefined || reason === undefined) return PEOPLE_USAGE
  const place = placeOf(textOf(parsed, 'config'), textOf(parsed, 'records'), deps)
  if ('problem' in place) return place.problem
  return { personRef, directory: place.directory, isErasure: verb === 'erase', actor, reason }
}

function placeOf(
  config: string | undefined,
  records: string | undefined,
  { resolveRecords }: PeopleDeps,
): { directory: string } | { problem: string } {
  if (config !== undefined && records !== undefined)
    return { problem: 'give `--config` or `--records`, not both' }
  if (records !== undefined) return { directory: records }
  return config === undefined ? { problem: PEOPLE_USAGE } : resolveRecords(config)
}

async function tell(
  { directory, personRef, actor, reason }: Call,
  deps: PeopleDeps,
): Promise<number> {
  const { out, err } = deps
  const no = (why: string): number => {
    err(why)
    return EXIT.no
  }
  const at = deps.now()
  if (reason.trim().length < MIN_REASON_LETTERS)
    return no(`a person’s records are shown for a reason of ${MIN_REASON_LETTERS} letters or more`)
  const here = readFrom(directory, (ledger) => ({
    ...{ kept: subjectAccess(ledger, personRef), site: ledger.site() },
  }))
  const role = deps.dutiesOf(directory, actor, at).find((duty) => MAY_EXPORT_PERSON.has(duty))
  if (role === undefined)
    return no(`\`${actor}\` is none of ${[...MAY_EXPORT_PERSON].join(', ')} now, says the ledger`)
  const kept = await withSite(here.kept, { directory, personRef, site: here.site, deps })
  if (isNothing(kept)) return no(`nothing is kept of \`${personRef}\``)
  const look = { at, viewer: actor, role, query: { subject_access: personRef }, reason }
  using log = AccessLog.open(directory)
  log.note({ ...look, rows: kept.journal.length, people: [personRef] })
  out(JSON.stringify(kept, null, 2))
  return EXIT.done
}

interface SiteCall {
  readonly directory: string
  readonly personRef: string
  readonly site: string | null
  readonly deps: PeopleDeps
}

/** Null where no Redis has the site's presence. */
function siteOptions({ directory, personRef, site, deps }: SiteCall): SitePersonOptions | null {
  const redis = redisOf(directory)
  return redis === null || site === null ? null : { redis, site, personRef, now: deps.now() }
}

/** With where the site's other gates say that the person is, as far as this one has not heard of it. */
async function withSite(kept: SubjectAccess, call: SiteCall): Promise<SubjectAccess> {
  const options = siteOptions(call)
  if (options === null) return kept
  try {
    const known = new Set(kept.bindings.map(({ address }) => address))
    const more = (await personAtSite(options)).filter(({ address }) => !known.has(address))
    return { ...kept, bindings: [...kept.bindings, ...more.map(ofSubject)] }
  } catch (error) {
    call.deps.err(
      `Redis does not answer (${wordsOf(error)}): what only other gates know is not in it`,
    )
    return kept
  }
}

/** How many entries of the site's presence no longer say who it is. */
async function forgetInRedis(call: SiteCall): Promise<number> {
  const options = siteOptions(call)
  if (options === null) return 0
  try {
    return await forgetAtSite(options)
  } catch (error) {
    call.deps.err(
      `the site’s presence in Redis was not reached (${wordsOf(error)}): a gate of the site that runs does it, else it expires`,
    )
    return 0
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function readFrom<T>(directory: string, read: (ledger: Ledger) => T): T {
  const ledger = openLedger(directory, { readOnly: true })
  try {
    return read(ledger)
  } finally {
    ledger.close()
  }
}

async function erase(call: Call, deps: PeopleDeps): Promise<number> {
  const opened = await openSiteDesk(call.directory, deps)
  if (typeof opened === 'string') {
    deps.err(opened)
    return EXIT.no
  }
  await using site = opened
  const { out, err } = deps
  const { personRef } = call
  const erased = await eraseAt(site, call, deps)
  if (erased.kind === 'unknown') return await eraseRest(site, call, deps)
  if (erased.kind !== 'erased') {
    err(
      'message' in erased ? erased.message : `change ${erased.proposal} waits for a second person`,
    )
    return EXIT.no
  }
  out(
    `the name, the address and the salt of \`${personRef}\` are erased: ledger entry ${erased.seq}`,
  )
  for (const line of forgottenLines(await forgetAll(site, call, deps))) out(line)
  out('backups made before, Redis’ append-only file until it is rewritten, and the school’s own')
  out('people.csv still have them')
  if (!erased.isScrubbed) {
    out(
      'another process is reading: the file’s log keeps them until it is cut, at the latest at the stop',
    )
  }
  return EXIT.done
}

/** A second call after one that was cut short does the rest. */
async function eraseRest(site: SiteDesk, call: Call, deps: PeopleDeps): Promise<number> {
  const { out, err } = deps
  const { personRef } = call
  if (site.view.current().erased.has(personRef)) {
    const rest = await forgetAll(site, call, deps)
    for (const line of forgottenLines(rest)) out(line)
    const { refusals, alerts, bindings, custody, atSite } = rest
    if (refusals + alerts + bindings + custody + atSite > 0) return EXIT.done
  }
  err(`there is no name under \`${personRef}\``)
  return EXIT.no
}

/** Here, and where the site's gates tell each other who is where. */
async function forgetAll(
  { ledger }: SiteDesk,
  { directory, personRef }: Call,
  deps: PeopleDeps,
): Promise<AllForgotten> {
  const forgotten = forgetPerson(directory, personRef, deps.now())
  const atSite = await forgetInRedis({ directory, personRef, site: ledger.site(), deps })
  return { ...forgotten, atSite }
}

interface AllForgotten extends Forgotten {
  readonly atSite: number
}

function eraseAt({ ledger, desk, view }: SiteDesk, call: Call, { now }: PeopleDeps) {
  const { personRef, actor, reason } = call
  const basedOn = view.current().headSeq
  return erasePerson({ ledger, desk, basedOn }, { personRef, actor, reason, at: now() })
}

/** What was reached, and what the law keeps; a line without a number would say nothing. */
function forgottenLines(forgotten: AllForgotten): readonly string[] {
  const { bindings, custody, atSite } = forgotten
  const { refusals, refusalsKept, alerts, alertsKept, incidentsKept, looksKept } = forgotten
  const lines: readonly (readonly [count: number, says: string])[] = [
    [refusals, 'refusals no longer say whose they were'],
    [refusalsKept, 'refusals stay: high-risk or sealed hits, or under a legal hold'],
    [alerts, 'alerts no longer say of whom they are'],
    [alertsKept, 'alerts stay: of high severity, or part of an incident'],
    [incidentsKept, 'incidents stay, for the school must be able to account for them'],
    [bindings, 'addresses no longer say who is there'],
    [custody, 'rows of who had a device no longer say who it was'],
    [atSite, 'addresses of the site’s presence in Redis no longer say who is there'],
    [looksKept, 'looks by or at the person stay in the access log for two years'],
  ]
  return lines.filter(([count]) => count > 0).map(([count, says]) => `${count} ${says}`)
}
