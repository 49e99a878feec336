import type { Severity } from '../../rules/verdict.ts'
import type { Finding } from './finding.ts'

/** Facts of an event, for its sentence; `subject` tells two events of a kind apart. */
export type EventFacts = Readonly<Record<string, string | number>>

interface EventRule {
  readonly severity: Severity
  readonly urgency: Finding['urgency']
  readonly words: (facts: EventFacts) => string
}

const said = (facts: EventFacts, name: string): string => String(facts[name] ?? 'unknown')

function wordsOfList(facts: EventFacts): string {
  return `list \`${said(facts, 'list')}\`: ${said(facts, 'message')}`
}

/** What the gate itself can report of its own state. */
const EVENT_RULES = {
  chain_break: {
    severity: 'high',
    urgency: 'now',
    words: (facts) => `the change log does not verify: ${said(facts, 'message')}`,
  },
  ledger_lost: { severity: 'high', urgency: 'now', words: (facts) => said(facts, 'message') },
  sealed_feed_missing: {
    severity: 'high',
    urgency: 'now',
    words: (facts) => `the sealed list is missing or not genuine: ${said(facts, 'message')}`,
  },
  feed_age: { severity: 'medium', urgency: 'now', words: wordsOfList },
  /** A sealed feed that is not genuine, empty or older than the one in force: that is no slip. */
  feed_refused: { severity: 'high', urgency: 'now', words: wordsOfList },
  list_refused: { severity: 'low', urgency: 'now', words: wordsOfList },
  promise_broken: {
    severity: 'high',
    urgency: 'now',
    words: (facts) => said(facts, 'message'),
  },
  journal_loss: {
    severity: 'medium',
    urgency: 'now',
    words: (facts) => `${said(facts, 'lost')} refusals could not be recorded`,
  },
  unclean_stop: {
    severity: 'low',
    urgency: 'now',
    words: (facts) => `the gate ended without a stop; records are whole up to ${said(facts, 'at')}`,
  },
  heavy_talker: {
    severity: 'low',
    urgency: 'now',
    words: (facts) =>
      `a device moved ${said(facts, 'moved')} within ${said(facts, 'minutes')} minutes`,
  },
  sanction: {
    severity: 'medium',
    urgency: 'now',
    words: (facts) =>
      `${said(facts, 'attempts')} attempts to get round the filter: locked out until ${said(facts, 'until')}`,
  },
  shared_address: {
    severity: 'low',
    urgency: 'now',
    words: (facts) =>
      `${said(facts, 'address')} speaks for several devices (${said(facts, 'evidence')}): a NAT or a server that forwards; until it tells whose each request is, whoever is behind it is unknown`,
  },
  dns_tunnel: {
    severity: 'medium',
    urgency: 'now',
    words: (facts) =>
      `a device sends data through name look-ups, ${said(facts, 'names')} names within ${said(facts, 'minutes')} minutes; ${said(facts, 'done')}`,
  },
  backup_failed: {
    severity: 'low',
    urgency: 'now',
    words: (facts) => said(facts, 'message'),
  },
} as const satisfies Readonly<Record<string, EventRule>>

export type EventKind = keyof typeof EVENT_RULES

/** The finding of an event of the gate. */
export function judgeEvent(kind: EventKind, facts: EventFacts, at: number): Finding {
  const { severity, urgency, words } = EVENT_RULES[kind]
  return {
    ...{ rule: kind, severity, urgency, at, detail: words(facts) },
    key: `gate\0${kind}\0${facts['subject'] ?? facts['list'] ?? ''}`,
    ...{ personRef: fact(facts, 'person'), role: fact(facts, 'role') },
    ...{ deviceId: fact(facts, 'device'), ip: fact(facts, 'ip'), zone: fact(facts, 'zone') },
    category: null,
    ...{ count: 1, seq: null },
  }
}

/** Whose it is, for the few events that are about a device. */
function fact(facts: EventFacts, name: string): string | null {
  const value = facts[name]
  return value === undefined ? null : String(value)
}
