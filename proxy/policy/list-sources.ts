import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { FindFeedSources } from '../lists/feeds/feed-sources.ts'
import type { ListSource } from '../lists/list-source.ts'
import type { ListPolicy, Policy } from '../../rules/policy/policy.ts'
import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import type { Config } from '../config.ts'

/** The lists of a policy as files to compile, and what of them is not there. */
export interface ListSources {
  readonly sources: readonly ListSource[]
  /** Sentences; a list that is missing is alarmed, the others go on. */
  readonly missing: readonly string[]
  /** Sentences: lists that were never there, so that nothing can be lost with them. */
  readonly awaited: readonly string[]
}

/** For a look at the files alone: what is fetched is none of them. */
const NOTHING_FETCHED: FindFeedSources = ({ id }) => ({
  awaited: `list \`${id}\` is fetched by the gate`,
})

/** In the policy's order, then `lists.extra`; where two lists say the same the first is named. */
export function listSources(
  policy: Policy,
  config: Config,
  directory: string,
  feeds: FindFeedSources = NOTHING_FETCHED,
): ListSources {
  const sources: ListSource[] = []
  const missing: string[] = []
  const awaited: string[] = []
  for (const list of policy.lists) {
    const found = list.kind === 'url' ? feeds(list) : localSources(list, directory)
    if (typeof found === 'string') missing.push(found)
    else if ('awaited' in found) awaited.push(found.awaited)
    else if ('missing' in found) missing.push(found.missing)
    else sources.push(...found)
  }
  for (const [index, { category, file }] of config.lists.extra.entries()) {
    const path = resolve(directory, file)
    const id = `extra.${index + 1}`
    if (existsSync(path)) sources.push({ id, category, path })
    else missing.push(`list \`${id}\`: no file \`${path}\``)
  }
  return { sources, missing, awaited }
}

function localSources(
  list: Exclude<ListPolicy, { kind: 'url' }>,
  directory: string,
): readonly ListSource[] | string {
  return list.kind === 'folder' ? folderSources(list, directory) : fileSource(list, directory)
}

/** One list per `<category>.txt` or `.txt.gz`; other files (a README) are not lists. */
function folderSources(
  list: Extract<ListPolicy, { kind: 'folder' }>,
  directory: string,
): readonly ListSource[] | string {
  const folder = resolve(directory, list.folder)
  if (!isFolder(folder)) return `list \`${list.id}\`: no folder \`${folder}\``
  const sources = readdirSync(folder)
    .sort()
    .flatMap((file): ListSource[] => {
      const category = /^(.+)\.txt(?:\.gz)?$/.exec(file)?.[1] ?? ''
      if (findCategory(category) === undefined) return []
      const path = join(folder, file)
      return [sourceOf(list, category, path)]
    })
  return sources.length > 0
    ? sources
    : `list \`${list.id}\`: no \`<category>.txt\` in \`${folder}\``
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function fileSource(
  list: Extract<ListPolicy, { kind: 'file' }>,
  directory: string,
): readonly ListSource[] | string {
  const path = resolve(directory, list.path)
  if (!existsSync(path)) return `list \`${list.id}\`: no file \`${path}\``
  const source = sourceOf(list, list.category, path)
  const { format = null } = list
  return [format === null ? source : { ...source, format }]
}

function sourceOf({ id, version }: ListPolicy, category: string, path: string): ListSource {
  const name = `${id}/${category}`
  return version === null ? { id, name, category, path } : { id, name, category, path, version }
}
