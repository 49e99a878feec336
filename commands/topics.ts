import type { DirectionOf, Edit } from '../records/governance/judge-edit.ts'
import type { TeachingTopic } from '../records/governance/teaching-topic.ts'
import { LedgerBroken } from '../records/ledger/ledger.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { EXIT, readArguments, textOf, type Options, type Parsed } from './arguments.ts'
import { recordsOf } from './backup.ts'
import { say } from './changes.ts'
import { readMoment } from './journal-arguments.ts'
import { openSiteDesk, type SiteDesk } from './site-desk.ts'

export interface TopicsDeps {
  /** `records.directory` of a gate's configuration file, or what is wrong with the file. */
  readonly resolveRecords: (configPath: string) => { directory: string } | { problem: string }
  readonly directionOf: DirectionOf
  /** Gate time, epoch ms. */
  readonly now: () => number
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

const USAGE = `usage: schoolgate topics announce CLASS --categories ID,ID... --pupils PERSON_REF,PERSON_REF...
                  --from TIME --to TIME --actor PERSON_REF --reason TEXT (--records DIR | --config FILE)
       schoolgate topics end ID --actor PERSON_REF --reason TEXT (--records DIR | --config FILE)
       schoolgate topics list (--records DIR | --config FILE)
What a class is taught in a lesson: what its pupils look up of it then is recorded and in the day's summary, and
alarms nobody. The safeguarding lead agrees first (\`changes approve\`); TIME is as in 2026-11-24T10:00Z.`

const OPTIONS: Options = {
  ...{ records: { type: 'string' }, config: { type: 'string' } },
  ...{ actor: { type: 'string' }, reason: { type: 'string' } },
  ...{ categories: { type: 'string' }, pupils: { type: 'string' } },
  ...{ from: { type: 'string' }, to: { type: 'string' } },
}

/** `topics announce|end|list`: exit code 0 done or waiting, 1 refused or not readable, 2 wrong usage. */
export async function topics(args: readonly string[], deps: TopicsDeps): Promise<number> {
  const call = parseCall(args, deps)
  if (typeof call === 'string') {
    deps.err(call === '' ? USAGE : `${call}\n${USAGE}`)
    return EXIT.usage
  }
  try {
    const site = await openSiteDesk(call.directory, deps, { readOnly: call.verb === 'list' })
    if (typeof site === 'string') {
      deps.err(site)
      return EXIT.no
    }
    await using opened = site
    return call.verb === 'list' ? list(opened, deps) : await decide(call, opened, deps)
  } catch (error) {
    if (!(error instanceof StoreRefused || error instanceof LedgerBroken)) throw error
    deps.err(error.message)
    return EXIT.no
  }
}

type Call = { readonly directory: string } & ({ readonly verb: 'list' } | Deciding)

interface Deciding {
  readonly verb: 'announce' | 'end'
  readonly actor: string
  readonly reason: string
  readonly edit: Edit
}

/** A text is what is wrong; an empty one that it is no call at all. */
function parseCall(args: readonly string[], { resolveRecords }: TopicsDeps): Call | string {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return parsed
  const [verb, object, ...rest] = parsed.positionals
  const isCall = verb === 'list' ? object === undefined : verb === 'announce' || verb === 'end'
  if (!isCall || rest.length > 0) return ''
  const [records, config] = [textOf(parsed, 'records'), textOf(parsed, 'config')]
  const place = recordsOf({ records, config }, resolveRecords)
  if ('problem' in place) return place.problem
  const { directory } = place
  if (verb === 'list') return { verb, directory }
  const decided = parseDecision(verb === 'end' ? verb : 'announce', object ?? '', parsed)
  return typeof decided === 'string' ? decided : { directory, ...decided }
}

function parseDecision(verb: Deciding['verb'], object: string, parsed: Parsed): Deciding | string {
  const [actor, reason] = [textOf(parsed, 'actor'), textOf(parsed, 'reason')]
  if (object === '') return ''
  if (actor === undefined || reason === undefined)
    return 'say who acts and why: --actor PERSON_REF --reason TEXT'
  if (verb === 'end')
    return { verb, actor, reason, edit: { kind: 'topic.end', objectId: object, after: null } }
  const topic = readTopic(object, parsed)
  if (typeof topic === 'string') return topic
  const edit = { kind: 'topic.put', objectId: `${object} ${topic.from}`, after: topic } as const
  return { verb, actor, reason, edit }
}

function readTopic(name: string, parsed: Parsed): TeachingTopic | string {
  const [from, to] = [readMoment(parsed, 'from'), readMoment(parsed, 'to')]
  for (const time of [from, to]) if (typeof time === 'object') return time.problem
  if (typeof from !== 'number' || typeof to !== 'number')
    return 'say from when to when: --from TIME --to TIME'
  const [categories, persons] = [wordsOf(parsed, 'categories'), wordsOf(parsed, 'pupils')]
  const iso = (at: number): string => new Date(at).toISOString()
  return { class: name, persons, categories, from: iso(from), to: iso(to) }
}

function wordsOf(parsed: Parsed, name: string): string[] {
  return (textOf(parsed, name) ?? '').split(',').filter((word) => word !== '')
}

function list({ view }: SiteDesk, { out, now }: TopicsDeps): number {
  for (const [id, { class: name, persons, categories, from, to }] of view.current().topics)
    if (Date.parse(to) > now())
      out(
        `${id}: class ${name}, ${persons.length} pupils, ${categories.join(', ')}, ${from} to ${to}`,
      )
  return EXIT.done
}

async function decide(
  { verb, actor, reason, edit }: Deciding,
  { desk, view }: SiteDesk,
  deps: TopicsDeps,
): Promise<number> {
  const basedOn = view.current().headSeq
  const outcome = await desk.submit({ basedOn, reason, edits: [edit] }, actor, deps.now())
  return say(outcome, `topic \`${edit.objectId}\`, ${verb}`, deps)
}
