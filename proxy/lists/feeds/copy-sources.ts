import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { FetchedListPolicy } from '../../../rules/policy/policy.ts'
import { findCategory } from '../../../rules/taxonomy/taxonomy.ts'
import { categoriesOf } from '../find-sources.ts'
import type { ListSource } from '../list-source.ts'

/** The lists of a copy at `path`: one, or those of UT1's archive that the taxonomy has a category for. */
export function copySources(list: FetchedListPolicy, path: string): readonly ListSource[] {
  const { id, category, format, version } = list
  const common = { id, isForeign: true, ...(version === null ? {} : { version }) }
  if (format !== 'ut1') {
    if (category === null || statSync(path, { throwIfNoEntry: false }) === undefined) return []
    return [{ ...common, name: `${id}/${category}`, category, path, format }]
  }
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  const names = isFolder ? readdirSync(path).sort() : []
  return names.flatMap((name): ListSource[] => {
    const chosen = categoriesOf(name, new Map())
    const ids = 'reason' in chosen ? [] : chosen.ids.filter(mayBeFetched)
    const source = { ...common, name: `${id}/${name}`, path: join(path, name) }
    return ids.map((each) => ({ ...source, category: each }))
  })
}

/** As `check-lists.ts` says for one list: whoever answers for an address must not decide on these. */
function mayBeFetched(category: string): boolean {
  const lock = findCategory(category)?.lock
  return lock !== 'SEALED' && lock !== 'ALWAYS'
}
