import { createHmac, timingSafeEqual } from 'node:crypto'

/** What the gate knows of a device that asks the portal through it. */
export interface RelayedClient {
  /** As the gate sees it. */
  readonly address: string
  /** The device that the address is taken for; null: none. */
  readonly device: string | null
  /** Why it is held back or refused; null: it is not. */
  readonly reason: string | null
  readonly zone: string
  /** Epoch ms of gate time. */
  readonly at: number
}

/** The field of a relayed request; one that a device sends itself is dropped on the way. */
export const RELAY_FIELD = 'x-schoolgate-client'

/** The file of the key among a gate's records. */
export const RELAY_KEY = 'portal-relay'

/** A request is seconds old when it arrives; a copied field is worth nothing after this. */
const GOOD_MS = 60_000

/** What the gate says of a client, so that the portal can tell it from what anybody may say of himself. */
export function proveClient(client: RelayedClient, key: Uint8Array): string {
  const body = Buffer.from(JSON.stringify(client)).toString('base64url')
  return `${body}.${macOf(body, key)}`
}

/** What the gate said; null for what it did not say, or said long ago. */
export function readProof(field: string, key: Uint8Array, now: number): RelayedClient | null {
  const [body = '', mac = '', rest] = field.split('.', 3)
  const expected = Buffer.from(macOf(body, key))
  const given = Buffer.from(mac)
  if (rest !== undefined || given.length !== expected.length) return null
  if (!timingSafeEqual(given, expected)) return null
  const client = JSON.parse(Buffer.from(body, 'base64url').toString()) as RelayedClient
  return Math.abs(now - client.at) <= GOOD_MS ? client : null
}

function macOf(body: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(`portal client ${body}`).digest('base64url')
}
