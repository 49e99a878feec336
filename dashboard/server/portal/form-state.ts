import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/** A person reads an agreement in this time, and goes through the form once more after it. */
const GOOD_MS = 20 * 60_000

/**
 * What a form carries from one page to the next: the small browsers of sign-in sheets keep no cookies and no
 * storage. Signed, so that nobody can change it, and of one address, so that nobody can hand it on.
 */
const stateSchema = z.strictObject({
  /** SHA-256 of the code that was found; null for a device that is known and signs again. */
  codeHash: z.string().nullable(),
  /** The device that signs again. */
  device: z.string().nullable(),
  address: z.string(),
  /** The agreement that was shown, by version and by the hash of its text. */
  agreement: z.string().nullable(),
  version: z.string().nullable(),
  text: z.string().nullable(),
  /** Epoch ms of gate time. */
  at: z.number(),
})
export type FormState = z.infer<typeof stateSchema>

export function sealState(state: FormState, key: Uint8Array): string {
  const body = Buffer.from(JSON.stringify(state)).toString('base64url')
  return `${body}.${macOf(body, key)}`
}

/** Null for what this portal did not write, what is too old, and what was written for another address. */
export function openState(
  sealed: string,
  key: Uint8Array,
  { address, now }: { readonly address: string; readonly now: number },
): FormState | null {
  const [body = '', mac = ''] = sealed.split('.', 2)
  const [given, expected] = [Buffer.from(mac), Buffer.from(macOf(body, key))]
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const read = stateSchema.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()))
  if (!read.success || read.data.address !== address) return null
  return Math.abs(now - read.data.at) <= GOOD_MS ? read.data : null
}

function macOf(body: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(`portal form ${body}`).digest('base64url')
}
