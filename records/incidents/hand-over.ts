import { hash } from 'node:crypto'
import { canonicalJson, type Json } from '../canonical-json.ts'
import type { Incident, IncidentEvent } from './incident.ts'

/** The two texts that go to the school's safeguarding system: for its import, and for a person. */
export interface HandOver {
  readonly json: string
  readonly text: string
  /** SHA-256 of `json`, hex; named in `text`, so that the two can be shown to belong together. */
  readonly sha256: string
}

const FORMAT = 'schoolgate-incident-1'

/**
 * An incident for the child-protection file, events with their hashes, evidence by id and hash alone: no
 * name, no content, no link (requirements.md 6.6). The receiving person adds the name.
 */
export function handOverOf(incident: Incident, site: string): HandOver {
  // Through JSON: readonly interfaces become the plain values that canonical JSON takes.
  const plain = JSON.parse(JSON.stringify({ format: FORMAT, site, incident })) as Json
  const json = canonicalJson(plain)
  const sha256 = hash('sha256', json, 'hex')
  return { json, text: textOf(incident, site, sha256), sha256 }
}

function textOf(incident: Incident, site: string, sha256: string): string {
  const { subjectRef, subjectKind, owner, informed, outcome, events } = incident
  const evidence = incident.evidence as { entries: readonly unknown[]; manifestHash: string }
  return [
    `Incident ${incident.id} of site ${site}`,
    '',
    `Class:     ${spoken(incident.class)}, severity ${incident.severity}`,
    `Opened:    ${incident.openedAt} by ${incident.openedBy} (source: ${incident.source})`,
    `Concerns:  ${subjectRef ?? 'a person who is not known'} (${subjectKind})`,
    `Belongs to: ${[owner, ...informed].map(spoken).join(', ')}`,
    `Outcome:   ${outcome === null ? 'still open' : spoken(outcome)}`,
    `Evidence:  ${evidence.entries.length} journal entries, manifest ${evidence.manifestHash}`,
    '',
    'What was done:',
    ...events.map(lineOf),
    '',
    `The accompanying file has SHA-256 ${sha256}.`,
    '',
  ].join('\n')
}

function lineOf({ ts, by, kind, facts }: IncidentEvent): string {
  const said = kind === 'opened' ? [] : Object.values(facts).map(String)
  const words = said.filter((text) => text !== '').map(oneLine)
  return `- ${ts} ${by}: ${[spoken(kind), ...words].join(', ')}`
}

function spoken(word: string): string {
  return word.replaceAll('_', ' ')
}

/** Free text must not be able to fake a further line of the record. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}
