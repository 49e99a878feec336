import type { HolderFacts, ListFacts } from '../dashboard/server/school.ts'
import type { ListImage } from '../rules/lists/list-image.ts'
import { parseListLine } from '../rules/lists/list-line.ts'
import type { Scope } from '../rules/lists/tag-sets.ts'
import type { ListPolicy, Policy } from '../rules/policy/policy.ts'
import { findCategory } from '../rules/taxonomy/taxonomy.ts'

/** What of a host an entry of a list means. */
export const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  host: 'itself',
  subtree: 'and all below',
  below: 'what is below',
  url: 'and all below',
  except_host: 'an exception of itself',
  except_below: 'an exception of what is below',
  except_all: 'an exception of it and all below',
}

/** The lists of an image, with where the policy has each from. */
export function listFacts(image: ListImage, { lists }: Policy): readonly ListFacts[] {
  const sources = new Map(lists.map((list) => [list.id, sourceOf(list)]))
  return image.lists.map(({ id, category, entries, urls, version }) => {
    const [part = id] = id.split('/')
    return {
      id,
      category,
      entries,
      urls,
      version,
      source: sources.get(id) ?? sources.get(part) ?? null,
    }
  })
}

/** The lists that hold a host or URL; a text says why it is none. What a sealed list holds is shown to nobody. */
export function holdersIn(image: ListImage, text: string): readonly HolderFacts[] | string {
  const asked = parseListLine(text, 'host')
  if (asked.kind !== 'hosts' && asked.kind !== 'url')
    return `no host name or address: \`${text.slice(0, 80)}\``
  const hosts = asked.kind === 'url' ? [asked.host] : asked.hosts
  const path = asked.kind === 'url' ? asked.path : undefined
  return hosts
    .flatMap((host) => image.holders(host, path))
    .filter(({ list }) => findCategory(list.category)?.lock !== 'SEALED')
    .map(({ list, entry, scope }) => ({
      ...{ entry, scope: SCOPE_WORDS[scope] },
      ...{ list: list.id, category: list.category, version: list.version },
    }))
}

function sourceOf(list: ListPolicy): string {
  if (list.kind === 'url') return list.url
  return list.kind === 'folder' ? list.folder : list.path
}
