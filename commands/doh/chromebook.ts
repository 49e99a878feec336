import { randomBytes } from 'node:crypto'
import type { Config } from '../../proxy/config.ts'
import { addressOf, type DohPlace } from './doh-place.ts'

/** What a Chromebook names itself by, and the placeholder that Chrome puts the hash of it in the place of. */
export const IDENTIFIERS = { device: '${DEVICE_ASSET_ID}', user: '${USER_EMAIL}' } as const

/** The policies for Google's admin console (Devices, Chrome, Settings), as JSON. */
export function chromebookPolicies(
  place: DohPlace,
  { dns }: Config,
  by: keyof typeof IDENTIFIERS,
): { readonly policies: string } | { readonly problem: string } {
  const salt = dns.dohSalt
  if (salt === null)
    return {
      problem: `set \`dns.dohSalt\` in gate.yaml first, to \`${randomBytes(12).toString('hex')}\` for one, and restart the gate`,
    }
  const policies = {
    DnsOverHttpsMode: 'secure',
    DnsOverHttpsSalt: salt,
    DnsOverHttpsTemplatesWithIdentifiers: `${addressOf(place, IDENTIFIERS[by])}{?dns}`,
  }
  return { policies: JSON.stringify(policies, null, 2) }
}
