import { lookup as lookUp, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { networkInterfaces } from 'node:os'
import { parseAddress } from '../../../rules/addresses/ip-address.ts'
import { makeTargetGuard, type Endpoint } from '../../http/target-guard.ts'
import { FetchRefused } from './fetch-limits.ts'

/** Which servers lists may come from. */
export interface FetchRules {
  /** Networks of mirrors in the school's own network, which are refused else. */
  readonly allowTargets: readonly string[]
  readonly ownEndpoints: readonly Endpoint[]
}

/** Says where a download may connect to. */
export interface FetchGuard {
  /** Why nothing may be fetched from there; null where it may, or where its name decides (`lookup`). */
  readonly faultOf: (url: URL) => string | null
  /** For the socket of `url`: gives what may be connected to, and nothing where one address may not. */
  readonly lookupFor: (url: URL) => LookupFunction
}

/**
 * The proxy's guard for the gate's own downloads: a policy, a redirect or a name server that was taken over
 * must not make the gate ask the machines beside it. The address that was checked is the one connected to.
 */
export function makeFetchGuard({ allowTargets, ownEndpoints }: FetchRules): FetchGuard {
  const localAddresses = Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).map(({ address }) => address),
  )
  const guard = makeTargetGuard({
    ...{ allowTargets, localAddresses },
    ownEndpoints: () => ownEndpoints,
  })
  const mayReach = (text: string, port: number): boolean => {
    const address = parseAddress(text)
    return address !== undefined && guard(address, port)
  }
  return {
    faultOf: (url) => {
      const host = url.hostname.replace(/^\[|\]$/g, '')
      return isIP(host) === 0 || mayReach(host, portOf(url)) ? null : refusal(host)
    },
    lookupFor: (url) => (host, options, answer) => {
      lookUp(host, { ...options, all: true }, (error, found) => {
        const bad =
          error === null ? found.find(({ address }) => !mayReach(address, portOf(url))) : null
        if (error !== null) answer(error, [])
        else if (bad !== undefined && bad !== null)
          answer(new FetchRefused(refusal(bad.address)), [])
        else give(found, options.all === true, answer)
      })
    },
  }
}

function give(
  found: readonly LookupAddress[],
  all: boolean,
  answer: Parameters<LookupFunction>[2],
): void {
  const [first] = found
  if (all) answer(null, [...found])
  else if (first === undefined) answer(new FetchRefused('the server has no address'), '')
  else answer(null, first.address, first.family)
}

function refusal(address: string): string {
  return `\`${address}\` is an address that nothing is fetched from (\`lists.fetch.allowTargets\`)`
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}
