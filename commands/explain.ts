import { createReadStream, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { createInterface } from 'node:readline'
import { openBundle, type Revision } from '../proxy/policy/bundle.ts'
import { parseInstant } from '../rules/time/clock-text.ts'
import { verdictOf } from '../rules/verdict-of.ts'
import type { Verdict } from '../rules/verdict.ts'
import { EXIT, readArguments, textOf, textsOf, usage, type Parsed } from './arguments.ts'
import { DEFAULT_CONFIG, readConfig } from './read-config.ts'
import { readSchool } from './read-school.ts'

const USAGE = `usage: schoolgate explain [--config FILE] (--device ID | --ip ADDR) [--zone Z] --url URL [--at ISO] [--json]
       schoolgate explain [--config FILE] --batch FILE.ndjson`

const OPTIONS = {
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  device: { type: 'string' },
  ip: { type: 'string' },
  zone: { type: 'string' },
  url: { type: 'string' },
  at: { type: 'string' },
  json: { type: 'boolean' },
  batch: { type: 'string' },
} as const

/** A line of a batch is a question, not a document. */
const MAX_LINE = 64 * 1024

/** Prints the verdict and its cause. */
export async function explain(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const loaded = readConfig(textOf(parsed, 'config') ?? DEFAULT_CONFIG, textsOf(parsed, 'set'))
  if (typeof loaded === 'string') return usage(USAGE, loaded)
  const batch = textOf(parsed, 'batch')
  if (batch !== undefined && !isFile(batch)) return usage(USAGE, `no file \`${batch}\``)
  // Before the lists are compiled: a slip of the finger is told at once.
  const question = batch === undefined ? questionFrom(parsed) : { batch }
  if (typeof question === 'string') return usage(USAGE, question)
  const bundle = await readSchool(loaded)
  if (typeof bundle === 'string') return usage(USAGE, bundle)
  const revision = openBundle(bundle)
  return 'batch' in question
    ? explainBatch(question.batch, revision)
    : explainOne(question, parsed, revision)
}

interface Question {
  readonly device?: string
  readonly address?: string
  readonly zone?: string
  readonly url: string
  /** Epoch ms. */
  readonly at: number
}

function questionFrom(parsed: Parsed): Question | string {
  return questionOf({
    device: textOf(parsed, 'device'),
    ip: textOf(parsed, 'ip'),
    zone: textOf(parsed, 'zone'),
    url: textOf(parsed, 'url'),
    at: textOf(parsed, 'at') ?? new Date().toISOString(),
  })
}

function explainOne(question: Question, parsed: Parsed, revision: Revision): number {
  const verdict = answer(revision, question)
  if (typeof verdict === 'string') return usage(USAGE, verdict)
  if (parsed.values['json'] === true) process.stdout.write(`${JSON.stringify(verdict)}\n`)
  else printVerdict(verdict, question, parsed)
  return EXIT.done
}

/** The verdict; a text where the question names what the school does not have. */
function answer({ engine, subjects }: Revision, question: Question): Verdict | string {
  // A misspelt zone would be judged as the unknown one, and nobody would see it.
  if (question.zone !== undefined && !subjects.hasZone(question.zone))
    return `no zone \`${question.zone}\` in the policy`
  const { host, path } = targetOf(question.url)
  const subject = subjects.ask(question, question.at)
  if (subject === null) return `no device \`${question.device ?? ''}\``
  const ruling = engine.decideUrl(subject.stance, host, path)
  const { zone, windows, validUntil } = subject
  return verdictOf(ruling, { zone, windows, validUntil })
}

/** A URL, `host/path` or a bare name. What is none of these is judged as a name nobody lists. */
function targetOf(text: string): { host: string; path: string } {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? URL.parse(text) : URL.parse(`http://${text}`)
  if (url === null) return { host: text, path: '/' }
  return { host: url.hostname, path: url.pathname + url.search }
}

function printVerdict(verdict: Verdict, question: Question, parsed: Parsed): void {
  const rows: [string, string][] = [
    ['answer', verdict.action + (verdict.reason_code === null ? '' : ` (${verdict.reason_code})`)],
    ['because', verdict.cause],
    ['rule', `${verdict.rule_id}, policy revision ${verdict.policy_version}`],
    ['profile', verdict.profile ?? 'none: access is denied'],
    ['category', verdict.category ?? 'none'],
    [
      'list',
      verdict.list_source === null
        ? 'none'
        : `${verdict.list_source} ${verdict.list_version ?? ''}`,
    ],
    ['zone', verdict.zone],
    ['windows', verdict.windows.join(', ') || 'none'],
    ['holds until', verdict.valid_until ?? 'further notice'],
    ['alert', verdict.alert ? 'yes' : 'no'],
  ]
  const assumed = assumptions(question, parsed)
  if (assumed.length > 0) rows.push(['assumed', assumed.join('; ')])
  for (const [name, value] of rows) process.stdout.write(`${name.padEnd(12)} ${value}\n`)
}

/** The facts that nobody told: a person must see what the answer rests on. */
function assumptions(question: Question, parsed: Parsed): string[] {
  const assumed: string[] = []
  if (textOf(parsed, 'at') === undefined)
    assumed.push(`it is ${new Date(question.at).toISOString()}`)
  if (question.zone === undefined && question.address === undefined)
    assumed.push('the device is in zone `unknown`')
  return assumed
}

async function explainBatch(file: string, revision: Revision): Promise<number> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity })
  let number = 0
  let faults = 0
  for await (const line of lines) {
    number += 1
    if (line.trim() === '') continue
    const result = answerLine(line, revision)
    if ('problem' in result) faults += 1
    process.stdout.write(
      `${JSON.stringify('problem' in result ? { ...result, line: number } : result)}\n`,
    )
  }
  return faults === 0 ? EXIT.done : EXIT.no
}

/** A bad line costs that line: it gets an answer of its own, so that answers and lines stay in step. */
function answerLine(line: string, revision: Revision): Verdict | { problem: string } {
  if (line.length > MAX_LINE) return { problem: 'the line is too long' }
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { problem: 'not JSON' }
  }
  if (value === null || typeof value !== 'object') return { problem: 'not a question' }
  const question = questionOf(value as Record<string, unknown>)
  if (typeof question === 'string') return { problem: question }
  const verdict = answer(revision, question)
  return typeof verdict === 'string' ? { problem: verdict } : verdict
}

function questionOf(asked: Readonly<Record<string, unknown>>): Question | string {
  const text = (key: string): string | undefined => {
    const value = asked[key]
    return typeof value === 'string' ? value : undefined
  }
  const url = text('url')
  if (url === undefined) return 'a question needs a `url`'
  const at = parseInstant(text('at') ?? '')
  if (!at.ok) return at.problem
  const [device, address, zone] = [text('device'), text('ip'), text('zone')]
  if (device === undefined && address === undefined) return 'name a device or an ip'
  if (address !== undefined && isIP(address) === 0)
    return `\`${address.slice(0, 80)}\` is not an address`
  return {
    url,
    at: at.ms,
    ...(device === undefined ? {} : { device }),
    ...(address === undefined ? {} : { address }),
    ...(zone === undefined ? {} : { zone }),
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
