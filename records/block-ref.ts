import { createHmac } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { encodeCrockford } from './crockford.ts'

/** What makes refusals one attempt (design.md section 6, fold key). */
export interface FoldKey {
  readonly site: string
  /** The device's id, else its address. */
  readonly who: string
  readonly host: string
  readonly reason: string
  /** Epoch minute, UTC. */
  readonly minute: number
}

/**
 * 40 bits are eight letters to read out over a telephone. Among a million attempts one pair is likely
 * to share a code; the person who looks it up tells the two apart by the time.
 */
const REF_OCTETS = 5

/**
 * The code on a block page, `XXXX-XXXX`. Keyed, so that nobody can test from a code which host it was;
 * a function of the fold key alone, so that every thread and gate computes the same without asking.
 */
export function blockRef(
  key: Uint8Array | KeyObject,
  { site, who, host, reason, minute }: FoldKey,
): string {
  // JSON keeps the fields apart: with plain joining, `a` + `bc` and `ab` + `c` would share a code.
  const message = JSON.stringify([site, who, host, reason, minute])
  const digest = createHmac('sha256', key).update(message).digest()
  const letters = encodeCrockford(digest.subarray(0, REF_OCTETS))
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}

/** A code as somebody read it out or typed it: any case, with or without the hyphen, `O` for 0, `I` or `L` for 1. */
export function readBlockRef(text: string): string {
  const match = /^([0-9A-Z]{4})[- ]?([0-9A-Z]{4})$/.exec(text.trim().toUpperCase())
  if (match === null) return text.trim()
  const [, first = '', second = ''] = match
  return `${first}-${second}`.replaceAll('O', '0').replaceAll(/[IL]/g, '1')
}
