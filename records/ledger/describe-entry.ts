import { canonicalJson, type Json } from '../canonical-json.ts'
import type { LedgerEntry } from './entry.ts'

/** An entry in one line of plain words, for a person who reads back what was done. */
export function describeEntry(entry: LedgerEntry): string {
  const { seq, ts, actor, actor_role, reason } = entry
  const who = actor === actor_role ? actor : `${actor} (${actor_role})`
  return `#${seq} ${ts} ${who}: ${describeChange(entry)}; because: ${oneLine(reason)}`
}

/** What was done, without who, when and why. */
export function describeChange({
  kind,
  object_type,
  object_id,
  before,
  after,
  ...entry
}: LedgerEntry): string {
  const object = `${object_type} \`${object_id}\``
  if (kind === 'ledger.found') return `founded the ledger of site \`${object_id}\``
  if (kind === 'policy.put') {
    return `put policy revision ${entry.policy_version_to} (${describeValue(after)})`
  }
  if (kind === 'person.erase') return `erased the name of ${object}`
  const said = SAID[kind]
  if (said !== undefined) return said(object_id, after)
  if (after === null) return `removed ${object}`
  if (before === null) return `added ${object}`
  return `changed ${object}: ${describeDifference(before, after)}`
}

/** Acts that are no putting or taking away. */
const SAID: Readonly<Record<string, (id: string, after: Json) => string>> = {
  'proposal.put': (id, after) =>
    `proposed change ${id} (${fieldOf(after, 'edits')} edits, ${fieldOf(after, 'direction')}), which waits for a second person`,
  'ledger.recovered': (_id, after) =>
    `kept a ${fieldOf(after, 'kind')} of a branch that gave way (entry ${fieldOf(after, 'seq')} there), without force`,
  'proposal.endorse': (id, after) =>
    `said the first yes of two to change ${id} (${fieldOf(after, 'office')})`,
  'proposal.approve': (id) => `approved change ${id}`,
  'proposal.refuse': (id) => `refused change ${id}`,
  'proposal.withdraw': (id) => `withdrew change ${id}`,
  'review.put': (id, after) => `reviewed entry ${id}: ${fieldOf(after, 'result')}`,
  'emergency.block': (_id, after) => `blocked at once ${fieldOf(after, 'hosts')}`,
  'emergency.lift': (id) => `lifted the emergency block \`${id}\``,
  'grant.revoke': (id) => `revoked grant \`${id}\``,
  'voucher.revoke': (id) => `revoked voucher \`${id}\``,
  'registration.invite': (_id, after) =>
    `gave out a code for a device of \`${fieldOf(after, 'person')}\`, good until ${fieldOf(after, 'until')}`,
  'registration.withdraw': (id) => `withdrew the registration code \`${id}\``,
  'device.register': (id, after) => `registered device \`${id}\` at the portal${cameBy(after)}`,
  'agreement.sign': (_id, after) =>
    `noted that \`${fieldOf(after, 'person')}\` agreed to \`${fieldOf(after, 'agreement')}\` of ${fieldOf(after, 'version')} (${fieldOf(after, 'method')})`,
  'topic.put': (_id, after) =>
    `announced that class ${fieldOf(after, 'class')} is taught ${fieldOf(after, 'categories')}`,
  'list.put': (id, after) =>
    `decided on copies of list \`${id}\`: let in ${fieldOf(after, 'accepted')}, keep out ${fieldOf(after, 'refused')} ${fieldOf(after, 'rejected')}`,
  'sanction.put': (id, after) =>
    `imposed sanction ${id} (${fieldOf(after, 'kind')}) until ${fieldOf(after, 'to')} after ${fieldOf(after, 'attempts')} attempts`,
  'sanction.lift': (id) => `lifted sanction ${id}`,
  'topic.end': (id) => `ended the teaching topic \`${id}\``,
  'hold.put': (id, after) => `placed legal hold ${id} on entries of the journal${heldOf(after)}`,
  'hold.release': (id) => `released legal hold ${id}`,
  'agent.invite': (id, after) =>
    `gave out a code for the agent of device \`${id}\`, good until ${fieldOf(after, 'until')}`,
  'agent.enrol': (id) => `enrolled the agent of device \`${id}\``,
  'agent.revoke': (id) => `revoked the agent of device \`${id}\``,
  'doh_token.issue': (id, after) =>
    `issued DoH token \`${id}\` to device \`${fieldOf(after, 'device')}\``,
  'doh_token.revoke': (id) => `revoked DoH token \`${id}\``,
  'lesson.put': (id, after) =>
    `opened lesson \`${id}\` for class \`${fieldOf(after, 'class')}\` until ${fieldOf(after, 'to')}`,
  'lesson.end': (id) => `ended lesson \`${id}\``,
  'occasion.end': (id) => `ended the occasion \`${id}\``,
  'site_emergency.put': (_id, after) =>
    `declared a site emergency: ${fieldOf(after, 'kind')}, until ${fieldOf(after, 'until')}`,
  'site_emergency.end': () => 'ended the site emergency',
}

function cameBy(after: Json): string {
  const voucher = isRecord(after) ? after['voucher'] : null
  return typeof voucher === 'string' ? ` with voucher \`${voucher}\`` : ' with a code of the office'
}

/** Which entries: by number, time, person or incident. */
function heldOf(after: Json): string {
  if (!isRecord(after)) return ''
  const named = Object.entries(after).filter(([, value]) => value !== null)
  return named.map(([field, value]) => `, ${field} ${describeValue(value)}`).join('')
}

function fieldOf(after: Json, field: string): string {
  return isRecord(after) ? describeValue(after[field] ?? null) : ''
}

function describeDifference(before: Json, after: Json): string {
  if (!isRecord(before) || !isRecord(after))
    return `${describeValue(before)} -> ${describeValue(after)}`
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  const differences = [...keys].flatMap((key) => {
    const [was, is] = [describeValue(before[key] ?? null), describeValue(after[key] ?? null)]
    if (was === is) return []
    // The commitment to a name changes when the name does; its digits say nothing to a reader.
    return key === 'details' ? ['name or e-mail address'] : [`${key} ${was} -> ${is}`]
  })
  return differences.join(', ')
}

function describeValue(value: Json): string {
  if (typeof value === 'string') return oneLine(value)
  if (!isRecord(value)) return canonicalJson(value)
  const { name, document } = value
  return typeof name === 'string' && typeof document === 'string'
    ? `${oneLine(name)}, sha256 ${document.slice(0, 12)}`
    : canonicalJson(value)
}

function isRecord(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A reason may hold line breaks and escape sequences, and this is printed on a terminal. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}
