import type { Config } from '../proxy/config.ts'

/**
 * Keys that the configuration may hold and this version does nothing with yet: said aloud at start,
 * because a listener that silently is not there would be taken for a fault of the network.
 */
export function unservedKeys(config: Config): readonly string[] {
  const keys: readonly (readonly [string, unknown])[] = [
    ['dns.dot', config.dns.dot],
    ['transparent.http', config.transparent.http],
    ['transparent.tls', config.transparent.tls],
    ['transparent.tlsTarget', config.transparent.tlsTarget],
  ]
  return keys.filter(([, value]) => value !== null).map(([key]) => key)
}
