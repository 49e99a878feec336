import type { JudgedEdit } from '../records/governance/judge-edit.ts'
import type { Register } from '../records/register/register.ts'
import { describeEffect } from '../rules/direction/describe-effect.ts'
import type { DirectionReport } from '../rules/direction/direction.ts'
import { directionOfDevice } from '../rules/direction/direction-of-device.ts'
import { directionOfPolicy } from '../rules/direction/direction-of-policy.ts'
import { parsePolicy } from '../rules/policy/parse-policy.ts'
import type { DeviceFacts } from '../rules/subject.ts'

/**
 * What an edit would do to people if it were in force now, a sentence an effect, loosening ones first;
 * empty for edits that have no such effects.
 */
export function effectsOf(
  { kind, objectId, after }: JudgedEdit,
  register: Register,
  textOf: (hash: string) => string | undefined,
): readonly string[] {
  if (kind === 'policy.put') return effectsOfPolicy(after, register, textOf)
  if (kind !== 'device.put' && kind !== 'device.remove') return []
  const before = register.devices.get(objectId) ?? null
  return sentencesOf(directionOfDevice(before, after as unknown as DeviceFacts | null))
}

function effectsOfPolicy(
  after: JudgedEdit['after'],
  { policy }: Register,
  textOf: (hash: string) => string | undefined,
): readonly string[] {
  const { document, name } = after as { document: string; name: string }
  const next = parsePolicy(textOf(document) ?? '', name)
  if (!next.ok) return ['this version cannot read the policy']
  const now = policy === null ? null : parsePolicy(policy.text, policy.name)
  return sentencesOf(directionOfPolicy(now?.ok === true ? now.policy : null, next.policy))
}

function sentencesOf(report: DirectionReport): readonly string[] {
  const { loosens, tightens, moreLoosens, moreTightens } = report
  return [
    ...loosens.map((effect) => `loosens: ${describeEffect(effect)}`),
    ...(moreLoosens > 0 ? [`loosens: ${moreLoosens} more`] : []),
    ...tightens.map((effect) => `tightens: ${describeEffect(effect)}`),
    ...(moreTightens > 0 ? [`tightens: ${moreTightens} more`] : []),
  ]
}
