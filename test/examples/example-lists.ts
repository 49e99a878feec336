import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseHostname } from '../../rules/names/hostname.ts'
import { findCategory, type Category } from '../../rules/taxonomy/taxonomy.ts'

export const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples')

export interface ListFile {
  /** The file's name without `.txt`: a category id, where the file is right. */
  readonly id: string
  readonly category: Category | undefined
  readonly comments: readonly string[]
  /** Every line that is no comment, as written. */
  readonly entries: readonly string[]
}

/** The `<category>.txt` files of a folder below `examples/`, which is where its policy names them from. */
export function readListFolder(folder: string): ListFile[] {
  const path = join(EXAMPLES, folder)
  return readdirSync(path)
    .filter((name) => name.endsWith('.txt'))
    .map((name) => readList(join(path, name), name.slice(0, -'.txt'.length)))
}

function readList(path: string, id: string): ListFile {
  const text = readFileSync(path, 'utf8')
  if (!text.endsWith('\n')) throw new Error(`${path} does not end with a line break`)
  const lines = text.slice(0, -1).split('\n')
  return {
    id,
    category: findCategory(id),
    comments: lines.filter((line) => line.startsWith('#')),
    entries: lines.filter((line) => !line.startsWith('#')),
  }
}

/** As it would be compared: anything that parsing would change or refuse isn't canonical. */
export function isCanonicalHost(entry: string): boolean {
  return entry.includes('.') && parseHostname(entry) === entry
}

/** `a.b.c` gives `a.b.c`, `b.c` and `c`: the names whose entries hold for `a.b.c`. */
export function selfAndParents(host: string): string[] {
  const labels = host.split('.')
  return labels.map((_, from) => labels.slice(from).join('.'))
}
