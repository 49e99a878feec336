import {
  proveClient,
  RELAY_FIELD,
  type RelayedClient,
} from '../../records/registration/relay-proof.ts'
import { PROBE_HOSTS } from '../../rules/portal/probe-hosts.ts'
import { noticePage } from '../pages/gate-pages.ts'
import type { Page } from '../pages/page.ts'
import type { Plane, Subject } from '../plane.ts'
import { reachAddress, type Reach } from './dial.ts'
import type { Judgement } from './judge.ts'
import type { RequestHead } from './request-head.ts'
import { withoutQuery } from './refusals.ts'
import type { Endpoint } from './target-guard.ts'

/** In place of a host to connect to; no request can name it. */
export const PORTAL_AT = ' portal'

export interface PortalRelayParts {
  readonly plane: Plane
  /** Proves to the portal that it is the gate that asks. */
  readonly key: Uint8Array
  /** Where the portal listens; null while nobody knows. Read anew for each request. */
  readonly endpoint: () => Endpoint | null
  /** Where a device in the portal is sent; null where the school runs none. */
  readonly url: () => string | null
  readonly connectMs: number
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST'])

/**
 * The portal is the dashboard's, in a process of its own. A device reaches it through the gate alone, which
 * says who asks; with the portal down there is the gate's own help page.
 */
export class PortalRelay {
  readonly #parts: PortalRelayParts
  readonly #relayed = new WeakSet<RequestHead>()

  constructor(parts: PortalRelayParts) {
    this.#parts = parts
  }

  /** Passes a request for `/portal` and what is below it on; null for what is none, and with no portal. */
  judge(address: string, head: RequestHead): Judgement | null {
    if (!isPortalPath(head) || !METHODS.has(head.method) || this.#parts.endpoint() === null)
      return null
    this.#relayed.add(head)
    return { kind: 'forward', at: PORTAL_AT, head: this.#introduced(address, head) }
  }

  /** Whether the request went to the portal. */
  has(head: RequestHead): boolean {
    return this.#relayed.has(head)
  }

  dial(): Promise<Reach> {
    const endpoint = this.#parts.endpoint()
    return endpoint === null
      ? Promise.resolve({ kind: 'unreachable' })
      : reachAddress(endpoint.host, endpoint.port, this.#parts.connectMs)
  }

  /** For a device in the portal that asks whether it is in one (`rules/portal/probe-hosts.ts`); null for others. */
  answerProbe({ stance }: Subject, host: string): Page | null {
    if (stance.profile !== 'portal' || !isProbeHost(host)) return null
    const url = this.#parts.url()
    if (url === null) return null
    const page = noticePage(302, `This device is not registered yet: ${url}`)
    return { ...page, extraFields: `Location: ${url}\r\nCache-Control: no-store\r\n` }
  }

  #introduced(address: string, head: RequestHead): RequestHead {
    const { plane, key } = this.#parts
    const { deviceId, address: plain, stance, zone } = plane.subjectAt(address)
    const client: RelayedClient = {
      ...{ address: plain, device: deviceId, reason: stance.reasonCode },
      ...{ zone, at: plane.now() },
    }
    const fields = `${withoutField(head.fields)}${RELAY_FIELD}: ${proveClient(client, key)}\r\n`
    return { ...head, fields, upgradesToWebsocket: false, connectionLogin: false }
  }
}

function isPortalPath({ path }: RequestHead): boolean {
  const plain = withoutQuery(path)
  return plain === '/portal' || plain.startsWith('/portal/')
}

function isProbeHost(host: string): boolean {
  return (PROBE_HOSTS as readonly string[]).includes(host)
}

/** What a device says of itself in our field is not passed on. */
function withoutField(fields: string): string {
  return fields
    .split('\r\n')
    .filter((line) => line !== '' && !line.toLowerCase().startsWith(`${RELAY_FIELD}:`))
    .map((line) => `${line}\r\n`)
    .join('')
}
