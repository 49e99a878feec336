import { describeEffect } from '../rules/direction/describe-effect.ts'
import type { DirectionReport, Effect } from '../rules/direction/direction.ts'
import type { TrafficChange, TrafficPreview } from '../rules/preview/compare-traffic.ts'

/** What a draft would do, as `preview --json` prints it. */
export interface Preview extends TrafficPreview {
  /** The draft's file. */
  readonly policy: string
  /** The revision that it is compared with. */
  readonly against: number
  readonly hours: number
  /** The end of the newest hour that was counted, RFC 3339; null where no traffic was. */
  readonly until: string | null
  readonly seen: { readonly hosts: number; readonly requests: number }
  /** Who would get another profile or refusal, where and when; traffic does not tell that. */
  readonly access: { readonly opens: readonly string[]; readonly closes: readonly string[] }
  /** Promises that the draft would break: it would not be taken over. */
  readonly broken: readonly string[]
}

/** What of a comparison of two policies is about who is let in where and when. */
export function accessEffects({ loosens, tightens }: DirectionReport): Preview['access'] {
  const of = (effects: readonly Effect[]): string[] =>
    effects.filter(({ what }) => what === 'access' || what === 'alert').map(describeEffect)
  return { opens: of(loosens), closes: of(tightens) }
}

/** Hosts shown of each side; `--json` has all. */
const SHOWN = 40

/** A preview for a person. */
export function* previewLines(preview: Preview): Generator<string> {
  const { policy, against, hours, until, seen, opens, closes, gone, refused, access, broken } =
    preview
  yield (
    `\`${policy}\` against policy revision ${against}, on the traffic of ${hours} hours up to ${until ?? 'now'}: ` +
    `${seen.hosts} hosts, ${seen.requests} requests`
  )
  if (until === null)
    yield 'no traffic has been counted yet: only who is let in where and when is compared'
  yield* changeLines('opens', opens)
  yield* changeLines('closes', closes)
  for (const { profile, hosts, requests } of gone)
    yield `the draft has no profile \`${profile}\`: ${hosts} hosts, ${requests} requests were asked in it`
  if (refused > 0) yield `${refused} requests came from devices that were let in nowhere`
  for (const effect of access.opens) yield `lets in: ${effect}`
  for (const effect of access.closes) yield `shuts out: ${effect}`
  for (const promise of broken) yield `would be refused: ${promise}`
}

function* changeLines(side: string, changes: readonly TrafficChange[]): Generator<string> {
  yield `${side} ${changes.length === 0 ? 'nothing that was asked' : `${changes.length}, most devices first:`}`
  for (const change of changes.slice(0, SHOWN)) yield `  ${describeChange(change)}`
  if (changes.length > SHOWN) yield `  and ${changes.length - SHOWN} more (--json has all)`
}

function describeChange(change: TrafficChange): string {
  const { host, profile, from, to, reason, category, rule, devices, requests } = change
  const why = reason === null ? '' : ` (${reason})`
  return (
    `${host} for ${profile}: ${from} -> ${to}${why}, ${category ?? 'no category'}, by ${rule}; ` +
    `about ${devices} devices, ${requests} requests`
  )
}
