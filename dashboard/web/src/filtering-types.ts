/** What the API answers about lists, windows, zones and categories. */

export interface CategoryRow {
  readonly id: string
  readonly label: string
  readonly lock: string
}

export interface Holder {
  readonly entry: string
  readonly scope: string
  readonly list: string
  readonly category: string
}

export interface ListsAnswer {
  /** The gate answers, so there are ages. */
  readonly answers: boolean
  readonly lists: readonly {
    readonly id: string
    readonly category: string
    readonly source: string | null
    readonly entries: number
    readonly urls: number
    readonly version: string
    readonly ageSeconds: number | null
  }[]
}

export interface WeekDay {
  readonly date: string
  readonly kind: string
  /** Minutes since midnight. */
  readonly windows: readonly { readonly name: string; readonly from: number; readonly to: number }[]
}

export interface WeekAnswer {
  readonly days: readonly WeekDay[]
}

export interface AccessGrid {
  readonly zones: readonly string[]
  readonly kinds: readonly { readonly label: string; readonly phase: string | null }[]
  readonly cells: readonly (readonly {
    readonly profile: string | null
    readonly reason: string | null
    readonly alert: boolean
    readonly rule: string
  }[])[]
}

export interface CategoryMatrix {
  readonly profiles: readonly { readonly id: string; readonly label: string }[]
  readonly categories: readonly (CategoryRow & {
    readonly description: string
    readonly actions: readonly string[]
  })[]
}

export interface Talker {
  readonly who: string
  readonly name: string | null
  readonly role: string | null
  readonly classId: string
  readonly period: string
  readonly octets: number
}
