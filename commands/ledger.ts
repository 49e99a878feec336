import { parseArgs } from 'node:util'
import type { Link } from '../records/ledger/chain.ts'
import { keysBeside } from '../records/ledger/checkpoint.ts'
import { readPublicKeys } from '../records/ledger/checkpoint-key.ts'
import { describeEntry } from '../records/ledger/describe-entry.ts'
import { exportLedger } from '../records/ledger/export-ledger.ts'
import { LedgerBroken, openLedger, type Ledger } from '../records/ledger/ledger.ts'
import { verifyLedger } from '../records/ledger/verify-ledger.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'

export interface LedgerDeps {
  /** `records.directory` of a gate's configuration file, or what is wrong with the file. */
  readonly resolveRecords: (configPath: string) => { directory: string } | { problem: string }
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

export const LEDGER_USAGE = `usage: schoolgate ledger verify [--head SEQ:HASH] [--key FILE] (--config FILE | --records DIR)
       schoolgate ledger show [--last N] (--config FILE | --records DIR)
       schoolgate ledger export (--config FILE | --records DIR)`

/**
 * `ledger verify|show|export`: reads a ledger, beside a running gate too, and never writes. Exit code
 * 0 done, 1 the ledger does not verify or can't be read, 2 wrong usage.
 */
export function ledger(args: readonly string[], deps: LedgerDeps): Promise<number> {
  const call = parseCall(args, deps)
  if ('usage' in call) {
    deps.err(call.usage)
    return Promise.resolve(2)
  }
  try {
    const opened = openLedger(call.directory, { readOnly: true })
    try {
      return Promise.resolve(call.run(opened))
    } finally {
      opened.close()
    }
  } catch (error) {
    if (!(error instanceof StoreRefused || error instanceof LedgerBroken)) throw error
    deps.err(error.message)
    return Promise.resolve(1)
  }
}

type Call =
  | { readonly directory: string; readonly run: (ledger: Ledger) => number }
  | { readonly usage: string }

function parseCall(args: readonly string[], deps: LedgerDeps): Call {
  const parsed = parseOptions(args)
  if ('usage' in parsed) return parsed
  const { verb, head: headText, last: lastText, key, config, records } = parsed
  if (config !== undefined && records !== undefined)
    return { usage: 'give `--config` or `--records`, not both' }
  const head = headText === undefined ? null : parseHead(headText)
  if (head === undefined) return { usage: `\`${headText ?? ''}\` is not SEQ:HASH` }
  const last = /^[1-9]\d{0,8}$/.test(lastText) ? Number(lastText) : undefined
  if (last === undefined) return { usage: `\`${lastText}\` is not a number of entries` }
  const run = RUNS.get(verb)
  if (run === undefined) return { usage: LEDGER_USAGE }
  const place = resolve({ config, records }, deps)
  if ('problem' in place) return { usage: place.problem }
  return { directory: place.directory, run: (opened) => run(opened, deps, { head, last, key }) }
}

interface Options {
  readonly verb: string
  readonly head: string | undefined
  readonly last: string
  readonly key: string | undefined
  readonly config: string | undefined
  readonly records: string | undefined
}

function parseOptions(args: readonly string[]): Options | { readonly usage: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        records: { type: 'string' },
        head: { type: 'string' },
        key: { type: 'string' },
        last: { type: 'string', default: '20' },
      },
    })
    const [verb, ...rest] = positionals
    if (verb === undefined || rest.length > 0) return { usage: LEDGER_USAGE }
    const { config, records, head, last, key } = values
    return { verb, config, records, head, last, key }
  } catch (error) {
    return { usage: `${error instanceof Error ? error.message : String(error)}\n${LEDGER_USAGE}` }
  }
}

function resolve(
  { config, records }: Pick<Options, 'config' | 'records'>,
  { resolveRecords }: LedgerDeps,
): { directory: string } | { problem: string } {
  if (records !== undefined) return { directory: records }
  return config === undefined ? { problem: LEDGER_USAGE } : resolveRecords(config)
}

function parseHead(text: string): Link | undefined {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text)
  return match === null ? undefined : { seq: Number(match[1]), hash: match[2] ?? '' }
}

interface RunOptions {
  readonly head: Link | null
  readonly last: number
  /** A file of public keys from elsewhere; undefined for the one beside the ledger. */
  readonly key: string | undefined
}

type Run = (ledger: Ledger, deps: LedgerDeps, options: RunOptions) => number

const RUNS: ReadonlyMap<string, Run> = new Map(
  Object.entries<Run>({
    verify: (opened, { out, err }, { head, key }) => {
      const keys = key === undefined ? keysBeside(opened.db) : readPublicKeys(key)
      const result = verifyLedger(opened, head, keys)
      if (!result.ok) {
        err(result.fault.message)
        return 1
      }
      const { documents, erased, checkpoints } = result
      // The head is printed in the form that `--head` takes: noted elsewhere, it proves the next one whole.
      out(`${result.head.seq} entries verified, head ${result.head.seq}:${result.head.hash}`)
      out(`${documents} policy texts as they were, ${erased} people erased`)
      out(`${checkpoints} checkpoints signed what is there`)
      return 0
    },
    show: (opened, { out }, { last }) => {
      const from = Math.max(0, opened.head().seq - last)
      for (const entry of opened.entries(from)) out(describeEntry(entry))
      return 0
    },
    export: (opened, { out }) => {
      for (const line of exportLedger(opened)) out(line)
      return 0
    },
  }),
)
