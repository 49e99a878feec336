import type { Socket } from 'node:net'
import { connect } from 'node:net'
import type { Address } from '../../rules/addresses/ip-address.ts'
import { formatAddress, parseAddress } from '../../rules/addresses/ip-address.ts'
import { MAX_ADDRESSES_TRIED } from './limits.ts'
import type { TargetGuard } from './target-guard.ts'

export type Reach =
  | { readonly kind: 'reached'; readonly socket: Socket }
  /** The guard refuses every address of the name, or a list closes one of them. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown-host' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'timed-out' }

export interface DialDeps {
  /** Addresses of a name; rejects or gives none when there are none. */
  lookup(host: string): Promise<readonly string[]>
  readonly guard: TargetGuard
  readonly connectMs: number
}

/** Whether whoever asks may be connected to an address of the name; a literal was judged as the host. */
export type MayReach = (address: Address) => boolean

export type Dial = (host: string, port: number, mayReach: MayReach) => Promise<Reach>

/**
 * Opens connections to origins. A name is resolved once, each address is checked, and the checked
 * address itself is connected to: a second resolution could give another one (DNS rebinding).
 */
export function makeDial(deps: DialDeps): Dial {
  return async (host, port, mayReach) => {
    const literal = parseAddress(host)
    const found = literal === undefined ? await resolve(deps, host) : [literal]
    if (found.length === 0) return { kind: 'unknown-host' }
    const open = found.filter((address) => deps.guard(address, port))
    if (open.length === 0) return { kind: 'refused' }
    // One closed address closes the name, as it does over DNS: no device learns to try the others.
    if (literal === undefined && !open.every(mayReach)) return { kind: 'refused' }
    return tryEach(open.slice(0, MAX_ADDRESSES_TRIED), port, deps.connectMs)
  }
}

async function resolve(deps: DialDeps, host: string): Promise<readonly Address[]> {
  try {
    const texts = await deps.lookup(host)
    return texts.map(parseAddress).filter((address) => address !== undefined)
  } catch {
    return []
  }
}

async function tryEach(
  addresses: readonly Address[],
  port: number,
  totalMs: number,
): Promise<Reach> {
  const giveUpAt = performance.now() + totalMs
  let last: Reach = { kind: 'unreachable' }
  for (const [at, address] of addresses.entries()) {
    // An address that doesn't answer may not eat the time of those behind it.
    const share = (giveUpAt - performance.now()) / (addresses.length - at)
    last = await reachAddress(formatAddress(address), port, Math.max(1, share))
    if (last.kind === 'reached') return last
  }
  return last
}

/** Connects to an address that nobody has to allow: the caller's own, or one that was checked. */
export function reachAddress(host: string, port: number, waitMs: number): Promise<Reach> {
  return new Promise((settle) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true, allowHalfOpen: true })
    const fail = (kind: 'unreachable' | 'timed-out'): void => {
      clearTimeout(timer)
      socket.destroy()
      settle({ kind })
    }
    const failed = (): void => {
      fail('unreachable')
    }
    socket.on('error', failed)
    const timer = setTimeout(() => {
      fail('timed-out')
    }, waitMs)
    socket.once('connect', () => {
      clearTimeout(timer)
      // The error listener stays: an RST may come before the caller has put his own.
      settle({ kind: 'reached', socket })
    })
  })
}
