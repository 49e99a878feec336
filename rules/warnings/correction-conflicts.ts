import type { Correction, HostPattern } from '../policy/policy.ts'
import type { PolicyDocument } from '../policy/policy-schema.ts'
import type { Policy } from '../policy/policy.ts'
import type { Warning } from './policy-warnings.ts'

/** Corrections that say what another has said, or of the same host that it is in a category and that it is not. */
export function correctionConflicts(
  { corrections }: Policy,
  document: PolicyDocument,
): readonly Warning[] {
  const own = corrections.filter(({ ofTrust }) => ofTrust !== true)
  const byHost = Map.groupBy(own, ({ host }) => keyOf(host))
  // The file's are in the order of the policy; what a trust's adds has no place in this file.
  return own.slice(0, document.corrections.length).flatMap((correction, index) => {
    const before = (byHost.get(keyOf(correction.host)) ?? []).filter(
      (other) => own.indexOf(other) < index,
    )
    const found = before.map((other) => conflictOf(correction, other)).find((each) => each !== null)
    return found ? [{ ...found, path: ['corrections', index] }] : []
  })
}

function keyOf({ host, scope }: HostPattern): string {
  return `${scope} ${host}`
}

function conflictOf(one: Correction, other: Correction): Omit<Warning, 'path'> | null {
  const name = `\`${one.id}\` corrects \`${one.host.host}\``
  const said = (category: string | null): category is string => category !== null
  if (one.remove === other.remove && one.add === other.add)
    return {
      message: `${name} for nothing: \`${other.id}\` does already`,
      finding: { kind: 'duplicate', rule: one.id },
    }
  const clash = [one.remove === other.add && one.remove, one.add === other.remove && one.add]
    .filter((each) => each !== false)
    .find(said)
  return clash === undefined
    ? null
    : {
        message: `${name} against \`${other.id}\`: one takes \`${clash}\` away, one adds it, and it stays added`,
        finding: { kind: 'contradictory', rule: one.id },
      }
}
