import { readFileSync, statSync } from 'node:fs'
import { calendarFromIcs, type CalendarDraft } from '../rules/ics/calendar-from-ics.ts'
import { draftYaml } from '../rules/ics/draft-yaml.ts'
import { MAX_ICS_CHARACTERS } from '../rules/ics/ics-blocks.ts'
import { readIcs } from '../rules/ics/read-ics.ts'
import type { Policy } from '../rules/policy/policy.ts'
import { EXIT, readArguments, textOf, textsOf, usage, type Parsed } from './arguments.ts'
import { showDays } from './calendar-days.ts'
import { DEFAULT_CONFIG, readConfig, type LoadedConfig } from './read-config.ts'
import { readPolicy } from './read-school.ts'

const USAGE = `usage: schoolgate calendar import FILE.ics [--config FILE] [--exams] [--exam-zone ZONE]
       schoolgate calendar show [--config FILE] [--from DATE] [--days N] [(--device ID | --ip ADDR) [--zone ZONE]]`

const OPTIONS = {
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  exams: { type: 'boolean' },
  'exam-zone': { type: 'string' },
  from: { type: 'string' },
  days: { type: 'string' },
  device: { type: 'string' },
  ip: { type: 'string' },
  zone: { type: 'string' },
} as const

/** What a calendar file means for the policy, or what a school's days are like. Changes nothing. */
export async function calendar(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const [what, file, ...rest] = parsed.positionals
  const isImport = what === 'import' && file !== undefined && rest.length === 0
  if (!isImport && !(what === 'show' && file === undefined)) return usage(USAGE)
  const loaded = readConfig(textOf(parsed, 'config') ?? DEFAULT_CONFIG, textsOf(parsed, 'set'))
  if (typeof loaded === 'string') return usage(USAGE, loaded)
  if (isImport) return importIcs(file, parsed, loaded)
  const problem = await showDays(parsed, loaded)
  return problem === null ? EXIT.done : usage(USAGE, problem)
}

function importIcs(file: string, parsed: Parsed, loaded: LoadedConfig): number {
  const text = readText(file)
  if ('problem' in text) return usage(USAGE, text.problem)
  const policy = readPolicy(loaded)
  if (typeof policy === 'string') return usage(USAGE, policy)
  const examZones = policy.zones.filter(({ exam }) => exam).map(({ id }) => id)
  const wanted = textOf(parsed, 'exam-zone')
  if (wanted !== undefined && !examZones.includes(wanted))
    return usage(USAGE, `\`${wanted}\` is none of the policy's exam zones: ${examZones.join(', ')}`)
  const { events, problems } = readIcs(text.text, policy.time.timezone)
  const draft = calendarFromIcs(events, {
    examZones,
    examZone: wanted ?? (examZones.length === 1 ? (examZones[0] ?? null) : null),
    timedAreExams: parsed.values['exams'] === true,
    bankHolidays: singleDays(policy),
  })
  process.stdout.write(`# ${file}: ${counted(draft, events.length)}\n`)
  process.stdout.write(draftYaml(draft, problems))
  // A file of which nothing could be made is an answer that somebody has to look at.
  return found(draft) === 0 ? EXIT.no : EXIT.done
}

/** Never more than a calendar may have, so that a disk image is not read before it is refused. */
function readText(file: string): { readonly text: string } | { readonly problem: string } {
  try {
    const { size } = statSync(file)
    if (size > MAX_ICS_CHARACTERS * 2) return { problem: `\`${file}\` is larger than a calendar` }
    return { text: readFileSync(file, 'utf8') }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    return { problem: `cannot read \`${file}\`: ${why}` }
  }
}

function singleDays({ time }: Policy): ReadonlySet<string> {
  return new Set(time.closed.flatMap(({ from, to }) => (from === to ? [from] : [])))
}

function found({ terms, closed, inset, changes, exams }: CalendarDraft): number {
  return [terms, closed, inset, changes, exams].reduce((sum, { length }) => sum + length, 0)
}

function counted(draft: CalendarDraft, events: number): string {
  const parts = [
    `${events} dates`,
    `${draft.terms.length} terms`,
    `${draft.closed.length} holidays`,
    `${draft.inset.length} INSET days`,
    `${draft.changes.length} changed days`,
    `${draft.exams.length} exams`,
    `${draft.leftOut.length} left out`,
  ]
  return `${parts.join(', ')}. Nothing is changed: what is right goes into the policy file.`
}
