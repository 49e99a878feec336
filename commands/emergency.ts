import { EMERGENCY_KINDS, type SiteEmergencyFacts } from '../records/governance/occasion-facts.ts'
import { policyOf } from '../records/governance/judged-permission.ts'
import { EMERGENCY_PROFILE } from '../rules/access/judge-access.ts'
import { nearest } from '../rules/policy/nearest-word.ts'
import { suggestion } from '../rules/policy/yaml-source.ts'
import { EXIT, readArguments, type Parsed } from './arguments.ts'
import {
  atDesk,
  OCCASION_OPTIONS,
  readEnd,
  readSigned,
  submitEdit,
  type OccasionDeps,
} from './occasion-call.ts'
import type { SiteDesk } from './site-desk.ts'

const USAGE = `usage: schoolgate emergency begin KIND (--until TIME | --minutes N) --actor PERSON_REF --reason TEXT
       schoolgate emergency extend (--until TIME | --minutes N) --actor PERSON_REF --reason TEXT
       schoolgate emergency end --actor PERSON_REF --reason TEXT
       schoolgate emergency show
each with (--records DIR | --config FILE). KIND is ${EMERGENCY_KINDS.join(', ')}. Registered staff devices get the
profile \`${EMERGENCY_PROFILE}\` on every gate within seconds; pupils keep theirs; it ends by itself.`

/** `emergency begin|extend|end|show`: exit code 0 done, 1 refused or not readable, 2 wrong usage. */
export async function emergency(args: readonly string[], deps: OccasionDeps): Promise<number> {
  const parsed = readArguments(args, OCCASION_OPTIONS)
  if (typeof parsed === 'string') return wrong(parsed, deps)
  const [verb, kind, ...rest] = parsed.positionals
  if (rest.length > 0 || (verb === 'begin') !== (kind !== undefined)) return wrong('', deps)
  switch (verb) {
    case 'begin':
      return begin(kind ?? '', parsed, deps)
    case 'extend':
      return extend(parsed, deps)
    case 'end':
      return end(parsed, deps)
    case 'show':
      return atDesk(parsed, deps, { readOnly: true, work: (site) => show(site, deps) })
    case undefined:
    default:
      return wrong('', deps)
  }
}

function wrong(problem: string, { err }: OccasionDeps): number {
  err(problem === '' ? USAGE : `${problem}\n${USAGE}`)
  return EXIT.usage
}

async function begin(word: string, parsed: Parsed, deps: OccasionDeps): Promise<number> {
  const kind = EMERGENCY_KINDS.find((each) => each === word)
  if (kind === undefined)
    return wrong(`\`${word}\` is no kind${suggestion(nearest(word, EMERGENCY_KINDS))}`, deps)
  const signed = readSigned(parsed)
  if (typeof signed === 'string') return wrong(signed, deps)
  const term = readEnd(parsed, deps.now())
  if (typeof term === 'string') return wrong(term, deps)
  return atDesk(parsed, deps, {
    readOnly: false,
    work: (site) => declare({ kind, until: term.end }, signed, site, deps),
  })
}

async function extend(parsed: Parsed, deps: OccasionDeps): Promise<number> {
  const signed = readSigned(parsed)
  if (typeof signed === 'string') return wrong(signed, deps)
  const work = (site: SiteDesk): Promise<number> | number => {
    const running = runningIn(site, deps)
    if (running === null) return none(deps)
    const term = readEnd(parsed, running.until === null ? deps.now() : Date.parse(running.until))
    if (typeof term === 'string') return wrong(term, deps)
    return declare({ ...running, until: term.end }, signed, site, deps)
  }
  return atDesk(parsed, deps, { readOnly: false, work })
}

function declare(
  after: SiteEmergencyFacts,
  signed: { actor: string; reason: string },
  site: SiteDesk,
  deps: OccasionDeps,
): Promise<number> {
  const profiles = policyOf(site.view.current())?.profiles ?? []
  // Declared all the same: people act on it, and the ledger remembers when.
  if (!profiles.some(({ id }) => id === EMERGENCY_PROFILE))
    deps.err(`the policy has no profile \`${EMERGENCY_PROFILE}\`: no device gets anything by this`)
  const edit = { kind: 'site_emergency.put', objectId: 'site', after } as const
  const what = `site emergency (${after.kind}) until ${after.until ?? ''}`
  return submitEdit(edit, { ...signed, what }, site, deps)
}

async function end(parsed: Parsed, deps: OccasionDeps): Promise<number> {
  const signed = readSigned(parsed)
  if (typeof signed === 'string') return wrong(signed, deps)
  const edit = { kind: 'site_emergency.end', objectId: 'site', after: null } as const
  return atDesk(parsed, deps, {
    readOnly: false,
    work: (site) =>
      runningIn(site, deps) === null
        ? none(deps)
        : submitEdit(edit, { ...signed, what: 'end of the site emergency' }, site, deps),
  })
}

/** Null where none is declared, and where it has ended by itself. */
function runningIn({ view }: SiteDesk, { now }: OccasionDeps): SiteEmergencyFacts | null {
  const { siteEmergency } = view.current()
  const until = siteEmergency?.until ?? null
  return until !== null && Date.parse(until) <= now() ? null : siteEmergency
}

function none({ err }: OccasionDeps): number {
  err('there is no site emergency')
  return EXIT.no
}

function show(site: SiteDesk, deps: OccasionDeps): number {
  const running = runningIn(site, deps)
  if (running === null) return none(deps)
  deps.out(`${running.kind}, until ${running.until ?? 'somebody ends it'}`)
  return EXIT.done
}
