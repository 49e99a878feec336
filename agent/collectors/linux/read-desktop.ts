/** `gsettings get` of a boolean. */
export function readSwitch(printed: string): boolean | null {
  const text = printed.trim()
  return text === 'true' ? true : text === 'false' ? false : null
}

/** `gsettings get` of a number, which names its type: `uint32 300`. */
export function readSeconds(printed: string): number | null {
  const found = /^(?:uint32 )?(\d{1,9})$/.exec(printed.trim())
  return found === null ? null : Number(found[1])
}

/**
 * GNOME's lock: the screen blanks after `idleDelay` seconds (0: never) and locks `lockDelay` seconds
 * later. Whole seconds until it is locked; null where it never blanks or one of them is unknown.
 */
export function lockDelayOf(idleDelay: number | null, lockDelay: number | null): number | null {
  if (idleDelay === null || lockDelay === null || idleDelay === 0) return null
  return idleDelay + lockDelay
}
