import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { UT1_NOT_IMPORTED } from '../../rules/taxonomy/category-rows.ts'
import { CATEGORIES, findCategory } from '../../rules/taxonomy/taxonomy.ts'
import type { ListSource } from './list-source.ts'

/** Category ids by list name, over what the taxonomy says. */
export type CategoryMap = ReadonlyMap<string, string>

export interface FoundSources {
  readonly sources: readonly ListSource[]
  /** Lists that are there but not taken, with the reason. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[]
}

/**
 * The lists at a path: the file or UT1 list itself, or those of a UT1 tree (a directory for each list)
 * or of a folder of `<name>.txt` and `<name>.txt.gz` files. A list's name gives its category by the
 * map, as a category id, or as a UT1 name of the taxonomy, where one name may mean several categories.
 * Rejects when the path can't be read.
 */
export async function findSources(path: string, categories: CategoryMap): Promise<FoundSources> {
  const sources: ListSource[] = []
  const skipped: { path: string; reason: string }[] = []
  for (const list of await listPaths(path)) {
    const id = list.name
    const chosen = categoriesOf(id, categories)
    if ('reason' in chosen) skipped.push({ path: list.path, reason: chosen.reason })
    else for (const category of chosen.ids) sources.push({ id, category, path: list.path })
  }
  return { sources, skipped }
}

type Chosen = { readonly ids: readonly string[] } | { readonly reason: string }

/** The categories of a list by its name, or why it is not taken. */
export function categoriesOf(name: string, categories: CategoryMap): Chosen {
  const mapped = categories.get(name)
  if (mapped !== undefined) return { ids: [mapped] }
  if (findCategory(name) !== undefined) return { ids: [name] }
  const refused = Object.hasOwn(UT1_NOT_IMPORTED, name) ? UT1_NOT_IMPORTED[name] : undefined
  if (refused !== undefined) return { reason: refused }
  const ids = CATEGORIES.filter((category) => category.ut1.includes(name)).map(({ id }) => id)
  return ids.length > 0 ? { ids } : { reason: 'no category is named for this list' }
}

interface ListPath {
  readonly name: string
  readonly path: string
}

const TEXT_FILE = /\.txt(?:\.gz)?$/
const UT1_FILE = /^(?:domains|urls)(?:\.gz)?$/

async function listPaths(path: string): Promise<readonly ListPath[]> {
  const facts = await stat(path)
  if (!facts.isDirectory()) return [listAt(path)]
  const entries = (await readdir(path, { withFileTypes: true })).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  )
  if (entries.some(isUt1File)) return [listAt(path)]
  const found: ListPath[] = []
  for (const entry of entries) {
    const at = join(path, entry.name)
    // UT1 links `porn` to `adult` and the like: a link would be the same list once more.
    if (entry.isSymbolicLink()) continue
    if (entry.isFile() && TEXT_FILE.test(entry.name)) found.push(listAt(at))
    else if (entry.isDirectory() && (await isUt1List(at))) found.push(listAt(at))
  }
  return found
}

function listAt(path: string): ListPath {
  return {
    name: basename(path)
      .replace(/\.gz$/, '')
      .replace(/\.(?:txt|hosts|list)$/, ''),
    path,
  }
}

async function isUt1List(path: string): Promise<boolean> {
  const entries = await readdir(path, { withFileTypes: true })
  return entries.some(isUt1File)
}

function isUt1File(entry: Dirent): boolean {
  return entry.isFile() && UT1_FILE.test(entry.name)
}
