import { CATEGORIES, findCategory } from '../taxonomy/taxonomy.ts'
import { parseInterval, parseListPlace } from './list-place.ts'
import type { PolicyDocument } from './policy-schema.ts'
import { unknown, type Report } from './unknown-name.ts'
import type { Path } from './yaml-source.ts'

type ListDocument = PolicyDocument['lists'][number]

/** What is wrong with the lists of a policy: where each comes from, what it is, and what it is called. */
export function checkLists({ lists }: PolicyDocument, report: Report): void {
  lists.forEach((list, index) => {
    const path = ['lists', index]
    const places = [list.folder, list.path, list.url].filter((place) => place !== undefined)
    if (places.length !== 1) report(path, 'a list has one of `folder`, `path` and `url`')
    if (list.url === undefined) checkLocal(list, path, report)
    else checkFetched(list, list.url, { path, report })
    checkCategory(list, path, report)
  })
  checkListIds(lists, report)
}

function checkCategory(
  { folder, format, category }: ListDocument,
  path: Path,
  report: Report,
): void {
  if (folder !== undefined || format === 'ut1') return
  const ids = CATEGORIES.map(({ id }) => id)
  if (category === undefined) report(path, 'a list with `path` or `url` needs a `category`')
  else if (findCategory(category) === undefined)
    report([...path, 'category'], unknown('category', category, ids))
}

/** A fetched list's copies lie in a folder of its name, and its decisions in the ledger under it. */
function checkListIds(lists: readonly ListDocument[], report: Report): void {
  const fetched = new Set(lists.filter(({ url }) => url !== undefined).map(({ id }) => id))
  lists.forEach(({ id }, index) => {
    const first = lists.findIndex((list) => list.id === id)
    if (first !== index && fetched.has(id))
      report(['lists', index, 'id'], `list \`${id}\` is there already`)
  })
}

function checkLocal(list: ListDocument, path: Path, report: Report): void {
  for (const key of ['every', 'tsig'] as const)
    if (list[key] !== undefined) report([...path, key], 'only a list with `url` is fetched')
  if (list.format === 'ut1') report([...path, 'format'], '`ut1` is an archive: a list with `url`')
}

function checkFetched(
  list: ListDocument,
  url: string,
  { path, report }: { readonly path: Path; readonly report: Report },
): void {
  const { every, category } = list
  if (every !== undefined && parseInterval(every) === undefined)
    report([...path, 'every'], `\`${every}\` is not \`5m\` to \`31d\`, in \`m\`, \`h\` or \`d\``)
  const place = parseListPlace(url)
  if ('problem' in place) report([...path, 'url'], `\`${url.slice(0, 80)}\`: ${place.problem}`)
  else checkTransfer(list, place.kind === 'axfr', { path, report })
  if (list.format === 'ut1' && category !== undefined)
    report([...path, 'category'], 'the lists of an archive are named for their categories')
  const lock = findCategory(category ?? '')?.lock
  // Whoever may answer for the address could empty the one, and open anything with the other.
  if (lock === 'SEALED')
    report([...path, 'category'], 'a SEALED list is a signed feed (`sealed.feeds`)')
  if (lock === 'ALWAYS')
    report([...path, 'category'], 'a list that opens whatever else holds is a file, not fetched')
}

function checkTransfer(
  { tsig, format }: ListDocument,
  isTransfer: boolean,
  { path, report }: { readonly path: Path; readonly report: Report },
): void {
  if (tsig !== undefined && !isTransfer) report([...path, 'tsig'], 'only a zone transfer has a key')
  if (isTransfer && format !== undefined && format !== 'rpz')
    report([...path, 'format'], 'what is transferred is `rpz`')
}
