import type { AttemptRow } from './types.ts'

/** What the API answers about incidents and holds. */

export interface IncidentRow {
  readonly id: string
  readonly openedAt: string
  readonly class: string
  readonly severity: string
  readonly source: string
  readonly subjectKind: string
  readonly subjectRef: string | null
  readonly subjectName: string | null
  readonly owner: string
  readonly informed: readonly string[]
  readonly sameDayDue: boolean
  readonly outcome: string | null
  readonly openedName: string
  readonly acknowledgedName: string | null
  readonly entries: number
  readonly report: {
    readonly why: string
    readonly text: string
    readonly host: string | null
    readonly group: string | null
  } | null
}

export interface Incidents {
  readonly mine: readonly IncidentRow[]
  readonly reported: readonly {
    readonly id: string
    readonly openedAt: string
    readonly class: string
    readonly state: string
  }[]
  readonly counts: readonly {
    readonly class: string
    readonly isOpen: boolean
    readonly count: number | string
  }[]
}

export interface IncidentDetail extends IncidentRow {
  readonly manifestHash: string
  readonly suggested: readonly string[]
  readonly events: readonly {
    readonly ts: string
    readonly kind: string
    readonly name: string
    readonly facts: Readonly<Record<string, unknown>>
  }[]
  readonly evidence: { readonly rows: readonly AttemptRow[]; readonly changed: readonly string[] }
}

export interface HoldRow {
  readonly id: string
  readonly person: string | null
  readonly name: string | null
  readonly first: number | null
  readonly last: number | null
  readonly from: string | null
  readonly to: string | null
  readonly incident: string | null
  readonly placed: { readonly at: string; readonly reason: string }
  readonly placedName: string
  readonly released: { readonly at: string } | null
}

export interface Holds {
  readonly headSeq: number
  readonly holds: readonly HoldRow[]
}
