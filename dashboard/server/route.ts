import type { z } from 'zod'
import type { Duty } from '../../records/governance/governance-state.ts'
import type { AccountStore } from './accounts/account-store.ts'
import type { Session, Sessions } from './accounts/sessions.ts'
import type { Permission, Scope } from './permissions.ts'
import type { School } from './school.ts'

/** Who is signed in, with what he may do now: the ledger is asked at each request. */
export interface Actor {
  readonly login: string
  readonly personRef: string
  readonly name: string | null
  readonly duties: readonly Duty[]
  readonly wfm: boolean
  readonly session: Session
}

/** What a handler works with besides the request. */
export interface Desk {
  readonly school: School
  readonly accounts: AccountStore
  readonly sessions: Sessions
}

/** `public`: before anybody has signed in; `signed_in`: whoever has, and what he may is judged elsewhere. */
export type Access = Permission | 'public' | 'signed_in'

type Of<S extends z.ZodType | undefined> = S extends z.ZodType ? z.output<S> : undefined

export interface Call<P, Q, B> {
  readonly params: P
  readonly query: Q
  readonly body: B
  /** Of the permission that the route names; `full` where it names none. */
  readonly scope: Scope
  readonly desk: Desk
  /** Gate time, epoch ms. */
  readonly at: number
  readonly client: Client
  /** Of a route that takes a file; empty on others. */
  readonly file: Uint8Array
}

/** Where a request comes from. */
export interface Client {
  readonly address: string
  readonly agent: string
  /** The cookie's token; empty where there is none. */
  readonly token: string
  /** Puts another token into the browser; null takes it away. */
  readonly setToken: (token: string | null) => void
}

export interface RouteOf<
  A extends Access,
  P extends z.ZodType | undefined,
  Q extends z.ZodType | undefined,
  B extends z.ZodType | undefined,
> {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: string
  readonly access: A
  /** One line of the reference page. */
  readonly summary: string
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  /** The body is a file of at most so many octets, handed over as it came (a `Buffer`). */
  readonly fileOctets?: number
  /** Tries at this in a minute from one address; absent: the common limit. */
  readonly perMinute?: number
  readonly handle: (
    call: Call<Of<P>, Of<Q>, Of<B>>,
    actor: A extends 'public' ? Actor | null : Actor,
  ) => unknown
}

/** A route whose types have been checked where it was written. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: string
  readonly access: Access
  readonly summary: string
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly fileOctets?: number
  readonly perMinute?: number
  readonly handle: (call: Call<unknown, unknown, unknown>, actor: Actor | null) => unknown
}

/** Every way in is one of these: a route without `access` does not compile. */
export function route<
  A extends Access,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(definition: RouteOf<A, P, Q, B>): Route {
  // The server parses with these very schemas and finds the actor before it calls.
  return definition as unknown as Route
}
