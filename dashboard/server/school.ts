import type { DatabaseSync } from 'node:sqlite'
import type { AlertStore } from '../../records/alerts/alert-store.ts'
import type { ChangeDesk } from '../../records/governance/change-desk.ts'
import type { JudgedEdit } from '../../records/governance/judge-edit.ts'
import type { IncidentDesk } from '../../records/incidents/incident-desk.ts'
import type { JournalView } from '../../records/journal/journal-view.ts'
import type { Ledger } from '../../records/ledger/ledger.ts'
import type { Register } from '../../records/register/register.ts'
import type { Usage } from '../../records/usage/usage-store.ts'
import type { Verdict } from '../../rules/verdict.ts'

/**
 * The school as the dashboard's pages see it: the records of one directory, and what only the commands'
 * folder can put together (an engine, a preview), handed in. Opened by `commands/dashboard.ts`.
 */
export interface School {
  /** `site` of the configuration. */
  readonly site: string
  /** The records' directory: accounts and the setup code lie there. */
  readonly directory: string
  /** Where a device reaches the portal; null where nobody can tell. */
  readonly portalUrl: string | null
  /** Gate time, epoch ms. */
  readonly now: () => number
  readonly ledger: Ledger
  readonly desk: ChangeDesk
  /** As the ledger adds up now. */
  readonly register: () => Register
  /** Null for nobody, and for somebody whose name was erased. */
  readonly nameOf: (personRef: string) => string | null
  /** Works on the journal as it is; null until the gate has made one. */
  readonly readJournal: <T>(work: (journal: Journal) => T) => T | null
  /** Works on the alerts; null until there are any. */
  readonly withAlerts: <T>(work: (alerts: AlertStore) => T) => T | null
  /** Works on the incidents in somebody's name: what one that is opened stands on is held in it. */
  readonly withIncidents: <T>(
    by: string,
    work: (incidents: IncidentDesk) => T | Promise<T>,
  ) => Promise<T>
  /** Gives what a closed incident holds its end. A text says why it stays without one. */
  readonly endHolds: (by: string, incident: string) => Promise<string | null>
  /** What an edit would do to people, a sentence an effect. */
  readonly effectsOf: (edit: JudgedEdit) => readonly string[]
  readonly testAs: (question: TestQuestion) => Promise<TestAnswer | string>
  /** A policy's problems by line, its warnings, and what it opens and closes on recent traffic. */
  readonly tryPolicy: (text: string, hours: number) => Promise<PolicyTrial>
  /** The lists in force by the policy's ids. Sealed ones are counted with the others and shown to nobody. */
  readonly lists: () => Promise<readonly ListFacts[]>
  /** Which lists hold a host; a text says why it is none. */
  readonly holdersOf: (host: string) => Promise<readonly HolderFacts[] | string>
  /** What devices have used of their quotas in the periods that run. */
  readonly usage: () => readonly Usage[]
  /** What the gates beside it say of themselves; null where the gate does not answer. */
  readonly readGate: () => Promise<GateStatus | null>
}

export interface Journal {
  readonly db: DatabaseSync
  readonly view: JournalView
}

export interface ListFacts {
  readonly id: string
  readonly category: string
  readonly entries: number
  readonly urls: number
  readonly version: string
  /** A folder, a file or an address, as the policy names it; null where several make one. */
  readonly source: string | null
}

export interface HolderFacts {
  readonly entry: string
  /** `itself`, `and all below`: what of it the entry means. */
  readonly scope: string
  readonly list: string
  readonly category: string
  readonly version: string
}

export interface TestQuestion {
  readonly device?: string | undefined
  readonly ip?: string | undefined
  readonly zone?: string | undefined
  readonly url: string
  /** RFC 3339; absent: now. */
  readonly at?: string | undefined
}

export interface TestAnswer {
  readonly verdict: Verdict
  readonly assumed: readonly string[]
  /** When the next window edge changes it, RFC 3339, and what it is then. */
  readonly next: { readonly at: string; readonly verdict: Verdict } | null
}

export interface PolicyTrial {
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
  /** Lines of the preview; empty where there are problems. */
  readonly effects: readonly string[]
}

export interface GateStatus {
  readonly ready: boolean
  readonly degraded: readonly string[]
  /** Sums of the gate's own metrics since its start, by metric name and labels as Prometheus writes them. */
  readonly metrics: Readonly<Record<string, number>>
}
