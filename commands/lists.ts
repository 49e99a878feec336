import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { compileInWorker } from '../proxy/lists/compile-in-worker.ts'
import type { CompileResult } from '../proxy/lists/compile-lists.ts'
import { findSources, type CategoryMap, type FoundSources } from '../proxy/lists/find-sources.ts'
import { loadImage, writeImage } from '../proxy/lists/image-file.ts'
import { ignoredSentences, type SourceReport } from '../proxy/lists/list-source.ts'
import type { ImageProblem } from '../rules/lists/image-format.ts'
import { ListImage } from '../rules/lists/list-image.ts'
import { parseListLine, type ListLine } from '../rules/lists/list-line.ts'
import { isException } from '../rules/lists/tag-sets.ts'
import { nearest } from '../rules/policy/nearest-word.ts'
import { suggestion } from '../rules/policy/yaml-source.ts'
import { findService, SERVICES, servicesOf } from '../rules/services/services.ts'
import { findCategory } from '../rules/taxonomy/taxonomy.ts'
import { SCOPE_WORDS } from './list-facts.ts'
import { isOfCopies, listCopies } from './list-copies.ts'
import { updateLists } from './list-updates.ts'
import { STANDARD_DEPS } from './standard-deps.ts'
import { describeFeeds, makeFeedKeys, signSealedFeed } from './sealed-feeds.ts'
import { overBlockingOf, warningsOfLists, type CorpusOptions } from './over-blocking.ts'
import { readConfig, type LoadedConfig } from './read-config.ts'
import { readSchool } from './read-school.ts'
import { wanted } from './wanted-sites.ts'
import { EXIT, readArguments, textOf, usage, type Options, type Parsed } from './arguments.ts'

/** The image that a gate with this config file uses, or why there is none. */
export type ResolveImage = (configFile: string) => Promise<SharedArrayBuffer | ImageProblem>

const USAGE = `usage: schoolgate lists compile --out FILE [--map MAP.yaml] [--must-allow FILE] [--popular FILE] DIR|FILE...
       schoolgate lists stat (FILE | --config FILE [--must-allow FILE] [--popular FILE])
       schoolgate lists wanted ...   (sites in no category; \`lists wanted --help\` says how)
       schoolgate lists lookup NAME (--image FILE | --config FILE)
       schoolgate lists services [ID]
       schoolgate lists update [LIST]... --config FILE   (lists that the policy has by \`url\`, now)
       schoolgate lists held|accept|refuse|rollback ...   (their copies; \`lists held --help\` says how)
       schoolgate lists keys FOLDER
       schoolgate lists sign ...   (a sealed feed; \`lists sign\` alone says how)`

/** The `lists` command; its exit code. `resolveImage` serves `lookup --config`. */
export async function lists(args: readonly string[], resolveImage: ResolveImage): Promise<number> {
  const [command, ...rest] = args
  const own = OWN_ARGUMENTS.get(command ?? '')
  if (own !== undefined) return own(rest)
  if (isOfCopies(command)) return listCopies(args, STANDARD_DEPS)
  const parsed = readArguments(rest, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  switch (command) {
    case 'compile':
      return compile(parsed)
    case 'stat':
      return printStatistics(parsed)
    case 'lookup':
      return lookUp(parsed, resolveImage)
    case 'services':
      return printServices(parsed)
    case undefined:
    default:
      return usage(USAGE, command === undefined ? undefined : `no command \`lists ${command}\``)
  }
}

/** Verbs that read their arguments themselves. */
const OWN_ARGUMENTS = new Map<string, (args: readonly string[]) => number | Promise<number>>([
  ['keys', makeFeedKeys],
  ['sign', signSealedFeed],
  ['wanted', wanted],
  ['update', updateLists],
])

const OPTIONS: Options = {
  out: { type: 'string' },
  map: { type: 'string' },
  image: { type: 'string' },
  config: { type: 'string' },
  'must-allow': { type: 'string' },
  popular: { type: 'string' },
}

async function compile(parsed: Parsed): Promise<number> {
  const out = textOf(parsed, 'out')
  const map = textOf(parsed, 'map')
  if (out === undefined || parsed.positionals.length === 0) {
    return usage(USAGE, 'name an --out file and the lists')
  }
  const categories = map === undefined ? new Map<string, string>() : await readMap(map)
  if (typeof categories === 'string') return usage(USAGE, categories)
  const found = await findAll(parsed.positionals, categories)
  if (typeof found === 'string') return usage(USAGE, found)
  for (const { path, reason } of found.skipped) note(`skipped \`${path}\`: ${reason}`)
  if (found.sources.length === 0) return refuse('no list to compile')
  const progress = progressBar()
  const result = await compileInWorker(found.sources, {
    builtAt: new Date().toISOString(),
    onProgress: progress.show,
  })
  progress.clear()
  return finishCompile(result, out, corpusOf(parsed))
}

function corpusOf(parsed: Parsed): CorpusOptions {
  return { mustAllow: textOf(parsed, 'must-allow'), popular: textOf(parsed, 'popular') }
}

async function finishCompile(
  result: CompileResult,
  out: string,
  corpus: CorpusOptions,
): Promise<number> {
  for (const source of result.sources) noteProblems(source)
  if (result.image === null) return refuse(result.problem ?? 'no image')
  const broken = result.sources.filter(({ problem }) => problem !== null)
  // A category must not become empty by accident: the file that is there stays.
  if (broken.length > 0) {
    return refuse(`\`${out}\` not written: ${count(broken.length, 'list')} missing or empty`)
  }
  const image = openImage(result.image)
  if ('problem' in image) return refuse(image.problem)
  const warnings = warningsOfLists(image, corpus)
  if (typeof warnings === 'string') return usage(USAGE, warnings)
  for (const warning of warnings) note(`warning: ${warning}`)
  try {
    await writeImage(out, result.image)
  } catch (error) {
    return refuse(`cannot write \`${out}\`: ${messageOf(error)}`)
  }
  const entries = result.sources.reduce((sum, { entries, urls }) => sum + entries + urls, 0)
  const octets = result.image.byteLength
  print(
    `${out}: ${count(result.sources.length, 'list')}, ${count(entries, 'entry')}, ` +
      `${megabytes(octets)}, ${(result.milliseconds / 1000).toFixed(2)} s`,
  )
  return EXIT.done
}

function noteProblems(report: SourceReport): void {
  const { id, badLines, lineProblems, ignored, problem } = report
  if (problem !== null) note(`list \`${id}\`: ${problem}`)
  for (const { file, line, message } of lineProblems) note(`${file}:${line}: ${message}`)
  const unsaid = badLines - lineProblems.length
  if (unsaid > 0) note(`list \`${id}\`: ${unsaid} more bad lines`)
  for (const line of ignoredSentences(ignored)) note(`list \`${id}\`: ${line}`)
}

/** `name: category.id` lines; the map, or what is wrong with the file. */
async function readMap(path: string): Promise<CategoryMap | string> {
  let document: unknown
  try {
    document = parse(await readFile(path, 'utf8'))
  } catch (error) {
    return `cannot read \`${path}\`: ${messageOf(error).split('\n', 1).join()}`
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return `\`${path}\` is no map of list names to categories`
  }
  const map = new Map<string, string>()
  for (const [name, category] of Object.entries(document)) {
    if (typeof category !== 'string' || findCategory(category) === undefined) {
      return `${path}: \`${name}\`: no category \`${String(category)}\` in the taxonomy`
    }
    map.set(name, category)
  }
  return map
}

async function findAll(
  paths: readonly string[],
  categories: CategoryMap,
): Promise<FoundSources | string> {
  try {
    const found = await Promise.all(paths.map((path) => findSources(path, categories)))
    return {
      sources: found.flatMap(({ sources }) => sources),
      skipped: found.flatMap(({ skipped }) => skipped),
    }
  } catch (error) {
    return messageOf(error)
  }
}

async function printStatistics(parsed: Parsed): Promise<number> {
  const [path, ...more] = parsed.positionals
  const config = textOf(parsed, 'config')
  if (more.length > 0) return usage(USAGE, 'name one image file, or a --config')
  if (path !== undefined && config === undefined) return printImage(await loadImage(path))
  if (path !== undefined || config === undefined)
    return usage(USAGE, 'name one image file, or a --config')
  const loaded = readConfig(config)
  return typeof loaded === 'string' ? usage(USAGE, loaded) : printSchool(loaded, parsed)
}

/** The lists of a school, and what they close that is harmless; the answer is no where that is too much. */
async function printSchool(loaded: LoadedConfig, parsed: Parsed): Promise<number> {
  // First, because it must not be overlooked.
  for (const line of describeFeeds(loaded, Date.now())) print(line)
  const school = await readSchool(loaded)
  if (typeof school === 'string') return refuse(school)
  const printed = printImage(school.listImage)
  if (printed !== EXIT.done) return printed
  const overBlocking = overBlockingOf(school, loaded, corpusOf(parsed))
  if (typeof overBlocking === 'string') return usage(USAGE, overBlocking)
  for (const line of overBlocking.lines) print(line)
  return overBlocking.kept ? EXIT.done : EXIT.no
}

function printImage(loaded: SharedArrayBuffer | ImageProblem): number {
  const image = openImage(loaded)
  if ('problem' in image) return refuse(image.problem)
  const perName =
    image.names === 0 ? '' : `, ${(image.octets / image.names).toFixed(1)} octets each`
  print(`built ${image.builtAt} (${ageOf(image.builtAt)})`)
  print(
    `${count(image.names, 'name')} in ${count(image.lists.length, 'list')}, ${megabytes(image.octets)}${perName}`,
  )
  print(row('list', 'category', 'names', 'urls', 'version'))
  for (const { id, category, entries, urls, version } of image.lists) {
    print(row(id, category, String(entries), String(urls), version))
  }
  return EXIT.done
}

async function lookUp(parsed: Parsed, resolveImage: ResolveImage): Promise<number> {
  const [name] = parsed.positionals
  const imageFile = textOf(parsed, 'image')
  const config = textOf(parsed, 'config')
  if (name === undefined || parsed.positionals.length > 1)
    return usage(USAGE, 'name one host or URL')
  if ((imageFile === undefined) === (config === undefined)) {
    return usage(USAGE, 'give either --image or --config')
  }
  const asked = parseListLine(name, 'host')
  if (asked.kind !== 'hosts' && asked.kind !== 'url')
    return usage(USAGE, asked.kind === 'problem' ? asked.message : `not a host name: \`${name}\``)
  const image = openImage(
    imageFile === undefined ? await resolveImage(config ?? '') : await loadImage(imageFile),
  )
  if ('problem' in image) return refuse(image.problem)
  return printHolders(name, asked, image)
}

function printHolders(name: string, asked: AskedName, image: ListImage): number {
  const hosts = asked.kind === 'url' ? [asked.host] : asked.hosts
  const path = asked.kind === 'url' ? asked.path : undefined
  // What a sealed list holds is shown to nobody: a hit on one looks as a miss does.
  const holders = hosts
    .flatMap((host) => image.holders(host, path))
    .filter(({ list }) => findCategory(list.category)?.lock !== 'SEALED')
  for (const { list, entry, scope } of holders) {
    print(
      `${entry} ${SCOPE_WORDS[scope]}: list \`${list.id}\`, ${list.category}, version ${list.version}`,
    )
  }
  const services = new Set(hosts.flatMap(servicesOf))
  for (const { id, name } of services) print(`part of service \`${id}\`, ${name}`)
  if (holders.some(({ scope }) => !isException(scope))) return EXIT.done
  print(`no list holds \`${name}\``)
  return EXIT.no
}

type AskedName = Extract<ListLine, { kind: 'hosts' | 'url' }>

/** All services with their hosts' number, or the hosts of one: what a policy opens by `service: ID`. */
function printServices({ positionals }: Parsed): number {
  const [id, ...more] = positionals
  if (more.length > 0) return usage(USAGE, 'name one service')
  if (id === undefined) {
    for (const { id, category, hosts, name } of SERVICES)
      print(
        `${id.padEnd(24)} ${category.padEnd(26)} ${count(hosts.length, 'host').padEnd(9)} ${name}`,
      )
    return EXIT.done
  }
  const service = findService(id)
  if (service === undefined)
    return refuse(
      `no service \`${id}\`${suggestion(
        nearest(
          id,
          SERVICES.map((each) => each.id),
        ),
      )}`,
    )
  print(`${service.name} (${service.category})`)
  for (const { host, scope } of service.hosts) print(`${host} ${SCOPE_WORDS[scope]}`)
  return EXIT.done
}

function openImage(loaded: SharedArrayBuffer | ImageProblem): ListImage | ImageProblem {
  return 'problem' in loaded ? loaded : ListImage.open(loaded)
}

function row(...cells: readonly [string, string, string, string, string]): string {
  const [id, category, third, fourth, version] = cells
  return `${id.padEnd(28)} ${category.padEnd(26)} ${third.padStart(9)} ${fourth.padStart(9)}  ${version}`
}

const BAR_CELLS = 30

/** A bar on standard error while somebody looks at it; nothing in a log. */
function progressBar() {
  const isWatched = process.stderr.isTTY
  let shown = -1
  return {
    show: (done: number, total: number): void => {
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100)
      if (!isWatched || percent === shown) return
      shown = percent
      const cells = Math.round((percent / 100) * BAR_CELLS)
      process.stderr.write(`\r[${'#'.repeat(cells)}${' '.repeat(BAR_CELLS - cells)}] ${percent} %`)
    },
    clear: (): void => {
      if (isWatched) process.stderr.write(`\r${' '.repeat(BAR_CELLS + 8)}\r`)
    },
  }
}

function ageOf(builtAt: string): string {
  const days = (Date.now() - Date.parse(builtAt)) / 86_400_000
  return Number.isNaN(days) ? 'age unknown' : `${days.toFixed(1)} days old`
}

function count(number: number, noun: string): string {
  const plural = noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`
  return `${number} ${number === 1 ? noun : plural}`
}

function megabytes(octets: number): string {
  return `${(octets / 1e6).toFixed(1)} MB`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

function refuse(why: string): number {
  note(`schoolgate: ${why}`)
  return EXIT.no
}
