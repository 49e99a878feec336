import type { Binding } from '../../rules/identity/binding.ts'
import { SEEN_AT } from './sightings.ts'

/** A phone that has proven itself by its agent, but for what a test says. */
export function bindingOf(facts: Partial<Binding> = {}): Binding {
  return {
    address: '10.1.0.7',
    device: 'phone',
    person: 'p-1',
    confidence: 'proven',
    doubt: null,
    mac: null,
    place: null,
    zone: null,
    evidence: [{ source: 'agent', reporter: 'agent', at: SEEN_AT, until: SEEN_AT + 2_100_000 }],
    since: SEEN_AT,
    lastSeen: SEEN_AT,
    expires: SEEN_AT + 2_100_000,
    ...facts,
  }
}
