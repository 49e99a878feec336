import { createHash, randomInt, type Hash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ImageBuilder } from '../../rules/lists/image-builder.ts'
import type { HashSeed } from '../../rules/lists/name-hash.ts'
import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import type { IgnoredReason } from '../../rules/lists/list-line.ts'
import { ZoneLines } from '../../rules/lists/rpz/zone-lines.ts'
import { MAX_LINE_PROBLEMS } from './list-source.ts'
import type { LineProblem, ListSource, SourceFormat, SourceReport } from './list-source.ts'
import { readListFile } from './read-list-file.ts'
import { takeListLine, takeZoneLine, type ListTarget, type Untaken } from './take-list-line.ts'

export interface CompileOptions {
  /** ISO instant, kept in the image. */
  readonly builtAt: string
  /** Random unless given: nobody may know it who could choose names. */
  readonly seed?: HashSeed
  /** Octets of the files read so far, of all their octets. */
  readonly onProgress?: (done: number, total: number) => void
}

export interface CompileResult {
  /** Null when the lists don't fit into one; `problem` says why. Sources with a problem don't prevent it. */
  readonly image: SharedArrayBuffer | null
  readonly problem: string | null
  /** One for each source, in the same order, which is also that of the image's lists. */
  readonly sources: readonly SourceReport[]
  readonly milliseconds: number
}

/**
 * Makes one image of all sources. A bad line costs that line, a missing source its list, one that is
 * cut short what lies beyond the cut: the report says so, and the caller decides whether the image is
 * good enough to replace the one in force. Takes the thread for seconds: a gate calls
 * `compileInWorker`.
 */
export async function compileLists(
  sources: readonly ListSource[],
  options: CompileOptions,
): Promise<CompileResult> {
  const started = performance.now()
  const builder = new ImageBuilder({
    seed: options.seed ?? [randomInt(2 ** 32), randomInt(2 ** 32)],
    builtAt: options.builtAt,
  })
  const located = await Promise.all(sources.map(locate))
  const total = located.flatMap((found) => found.files).reduce((sum, file) => sum + file.octets, 0)
  let done = 0
  const onOctets = (octets: number) => {
    done += octets
    options.onProgress?.(done, total)
  }
  const reports: SourceReport[] = []
  for (const found of located) reports.push(await readSource(found, builder, onOctets))
  const image = builder.finish()
  const failed = 'problem' in image
  return {
    image: failed ? null : image,
    problem: failed ? image.problem : null,
    sources: reports,
    milliseconds: performance.now() - started,
  }
}

interface Located {
  readonly source: ListSource
  readonly files: readonly ListFile[]
  readonly problem: string | null
}

interface ListFile {
  readonly path: string
  readonly octets: number
  /** In a UT1 `urls` file a bare name is a URL without a path: that host alone. */
  readonly isUrls: boolean
}

/** UT1's `expressions` are patterns over whole URLs and `usage` is prose: neither names a host. */
const UT1_FILES = ['domains', 'domains.gz', 'urls', 'urls.gz']

async function locate(source: ListSource): Promise<Located> {
  try {
    const facts = await stat(source.path)
    if (!facts.isDirectory()) {
      const file = { path: source.path, octets: facts.size, isUrls: false }
      return { source, files: [file], problem: null }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { source, files: [], problem: `cannot read \`${source.path}\`: ${reason}` }
  }
  const candidates = await Promise.all(UT1_FILES.map((name) => locateFile(source.path, name)))
  const files = candidates.filter((file) => file !== null)
  const problem =
    files.length > 0 ? null : `\`${source.path}\` holds neither \`domains\` nor \`urls\``
  return { source, files, problem }
}

async function locateFile(directory: string, name: string): Promise<ListFile | null> {
  const path = join(directory, name)
  const facts = await stat(path).catch(() => null)
  return facts?.isFile() === true
    ? { path, octets: facts.size, isUrls: name.startsWith('urls') }
    : null
}

async function readSource(
  { source, files, problem }: Located,
  builder: ImageBuilder,
  onOctets: (octets: number) => void,
): Promise<SourceReport> {
  const { id, category, path } = source
  const name = nameOf(source)
  const list = builder.addList({ id, name, category, source: path, version: '' })
  const tally = new Tally(findCategory(category)?.lock === 'SEALED')
  const target = { builder, list, format: formatOf(source) }
  let problemOfFile: string | null = null
  for (const file of files) {
    const scope = file.isUrls ? 'host' : (source.scope ?? 'subtree')
    problemOfFile ??= await readFile(file.path, { ...target, scope }, tally, onOctets)
  }
  const version = source.version ?? (files.length === 0 ? 'none' : tally.digest())
  builder.setVersion(list, version)
  const { entries, urls, exceptions } = builder.entriesOf(list)
  const empty = entries + urls === 0 ? `\`${path}\` holds no entries` : null
  return {
    id,
    name,
    category,
    path,
    version,
    entries,
    urls,
    exceptions,
    lines: tally.lines,
    badLines: tally.badLines,
    lineProblems: tally.lineProblems,
    ignored: tally.ignored,
    problem: problem ?? problemOfFile ?? empty,
  }
}

function nameOf({ id, name }: ListSource): string {
  return name ?? id
}

async function readFile(
  path: string,
  target: ListTarget & { readonly format: SourceFormat },
  tally: Tally,
  onOctets: (octets: number) => void,
): Promise<string | null> {
  const zone = target.format === 'rpz' ? new ZoneLines() : null
  const { lines, problem } = await readListFile(path, {
    take: (bytes, range) => {
      const untaken =
        zone === null
          ? takeListLine(bytes, range, target)
          : takeZoneLine(bytes, range, { ...target, zone })
      if (untaken !== null) tally.leave(untaken, { file: path, line: range.line })
    },
    onOctets: (octets) => {
      tally.hash.update(octets)
      onOctets(octets.length)
    },
  })
  tally.lines += lines
  return problem ?? zone?.finish() ?? null
}

function formatOf({ format, path }: ListSource): SourceFormat {
  return format ?? (/\.(?:rpz|zone)(?:\.gz)?$/.test(path) ? 'rpz' : 'text')
}

/** What is counted over the files of one source. */
class Tally {
  readonly hash: Hash = createHash('sha256')
  readonly lineProblems: LineProblem[] = []
  lines = 0
  badLines = 0

  readonly #isSealed: boolean

  constructor(isSealed: boolean) {
    this.#isSealed = isSealed
  }

  readonly ignored: Partial<Record<IgnoredReason, number>> = {}

  leave(untaken: Untaken, place: Pick<LineProblem, 'file' | 'line'>): void {
    if ('ignored' in untaken) {
      this.ignored[untaken.ignored] = (this.ignored[untaken.ignored] ?? 0) + 1
      return
    }
    this.badLines += 1
    if (this.lineProblems.length >= MAX_LINE_PROBLEMS) return
    // Of a sealed list not even a bad line is shown: the message would quote it.
    const message = this.#isSealed ? 'not understood' : untaken.problem
    this.lineProblems.push({ ...place, message })
  }

  digest(): string {
    return this.hash.digest('hex').slice(0, 12)
  }
}
