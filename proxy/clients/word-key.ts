/** Below 2^53, so that it is exact as a number; and never 0, which stands for nothing. */
const HIGH_BITS = 21

/**
 * A number for a device's, person's or zone's id, by which shared memory names it. Of 100,000 ids two have
 * the same number with a chance of 1 in a million; whoever looks one up must treat such a pair as unknown.
 */
export function keyOf(id: string | null): number {
  if (id === null) return 0
  const high = hashOf(id, 0x9747b28c) >>> (32 - HIGH_BITS)
  return high * 2 ** 32 + (hashOf(id, 0x85ebca6b) >>> 0) || 1
}

/** Values by the number of their id; a number that two ids share finds nothing. */
export class ByKey<T> {
  readonly #values = new Map<number, T | null>()

  constructor(entries: Iterable<readonly [id: string, value: T]>) {
    for (const [id, value] of entries) {
      const key = keyOf(id)
      this.#values.set(key, this.#values.has(key) ? null : value)
    }
  }

  get(key: number): T | null {
    return this.#values.get(key) ?? null
  }
}

/** FNV-1a over UTF-16 units from another start, with murmur's last mix. */
function hashOf(text: string, start: number): number {
  let hash = start
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
