import { randomFillSync } from 'node:crypto'

/** Numbers drawn at a time: one call into OpenSSL serves this many queries. */
const POOL = 1024

const pool = new Uint16Array(POOL)
// INVARIANT: numbers before `next` have been handed out and are never handed out again.
let next = POOL

/** Sixteen bits from the system's generator: an id that can be guessed is an answer that can be forged (RFC 5452). */
export function randomId(): number {
  if (next === POOL) {
    randomFillSync(pool)
    next = 0
  }
  const id = pool[next] ?? 0
  next += 1
  return id
}

/** A random id that is not in `taken`; the caller keeps `taken` far below 65,536 entries. */
export function freshId(taken: ReadonlyMap<number, unknown>): number {
  let id = randomId()
  while (taken.has(id)) id = randomId()
  return id
}
