import { LocalPresence, type Custody } from '../records/presence/local-presence.ts'
import type { PresenceEntry } from '../records/presence/presence-store.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import type { Binding } from '../rules/identity/binding.ts'
import { describeBinding } from '../rules/identity/describe-binding.ts'
import { EXIT, readArguments, textOf, type Options, type Parsed } from './arguments.ts'
import { recordsOf, type BackupDeps } from './backup.ts'

const USAGE = `usage: schoolgate presence show [--ip ADDR | --device ID] [--json] (--records DIR | --config FILE)
       schoolgate presence custody --device ID [--json] (--records DIR | --config FILE)
show: which device is at which address now, by what evidence and until when; custody: who had a device in the last
30 days, by what evidence. Exit 1 where nothing is known.`

const OPTIONS: Options = {
  ...{ records: { type: 'string' }, config: { type: 'string' }, json: { type: 'boolean' } },
  ...{ ip: { type: 'string' }, device: { type: 'string' } },
}

/** A device's life of 30 days; more is shown by a search of the file itself. */
const MAX_CUSTODY = 200

export interface PresenceDeps {
  readonly resolveRecords: BackupDeps['resolveRecords']
  /** Epoch ms. */
  readonly now: () => number
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

/** `presence show|custody`: exit code 0 something is known, 1 nothing is or it can't be read, 2 wrong usage. */
export async function presence(args: readonly string[], deps: PresenceDeps): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return wrong(deps, parsed)
  const [verb = '', ...rest] = parsed.positionals
  const run = Object.hasOwn(RUNS, verb) ? RUNS[verb] : undefined
  if (run === undefined || rest.length > 0) return wrong(deps)
  const from = { records: textOf(parsed, 'records'), config: textOf(parsed, 'config') }
  const records = recordsOf(from, deps.resolveRecords)
  if ('problem' in records) return wrong(deps, records.problem)
  try {
    using store = LocalPresence.openReadOnly(records.directory)
    return await run(store, parsed, deps)
  } catch (cause) {
    if (!(cause instanceof StoreRefused)) throw cause
    deps.err(cause.message)
    return EXIT.no
  }
}

type Run = (store: LocalPresence, parsed: Parsed, deps: PresenceDeps) => Promise<number> | number

const RUNS: Readonly<Record<string, Run>> = { show, custody }

async function show(store: LocalPresence, parsed: Parsed, deps: PresenceDeps): Promise<number> {
  const [ip, device] = [textOf(parsed, 'ip'), textOf(parsed, 'device')]
  if (ip !== undefined && device !== undefined) return wrong(deps, 'an address or a device')
  // A gate under `--clock` has another time than this command: what it has not dropped is shown.
  const entries = (await store.all(0)).filter(
    ({ address, binding }) =>
      (ip === undefined || address === ip) && (device === undefined || binding?.device === device),
  )
  for (const entry of entries)
    for (const line of parsed.values['json'] === true ? [JSON.stringify(entry)] : rows(entry, deps))
      deps.out(line)
  if (entries.length === 0) deps.err('schoolgate: nothing is known of that')
  return entries.length === 0 ? EXIT.no : EXIT.done
}

function rows({ address, gate, binding }: PresenceEntry, { now }: PresenceDeps): readonly string[] {
  return binding === null ? [] : bindingRows(address, gate, binding, now())
}

function bindingRows(
  address: string,
  gate: string,
  binding: Binding,
  now: number,
): readonly string[] {
  const { person, mac, place, zone, since, lastSeen, expires, evidence } = binding
  const over = expires <= now ? ' (over)' : ''
  return [
    `${address}  ${describeBinding(binding)}`,
    `    person ${person ?? 'unknown'}, hardware ${mac ?? 'unknown'}, place ${place ?? 'unknown'}` +
      (zone === null ? '' : ` (zone ${zone})`),
    `    since ${iso(since)}, last seen ${iso(lastSeen)}, until ${iso(expires)}${over}, gate ${gate}`,
    ...evidence.map(
      ({ source, reporter, at, until }) =>
        `    ${source} ${reporter}: at ${iso(at)}, counts until ${iso(until)}`,
    ),
  ]
}

function custody(store: LocalPresence, parsed: Parsed, deps: PresenceDeps): number {
  const device = textOf(parsed, 'device')
  if (device === undefined) return wrong(deps, 'name a device')
  const found = store.custodyOf(device, MAX_CUSTODY)
  for (const one of found)
    deps.out(parsed.values['json'] === true ? JSON.stringify(one) : custodyRow(one))
  if (found.length === 0) deps.err(`schoolgate: nobody has proven to have \`${device}\` lately`)
  return found.length === 0 ? EXIT.no : EXIT.done
}

function custodyRow({ person, mac, evidence, firstSeen, lastSeen }: Custody): string {
  const who = person ?? 'nobody by name'
  return `${iso(firstSeen)} to ${iso(lastSeen)}  ${who} by ${evidence.join(', ')} (${mac ?? 'no hardware address'})`
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function wrong({ err }: PresenceDeps, problem?: string): number {
  err(problem === undefined ? USAGE : `${problem}\n${USAGE}`)
  return EXIT.usage
}
