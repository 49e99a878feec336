import { parseHostname } from '../names/hostname.ts'
import type { HostPattern } from './policy.ts'

/** `example.org`, `*.example.org` (both: the name and everything below) or `=example.org` (that host only). */
export function parseHostPattern(text: string): HostPattern | undefined {
  const exact = text.startsWith('=')
  const bare = exact ? text.slice(1) : text.startsWith('*.') ? text.slice(2) : text
  const host = parseHostname(bare)
  return host === undefined ? undefined : { host, scope: exact ? 'host' : 'subtree' }
}

/** Whether the pattern is of this canonical host name. */
export function coversHost({ host, scope }: HostPattern, name: string): boolean {
  return host === name || (scope === 'subtree' && name.endsWith(`.${host}`))
}
