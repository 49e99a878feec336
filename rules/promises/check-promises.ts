import { isRequestTarget } from '../names/request-target.ts'
import type { PolicyDocument } from '../policy/policy-schema.ts'
import { unknown, windowNames, type Report } from '../policy/unknown-name.ts'
import type { Path } from '../policy/yaml-source.ts'
import { parseInstant } from '../time/clock-text.ts'

type WrittenPromise = PolicyDocument['promises'][number]

/** What a well-formed promise gets wrong. Whether it is kept is another question (`keep-promises.ts`). */
export function checkPromises(document: PolicyDocument, report: Report): void {
  const seen = new Set<string>()
  document.promises.forEach((promise, index) => {
    const path = ['promises', index]
    if (seen.has(promise.id)) report([...path, 'id'], `\`${promise.id}\` is promised twice`)
    seen.add(promise.id)
    checkWho(document, promise, { path, report })
    checkWhereAndWhen(document, promise, { path, report })
    checkWhat(promise, { path, report })
  })
}

interface Place {
  readonly path: Path
  readonly report: Report
}

function checkWho(
  document: PolicyDocument,
  { who }: WrittenPromise,
  { path, report }: Place,
): void {
  if (who === undefined) return
  const at = [...path, 'who']
  const named = Object.values(who).filter((value) => value !== undefined)
  if (named.length === 0) report(at, 'names nobody; without `who` a promise is to everybody')
  for (const key of ['device', 'registered'] as const)
    if (who[key] !== undefined && named.length > 1)
      report([...at, key], `\`${key}\` stands alone: the rest of \`who\` would not be asked`)
  for (const phase of who.phase ?? [])
    if (!document.school.phases.includes(phase))
      report([...at, 'phase'], unknown('phase', phase, document.school.phases))
}

function checkWhereAndWhen(
  document: PolicyDocument,
  promise: WrittenPromise,
  { path, report }: Place,
): void {
  const zones = Object.keys(document.zones)
  for (const zone of promise.zone ?? [])
    if (!zones.includes(zone)) report([...path, 'zone'], unknown('zone', zone, zones))
  const windows = windowNames(document)
  for (const window of promise.during ?? [])
    if (!windows.includes(window)) report([...path, 'during'], unknown('window', window, windows))
  promise.at?.forEach((text, index) => {
    const instant = parseInstant(text)
    if (!instant.ok) report([...path, 'at', index], instant.problem)
  })
}

function checkWhat({ url, expect, reason }: WrittenPromise, { path, report }: Place): void {
  url.forEach((text, index) => {
    if (!isRequestTarget(text))
      report([...path, 'url', index], `\`${text.slice(0, 80)}\` is no URL and no host name`)
  })
  // What is open has no reason; `warn` and `restrict` have none either.
  if (reason !== undefined && expect !== 'block')
    report(
      [...path, 'reason'],
      `only \`expect: block\` has a reason, and this one is \`${expect}\``,
    )
}
