/** What the API answers to whoever teaches. */

export interface Teacher {
  readonly ref: string
  readonly name: string | null
}

export interface ClassNow {
  readonly class: string
  readonly period: string
  readonly room: string | null
  readonly from: string
  readonly until: string
  readonly teachers: readonly Teacher[]
  readonly pupils: readonly Teacher[]
  readonly lessons: readonly {
    readonly id: string
    readonly teacher: string
    readonly pack: string | null
    readonly sites: readonly string[]
    readonly focus: readonly string[] | null
    readonly to: string
  }[]
}

export interface MyClass {
  readonly headSeq: number
  readonly now: readonly ClassNow[]
  readonly next: {
    readonly class: string
    readonly from: string
    readonly room: string | null
  } | null
  readonly packs: readonly { readonly id: string; readonly label: string }[]
}

export interface MyRequest {
  readonly id: string
  readonly at: string
  readonly state: string
  readonly reason: string
  readonly closedName: string | null
  readonly edits: readonly {
    readonly kind: string
    readonly objectId: string
    readonly after: {
      readonly sites?: readonly string[]
      readonly class?: string | null
      readonly to?: string
    } | null
  }[]
}

export interface Classes {
  readonly headSeq: number
  readonly classes: readonly { readonly id: string; readonly persons: readonly string[] }[]
}
