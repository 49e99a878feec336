import { createReadStream, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { requestTarget } from '../rules/names/request-target.ts'
import { recordsDirectoryOf } from '../proxy/policy/school-files.ts'
import { LocalPresence, PRESENCE_FILE } from '../records/presence/local-presence.ts'
import type { Binding } from '../rules/identity/binding.ts'
import { describeBinding } from '../rules/identity/describe-binding.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { servicesOf } from '../rules/services/services.ts'
import type { ChainedFilter } from '../proxy/dns/chained-filter.ts'
import type { Verdict } from '../rules/verdict.ts'
import { EXIT, readArguments, textOf, textsOf, usage, type Parsed } from './arguments.ts'
import {
  accessRuleOf,
  answerTo,
  deviceOf,
  consumerOf,
  nextEdgeOf,
  questionOf,
  type Question,
} from './explain-question.ts'
import { afterChain } from './explain-chain.ts'
import { explainRef } from './explain-ref.ts'
import { assumptionsOf, postureAssumed, verdictRows } from './explain-text.ts'
import { DEFAULT_CONFIG, readConfig, type LoadedConfig } from './read-config.ts'
import { SchoolHistory } from './school-history.ts'
import { STANDARD_DEPS } from './standard-deps.ts'

const USAGE = `usage: schoolgate explain [--config FILE] (--device ID | --ip ADDR) [--zone Z] --url URL [--at ISO] [--json]
       schoolgate explain [--config FILE] --batch FILE.ndjson
       schoolgate explain [--config FILE] --ref CODE [--as ROLE --actor REF --reason TEXT] [--json]`

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
  ref: { type: 'string' },
  as: { type: 'string' },
  actor: { type: 'string' },
  reason: { type: 'string' },
} as const

/** A line of a batch is a question, not a document. */
const MAX_LINE = 64 * 1024

/** Prints the verdict and its cause, by what was, is or will be in force at the moment asked about. */
export async function explain(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const loaded = readConfig(textOf(parsed, 'config') ?? DEFAULT_CONFIG, textsOf(parsed, 'set'))
  if (typeof loaded === 'string') return usage(USAGE, loaded)
  try {
    const ref = textOf(parsed, 'ref')
    return ref === undefined
      ? await explainQuestions(parsed, loaded)
      : await explainRef(ref, { loaded, parsed }, STANDARD_DEPS)
  } catch (cause) {
    if (cause instanceof StoreRefused) return usage(USAGE, cause.message)
    throw cause
  }
}

async function explainQuestions(parsed: Parsed, loaded: LoadedConfig): Promise<number> {
  const batch = textOf(parsed, 'batch')
  if (batch !== undefined && !isFile(batch)) return usage(USAGE, `no file \`${batch}\``)
  // Before the lists are compiled: a slip of the finger is told at once.
  const question = batch === undefined ? questionFrom(parsed) : { batch }
  if (typeof question === 'string') return usage(USAGE, question)
  using history = SchoolHistory.open(loaded)
  if ('batch' in question) return await explainBatch(question.batch, history)
  const binding = await bindingAt(question, loaded)
  const asked = binding === null ? question : { ...question, binding }
  return await explainOne(asked, parsed, { history, filter: loaded.config.dns.chain })
}

/** What the gate has written of the address; null where no source told, or for another moment. */
async function bindingAt(
  { address, device, at }: Question,
  { config, directory }: LoadedConfig,
): Promise<Binding | null> {
  const records = recordsDirectoryOf(config, directory)
  if (address === undefined || device !== undefined) return null
  if (!existsSync(join(records, PRESENCE_FILE))) return null
  using presence = LocalPresence.openReadOnly(records)
  const binding = (await presence.get(address, at))?.binding ?? null
  // Presence has no past: of an earlier moment it says nothing.
  return binding !== null && binding.since <= at ? binding : null
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

async function explainOne(
  question: Question,
  parsed: Parsed,
  { history, filter }: { readonly history: SchoolHistory; readonly filter: ChainedFilter | null },
): Promise<number> {
  const school = await history.at(question.at)
  if (typeof school === 'string') return usage(USAGE, school)
  const { revision } = school
  const own = answerTo(revision, question)
  if (typeof own === 'string') return usage(USAGE, own)
  const isNow = textOf(parsed, 'at') === undefined
  const { verdict, assumed: ofChain } = await afterChain(own, { revision, question, filter, isNow })
  const device = deviceOf(revision, question)
  const assumed = [
    ...assumptionsOf(question, { isNow }),
    ...postureAssumed(device, school.register),
    ...school.assumed,
    ...ofChain,
  ]
  const accessRule = accessRuleOf(revision, question)
  const given = history.given([verdict.rule_id, accessRule ?? ''], school, question.at)
  if (parsed.values['json'] === true) {
    const said = given.length === 0 ? verdict : { ...verdict, given_by: given }
    process.stdout.write(`${JSON.stringify(said)}\n`)
    // Beside the verdict and not in it: its keys are a contract.
    if (assumed.length > 0) process.stderr.write(`assumed: ${assumed.join('; ')}\n`)
    return EXIT.done
  }
  const next = nextEdgeOf(school.revision, question)
  const known = question.binding === undefined ? null : describeBinding(question.binding)
  const services = servicesOf(requestTarget(question.url).host)
  const consumer = consumerOf(revision, question)
  const bandwidth = consumer === null ? null : school.usage.words(consumer)
  const posture = device?.posture ?? null
  for (const row of verdictRows(verdict, {
    ...{ next, accessRule, given, posture, assumed, known, services, bandwidth },
  }))
    process.stdout.write(`${row}\n`)
  return EXIT.done
}

async function explainBatch(file: string, history: SchoolHistory): Promise<number> {
  // A school that can't be read is one problem and not one a line.
  const now = await history.at(Date.now())
  if (typeof now === 'string') return usage(USAGE, now)
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity })
  let number = 0
  let faults = 0
  for await (const line of lines) {
    number += 1
    if (line.trim() === '') continue
    const result = await answerLine(line, history)
    if ('problem' in result) faults += 1
    process.stdout.write(
      `${JSON.stringify('problem' in result ? { ...result, line: number } : result)}\n`,
    )
  }
  return faults === 0 ? EXIT.done : EXIT.no
}

/** A bad line costs that line: it gets an answer of its own, so that answers and lines stay in step. */
async function answerLine(
  line: string,
  history: SchoolHistory,
): Promise<Verdict | { problem: string }> {
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
  const school = await history.at(question.at)
  const verdict = typeof school === 'string' ? school : answerTo(school.revision, question)
  return typeof verdict === 'string' ? { problem: verdict } : verdict
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
