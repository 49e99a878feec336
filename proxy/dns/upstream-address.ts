import { isIP } from 'node:net'

/** A resolver we forward to. `label` is what the metrics and the log call it. */
export interface UpstreamAddress {
  readonly label: string
  readonly transport: 'udp' | 'tcp'
  readonly host: string
  readonly port: number
}

export type ParsedUpstream =
  | { readonly kind: 'upstream'; readonly upstream: UpstreamAddress }
  | { readonly kind: 'problem'; readonly message: string }

/** Reads `udp://127.9.0.16:53`, `tcp://[::1]`, port 53 where none is given; never throws. */
export function parseUpstream(text: string): ParsedUpstream {
  const [, scheme, authority] = /^([a-z]+):\/\/(.*)$/.exec(text) ?? []
  if (scheme === undefined || authority === undefined) {
    return problem(`\`${text}\` is not an upstream: write it like \`udp://192.0.2.53:53\``)
  }
  if (scheme === 'tls' || scheme === 'https') {
    return problem(
      `\`${text}\`: \`${scheme}\` upstreams are not supported yet, use \`udp\` or \`tcp\``,
    )
  }
  if (scheme !== 'udp' && scheme !== 'tcp') {
    return problem(`\`${text}\`: unknown scheme \`${scheme}\`, use \`udp\` or \`tcp\``)
  }
  const endpoint = parseEndpoint(authority)
  if (endpoint === undefined) {
    return problem(`\`${text}\`: \`${authority}\` is not an IP address with an optional port`)
  }
  return { kind: 'upstream', upstream: { label: text, transport: scheme, ...endpoint } }
}

/** Servers as `dns.getServers()` tells them: `192.0.2.1`, `192.0.2.1:5353`, `[2001:db8::1]:5353`. */
export function systemUpstreams(servers: readonly string[]): readonly UpstreamAddress[] {
  return servers.flatMap((server) => {
    const authority = isIP(server) === 6 ? `[${server}]` : server
    const parsed = parseUpstream(`udp://${authority}`)
    return parsed.kind === 'upstream' ? [parsed.upstream] : []
  })
}

const DNS_PORT = 53

/** Addresses only: to resolve a resolver's name we would need a resolver. */
function parseEndpoint(authority: string): { host: string; port: number } | undefined {
  const [, six, four, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(authority) ?? []
  const host = six ?? four ?? ''
  const port = digits === undefined ? DNS_PORT : Number(digits)
  if (isIP(host) !== (six === undefined ? 4 : 6) || port < 1 || port > 65_535) return undefined
  return { host, port }
}

function problem(message: string): ParsedUpstream {
  return { kind: 'problem', message }
}
