/** One `--set key=value`: the path of the key and its value. */
export interface Setting {
  readonly path: readonly string[]
  readonly value: unknown
}

/**
 * `dns.maxTtl=60`, `dns.upstreams=["udp://127.9.0.16:53"]`, `site=ex`: the value is JSON where it
 * reads as JSON, else the text itself, so that addresses need no quotes in a shell.
 */
export function parseSetting(text: string): Setting | undefined {
  const at = text.indexOf('=')
  if (at <= 0) return undefined
  const path = text.slice(0, at).split('.')
  // `__proto__` as a key would reach the prototype of the copy that the value is laid into.
  if (path.some((step) => !/^[A-Za-z][A-Za-z0-9]*$/.test(step))) return undefined
  return { path, value: valueOf(text.slice(at + 1)) }
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
