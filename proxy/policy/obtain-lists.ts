import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ListImage } from '../../rules/lists/list-image.ts'
import { compileInWorker } from '../lists/compile-in-worker.ts'
import { loadImage, writeImage } from '../lists/image-file.ts'
import type { ListSource, SourceReport } from '../lists/list-source.ts'
import type { ListMemory, OpenedImage } from './list-memory.ts'
import type { ListSources } from './list-sources.ts'

/** What a caller keeps of the lists, and what it leaves behind. */
export interface ListKeeping {
  /** Of a caller that asks again and again: lists whose files have not changed are the same object. */
  readonly memory?: ListMemory
  /** False for a command beside a gate: it uses the gate's image and writes none. */
  readonly writes?: boolean
}

export interface ObtainedLists extends OpenedImage {
  /** Sentences for a person; the image is usable all the same. */
  readonly alarms: readonly string[]
}

/**
 * The compiled lists: the image kept in `directory` when no file has changed since it was made, else a new
 * one. Where a list is missing, empty or cut short, the last good image stays and an alarm says why
 * (design.md section 7): a category must never become empty by accident. `directory` null keeps nothing.
 * With a `memory` the image in force is not even read again: a changed rule leaves it untouched.
 */
export async function obtainLists(
  { sources, missing }: Pick<ListSources, 'sources' | 'missing'>,
  directory: string | null,
  keeping: ListKeeping = {},
): Promise<ObtainedLists | { readonly problem: string }> {
  const name = `lists-${fingerprint(sources)}.sgimage`
  const found = missing.length > 0 ? null : await find(name, directory, keeping)
  if (found !== null) return { ...found, alarms: [] }
  const made = await compileInWorker(sources, { builtAt: new Date().toISOString() })
  const alarms = [
    ...missing,
    ...made.sources.flatMap((report, at) => alarmsOf(report, sources[at])),
  ]
  const isWhole = missing.length === 0 && made.sources.every(({ problem }) => problem === null)
  const lastGood = isWhole && made.image !== null ? null : await openLastGood(directory)
  if (lastGood !== null)
    return { ...lastGood, alarms: [...alarms, 'the last good lists stay in force'] }
  if (made.image === null) return { problem: made.problem ?? 'the lists did not compile' }
  // The worker has just built it: its million slots need not be read again.
  const opened = ListImage.trust(made.image)
  if (!(opened instanceof ListImage)) return opened
  const lists = { image: made.image, opened }
  if (isWhole) await keep(name, lists, { directory, keeping })
  return { ...lists, alarms }
}

/** In memory, else in the folder. */
async function find(
  name: string,
  directory: string | null,
  { memory }: ListKeeping,
): Promise<OpenedImage | null> {
  const inForce = memory?.find(name)
  if (inForce !== undefined && inForce !== null) return inForce
  const kept = await openKept(directory, name)
  if (kept !== null) memory?.keep(name, kept)
  return kept
}

async function keep(
  name: string,
  lists: OpenedImage,
  { directory, keeping }: { readonly directory: string | null; readonly keeping: ListKeeping },
): Promise<void> {
  const { memory, writes = true } = keeping
  memory?.keep(name, lists)
  if (directory !== null && writes) await keepImage(directory, name, lists.image)
}

const KEPT = /^lists-[0-9a-f]{16}\.sgimage$/

async function openKept(directory: string | null, name: string): Promise<OpenedImage | null> {
  if (directory === null) return null
  const image = await loadImage(join(directory, name))
  if (!(image instanceof SharedArrayBuffer)) return null
  const opened = ListImage.open(image)
  return opened instanceof ListImage ? { image, opened } : null
}

/** `keepImage` leaves one, so the first that opens is the one. */
async function openLastGood(directory: string | null): Promise<OpenedImage | null> {
  for (const name of directory === null ? [] : keptImages(directory)) {
    const kept = await openKept(directory, name)
    if (kept !== null) return kept
  }
  return null
}

/** Only the newest whole image is kept: a school's disk is small and an image large. */
async function keepImage(directory: string, name: string, image: SharedArrayBuffer): Promise<void> {
  mkdirSync(directory, { recursive: true })
  await writeImage(join(directory, name), image)
  for (const file of keptImages(directory))
    if (file !== name) rmSync(join(directory, file), { force: true })
}

function keptImages(directory: string): readonly string[] {
  const isThere = statSync(directory, { throwIfNoEntry: false }) !== undefined
  return isThere ? readdirSync(directory).filter((file) => KEPT.test(file)) : []
}

/** Changes whenever a list is named otherwise or its file was touched. */
function fingerprint(sources: readonly ListSource[]): string {
  const facts = sources.map((source) => [source, ...filesAt(source.path).map(factsOf)])
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16)
}

function filesAt(path: string): readonly string[] {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  if (!isDirectory) return [path]
  const names = readdirSync(path).sort()
  return names.map((file) => join(path, file))
}

function factsOf(path: string): readonly (string | number)[] {
  const facts = statSync(path, { throwIfNoEntry: false })
  return [path, facts?.size ?? -1, facts?.mtimeMs ?? -1]
}

function alarmsOf(
  { id, category, problem, badLines, lineProblems }: SourceReport,
  source: ListSource | undefined,
): string[] {
  const name = `list \`${id}\` (${category})`
  const alarms = problem === null ? [] : [`${name}: ${problem}`]
  const [first] = lineProblems
  if (badLines > 0 && first !== undefined && source?.isForeign !== true)
    alarms.push(
      `${name}: ${badLines} bad lines, the first at ${first.file}:${first.line}: ${first.message}`,
    )
  return alarms
}
