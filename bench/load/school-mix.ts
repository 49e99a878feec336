/**
 * A school's mix of 200,000 real names through a gate with 1.29 M names on its lists: nothing may be
 * lost, and what is blocked is told by category. `npm run bench -- school-mix`
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'yaml'
import { BENCH_PROGRAMS, ensurePrograms } from '../../test/support/debian-packages.ts'
import { circumstances, writeResults } from '../result-files.ts'
import { STAFF, startGate } from './gate-under-load.ts'
import type { GateUnderLoad } from './gate-under-load.ts'
import { dnsperf } from './loads.ts'
import { startUpstream } from './peers.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** Beside the repository, never in it: some of these lists may not be shipped. */
const DATA = join(ROOT, '..', 'shared', 'data')
const TRACE = join(DATA, 'traces', 'synthetic-school-mix.dnsperf.txt.gz')

const AUDIENCES = {
  staff: STAFF,
  'secondary pupil': { role: 'pupil', ownership: 'school', phase: 'secondary' },
} as const

interface Outcome {
  readonly audience: string
  readonly queries: number
  readonly lost: number
  readonly perSecond: number
  /** Queries by verdict and reason code, from the gate's metrics. */
  readonly verdicts: ReadonlyMap<string, number>
  /** Attempts by category, from the journal: look-ups of one host in one minute for A and AAAA are one. */
  readonly attempts: ReadonlyMap<string, number>
}

export async function runSchoolMix(): Promise<void> {
  if (!existsSync(TRACE)) {
    console.log(`not measured: there is no ${TRACE}`)
    return
  }
  const { missing } = ensurePrograms(BENCH_PROGRAMS)
  if (missing.length > 0) throw new Error(`missing programs:\n  ${missing.join('\n  ')}`)
  const folder = mkdtempSync(join(tmpdir(), 'schoolgate-mix-'))
  try {
    const queries = join(folder, 'queries.txt')
    writeFileSync(queries, gunzipSync(readFileSync(TRACE)))
    const outcomes: Outcome[] = []
    for (const [audience, subject] of Object.entries(AUDIENCES))
      outcomes.push(await measureAudience(folder, queries, audience, subject))
    report(outcomes)
    if (outcomes.some(({ lost }) => lost > 0)) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureAudience(
  folder: string,
  queries: string,
  audience: string,
  subject: Readonly<Record<string, string>>,
): Promise<Outcome> {
  await using open = new AsyncDisposableStack()
  const upstream = await startUpstream(folder)
  open.defer(() => upstream.stop())
  const started = performance.now()
  const gate = await startGate({
    upstream: `udp://${upstream.endpoint}`,
    connectPorts: [443],
    lists: mergedLists(),
    subject,
  })
  open.defer(() => gate.discard())
  console.log(`${audience}: gate ready in ${Math.round(performance.now() - started)} ms`)
  const sent = await dnsperf(gate.dns, queries, 'once')
  const verdicts = await verdictsOf(gate)
  // Its end is part of the measurement: the rings are drained and all folds closed before it is over.
  await gate.stop()
  return {
    audience,
    queries: sent.done,
    lost: sent.failed,
    perSecond: Math.round(sent.done / sent.seconds),
    verdicts,
    attempts: attemptsByCategory(gate.records),
  }
}

function mergedLists(): readonly { readonly category: string; readonly file: string }[] {
  const mapFile = join(ROOT, 'test', 'support', 'merged-map.yaml')
  const categories = parse(readFileSync(mapFile, 'utf8')) as Readonly<Record<string, string>>
  return readdirSync(join(DATA, 'merged')).flatMap((name) => {
    const category = categories[name.replace(/\.txt\.gz$/, '')]
    return category === undefined ? [] : [{ category, file: join(DATA, 'merged', name) }]
  })
}

async function verdictsOf(gate: GateUnderLoad): Promise<ReadonlyMap<string, number>> {
  const page = await (await fetch(`http://${gate.metrics}/metrics`)).text()
  const sums = new Map<string, number>()
  for (const [, labels = '', value] of page.matchAll(
    /^schoolgate_dns_queries_total\{(.*)\} (\d+)$/gm,
  )) {
    const of = (label: string) => new RegExp(`${label}="([^"]*)"`).exec(labels)?.[1] ?? ''
    const key = `${of('verdict')}, ${of('reason')}`
    sums.set(key, (sums.get(key) ?? 0) + Number(value))
  }
  return sums
}

function attemptsByCategory(records: string): ReadonlyMap<string, number> {
  const journal = new DatabaseSync(join(records, 'journal.sqlite'), { readOnly: true })
  try {
    const rows = journal
      .prepare(
        `SELECT coalesce(category, reason_code) AS category, sum(repeat_count) AS attempts
           FROM journal GROUP BY 1 ORDER BY 2 DESC`,
      )
      .all() as { category: string; attempts: number }[]
    return new Map(rows.map(({ category, attempts }) => [category, attempts]))
  } finally {
    journal.close()
  }
}

function report(outcomes: readonly Outcome[]): void {
  const blocked = (one: Outcome) => sumWhere(one.verdicts, (key) => key.startsWith('block,'))
  const keys = (pick: (one: Outcome) => ReadonlyMap<string, number>) => [
    ...new Set(outcomes.flatMap((one) => [...pick(one).keys()])),
  ]
  const cells = (figure: (one: Outcome) => string) => outcomes.map(figure)
  writeResults('school-mix', 'A school day’s names through the gate, lists of 1.29 M names', {
    about: circumstances('npm run bench -- school-mix'),
    data: outcomes.map((one) => ({
      ...one,
      verdicts: Object.fromEntries(one.verdicts),
      attempts: Object.fromEntries(one.attempts),
    })),
    table: {
      head: ['', ...cells(({ audience }) => audience)],
      rows: [
        ['queries answered', ...cells(({ queries }) => `${queries}`)],
        ['queries lost', ...cells(({ lost }) => `${lost}`)],
        ['queries a second, cold cache', ...cells(({ perSecond }) => `${perSecond}`)],
        ['queries blocked', ...cells((one) => share(blocked(one), one.queries))],
        ...keys(({ verdicts }) => verdicts).map((key) => [
          `queries: ${key}`,
          ...cells((one) => share(one.verdicts.get(key) ?? 0, one.queries)),
        ]),
        ...keys(({ attempts }) => attempts).map((key) => [
          `attempts blocked: ${key}`,
          ...cells((one) =>
            share(
              one.attempts.get(key) ?? 0,
              sumWhere(one.attempts, () => true),
            ),
          ),
        ]),
      ],
    },
  })
}

function sumWhere(counts: ReadonlyMap<string, number>, wanted: (key: string) => boolean): number {
  return [...counts].reduce((sum, [key, count]) => (wanted(key) ? sum + count : sum), 0)
}

function share(part: number, whole: number): string {
  return `${part} (${whole === 0 ? '0' : ((100 * part) / whole).toFixed(1)} %)`
}
