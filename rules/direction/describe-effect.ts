import type { Role } from '../subject.ts'
import type { Effect, Reach } from './direction.ts'

/**
 * An effect as one sentence for the person who reviews it:
 * `pupils (secondary), school devices, in \`library\`, during \`lunch\`: refused (\`out_of_hours\`) becomes \`secondary_social\``.
 */
export function describeEffect(effect: Effect): string {
  const { who, from, to } = effect
  const subject = subjectOf(effect)
  const about = subject === '' ? '' : `${subject}: `
  return `${reachInWords(who)}: ${about}${from} becomes ${to}`
}

function subjectOf({ what, subjects, subjectCount }: Effect): string {
  if (what === 'access' || what === 'alert') return ''
  const named = subjects.map((subject) => `\`${subject}\``).join(', ')
  const more = subjectCount - subjects.length
  return more > 0 ? `${named} and ${more} more` : named
}

const PLURALS: Readonly<Record<Role, string>> = {
  pupil: 'pupils',
  staff: 'staff',
  governor: 'governors',
  visitor: 'visitors',
}

function reachInWords({ roles, ownership, phases, zones, windows, profile }: Reach): string {
  const people = roles.length === 0 ? 'everybody' : roles.map((role) => PLURALS[role]).join(', ')
  const parts = [phases.length === 0 ? people : `${people} (${phases.join(', ')})`]
  if (profile !== null) parts.push(`as \`${profile}\``)
  if (ownership !== null) parts.push(`${ownership} devices`)
  if (zones.length > 0) parts.push(`in ${quoted(zones)}`)
  if (windows.length > 0) parts.push(`during ${quoted(windows)}`)
  return parts.join(', ')
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}
