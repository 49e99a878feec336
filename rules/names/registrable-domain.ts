import { getDomain } from 'tldts'

/**
 * The part of a host that somebody registered, by the public suffix list that the package ships:
 * `maps.co.uk` of `tiles.maps.co.uk`. A platform's customers are somebody each (`me.github.io`). Null
 * for an address, a bare suffix and what is no name.
 */
export function registrableDomain(host: string): string | null {
  return getDomain(host, { allowPrivateDomains: true })
}
