import type { PolicyDocument } from './policy-schema.ts'
import type { PolicySource } from './policy-source.ts'
import { nearest } from './nearest-word.ts'
import { suggestion, type Path } from './yaml-source.ts'
import { CATEGORIES, findCategory, type Audience } from '../taxonomy/taxonomy.ts'

/** The mildest that a trust lets its schools make of a category. */
export type FloorAction = 'block' | 'restrict' | 'warn' | 'timed'

/** What a school may say where the trust says this: as strict at every time, or stricter. */
const WITHIN: Readonly<Record<FloorAction, readonly string[]>> = {
  block: ['block'],
  restrict: ['restrict', 'grant', 'block'],
  warn: ['warn', 'restrict', 'grant', 'block'],
  timed: ['timed', 'grant', 'block'],
}

const WORD_OF: Readonly<Record<string, string>> = {
  ...{ A: 'allow', B: 'block', W: 'warn', R: 'restrict', T: 'timed', G: 'grant' },
}

type Floor = Readonly<Record<string, FloorAction>>

function floorFor({ floor }: PolicyDocument, audience: Audience | undefined): Floor {
  return (audience === undefined ? undefined : floor?.actions[audience]) ?? {}
}

/** Every place at which a policy is milder than its floor, or the floor is none. */
export function checkFloor(
  document: PolicyDocument,
  source: PolicySource,
  report: (path: Path, message: string) => void,
): void {
  const { floor } = document
  if (floor === undefined) return
  for (const [audience, actions] of Object.entries(floor.actions))
    for (const category of Object.keys(actions))
      checkFloorCategory(category, ['floor', 'actions', audience, category], report)
  for (const [id, profile] of Object.entries(document.profiles)) {
    const own = floorFor(document, profile.start_from)
    for (const [category, action] of Object.entries(profile.change)) {
      const least = own[category]
      if (least !== undefined && !WITHIN[least].includes(action))
        report(
          ['profiles', id, 'change', category],
          `\`${action}\` is milder than \`${least}\`, the floor of the trust`,
        )
    }
  }
  checkOpenings(document, source, report)
}

/** What would open a category of the floor by another way than a profile's action. */
function checkOpenings(
  document: PolicyDocument,
  source: PolicySource,
  report: (path: Path, message: string) => void,
): void {
  const closed = new Set(
    Object.values(document.floor?.actions ?? {}).flatMap((actions) =>
      Object.entries(actions).flatMap(([id, action]) => (action === 'block' ? [id] : [])),
    ),
  )
  document.corrections.forEach(({ remove }, index) => {
    if (index >= source.inherited('corrections') && remove !== undefined && closed.has(remove))
      report(['corrections', index, 'remove'], `\`${remove}\` is closed by the floor of the trust`)
  })
  for (const [id, { only }] of Object.entries(document.profiles))
    only?.categories.forEach((category, index) => {
      if (closed.has(category))
        report(
          ['profiles', id, 'only', 'categories', index],
          `\`${category}\` is closed by the floor of the trust`,
        )
    })
  for (const [id, { mode }] of Object.entries(document.zones))
    if (mode === 'observe' && document.floor?.observe !== true)
      report(['zones', id, 'mode'], 'the floor of the trust allows no zone that is only observed')
}

function checkFloorCategory(
  id: string,
  path: Path,
  report: (path: Path, message: string) => void,
): void {
  const known = findCategory(id)
  const ids = CATEGORIES.map((category) => category.id)
  if (known === undefined) report(path, `no category \`${id}\`${suggestion(nearest(id, ids))}`)
  else if (known.lock === 'SEALED' || known.lock === 'ALWAYS')
    report(path, `\`${id}\` is ${known.lock}: it needs no floor and can have none`)
}

type Change = Readonly<Record<string, string>>

/** A profile's changes with the floor laid under the taxonomy's defaults, and what of it nothing opens. */
export function withFloor(
  document: PolicyDocument,
  profile: PolicyDocument['profiles'][string],
): { readonly change: Change; readonly floor: readonly string[] } {
  const audience = profile.start_from
  const least = Object.entries(floorFor(document, audience))
  const raised = least.filter(([id, action]) => {
    const letter = audience === undefined ? undefined : findCategory(id)?.defaults[audience]
    return !WITHIN[action].includes(profile.change[id] ?? WORD_OF[letter ?? 'A'] ?? 'allow')
  })
  const floor = least.flatMap(([id, action]) => (action === 'block' ? [id] : []))
  return { change: { ...profile.change, ...Object.fromEntries(raised) }, floor }
}
