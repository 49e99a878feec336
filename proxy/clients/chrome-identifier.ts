import { hash } from 'node:crypto'

/**
 * What a managed Chromebook puts in the place of `${DEVICE_ASSET_ID}` or `${USER_EMAIL}` in
 * `DnsOverHttpsTemplatesWithIdentifiers`: SHA-256 over `DnsOverHttpsSalt` and then the value, in hex, upper case
 * (the policy's description; the order is Chromium's, `templates_uri_resolver_impl_unittest.cc`).
 */
export function chromeIdentifier(salt: string, value: string): string {
  return hash('sha256', salt + value, 'hex').toUpperCase()
}
