import type { Policy } from '../../rules/policy/policy.ts'
import type { Config } from '../config.ts'

/** Zones that are to ask another filter, where the configuration names none. */
export function unchainedZones({ zones }: Policy, { dns }: Config): readonly string[] {
  if (dns.chain !== null) return []
  return zones.filter(({ mode }) => mode === 'chain').map(({ id }) => id)
}

export const UNCHAINED = '`chain` asks the filter of `dns.chain`, and the configuration names none'
