import type { ListPolicy } from '../policy/policy.ts'
import { ROLES, type Role } from '../subject.ts'
import type { ContentSide } from './content-answers.ts'
import { listingDiffers } from './content-differences.ts'
import { reachOf } from './direction.ts'
import type { Findings } from './findings.ts'

/** A content side that somebody has, and who. */
export interface HeldSide {
  readonly content: ContentSide
  readonly roles: readonly Role[]
}

/**
 * What other sources of lists mean, judged by the sources alone: what is in them is not known here.
 * So a source that goes, or comes in another version, may have held what nothing else holds; and a
 * folder may bring files of any category.
 */
export function compareLists(
  before: readonly ListPolicy[],
  after: readonly ListPolicy[],
  { held, findings }: { held: readonly HeldSide[]; findings: Findings },
): void {
  const was = new Set(before.map(sourceOf))
  const is = new Set(after.map(sourceOf))
  for (const list of before) if (!is.has(sourceOf(list))) removed(list, findings)
  for (const list of after) if (!was.has(sourceOf(list))) added(list, held, findings)
}

function removed(list: ListPolicy, findings: Findings): void {
  findings.add('loosens', {
    what: 'list',
    who: reachOf(ROLES),
    subject: list.id,
    from: inWords(list),
    to: 'no longer read in this form',
  })
}

function added(list: ListPolicy, held: readonly HeldSide[], findings: Findings): void {
  const finding = { subject: list.id, from: 'not read', to: inWords(list) }
  if (list.kind === 'folder' || (list.kind === 'url' && list.category === null)) {
    findings.add('loosens', { what: 'unjudged', who: reachOf(ROLES), ...finding })
    return
  }
  for (const { content, roles } of held) {
    const { milder, stricter } = listingDiffers(content, list.category ?? '')
    if (milder) findings.add('loosens', { what: 'list', who: reachOf(roles), ...finding })
    if (stricter) findings.add('tightens', { what: 'list', who: reachOf(roles), ...finding })
  }
}

/** The id only names it in records; the same file under another id holds the same names. */
function sourceOf(list: ListPolicy): string {
  return JSON.stringify([list.kind, ...placeOf(list), list.version])
}

/** How often a list is fetched changes nothing of what it holds. */
function placeOf(list: ListPolicy): readonly (string | null)[] {
  switch (list.kind) {
    case 'folder':
      return [list.folder]
    case 'file':
      return [list.path, list.format ?? null, list.category]
    case 'url':
      return [list.url, list.format, list.category]
  }
}

function inWords(list: ListPolicy): string {
  const version = list.version === null ? '' : `, version \`${list.version}\``
  if (list.kind === 'folder') return `the lists of folder \`${list.folder}\`${version}`
  if (list.kind === 'url') {
    const what = list.category === null ? 'its categories' : `\`${list.category}\``
    return `list \`${list.url}\` of ${what}${version}`
  }
  return `list \`${list.path}\` of \`${list.category}\`${version}`
}
