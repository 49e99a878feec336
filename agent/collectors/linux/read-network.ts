/** Kinds of link that carry traffic past the network they run over. */
const TUNNEL_KINDS: ReadonlySet<unknown> = new Set([
  'wireguard',
  'ppp',
  'xfrm',
  'vti',
  'vti6',
  'ovpn',
])

interface Link {
  readonly flags?: unknown
  readonly linkinfo?: {
    readonly info_kind?: unknown
    readonly info_data?: { readonly type?: unknown }
  }
}

/**
 * Whether `ip -json -details link show` has a tunnel that is up. A `tap` belongs to a virtual machine and
 * is none. Null where it is no such list.
 */
export function readTunnelUp(links: string): boolean | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(links)
  } catch {
    return null
  }
  if (!Array.isArray(parsed)) return null
  return (parsed as readonly (Link | null)[]).some(isTunnelUp)
}

function isTunnelUp(link: Link | null): boolean {
  const { flags, linkinfo } = link ?? {}
  const kind = linkinfo?.info_kind
  const tunnels = TUNNEL_KINDS.has(kind) || (kind === 'tun' && linkinfo?.info_data?.type !== 'tap')
  return tunnels && Array.isArray(flags) && flags.includes('UP')
}

/** The proxies that `/etc/environment` sets, as `host:port`; every other line is passed over. */
export function readEnvironmentProxies(environment: string): readonly string[] {
  const line = /^\s*(?:export\s+)?(?:https?|all|ftp)_proxy\s*=\s*["']?([^"'\s#]+)/gim
  return [...environment.matchAll(line)].map(([, url = '']) => hostOf(url))
}

/** Whether the firewall of `/etc/ufw/ufw.conf` is on. */
export function readUfwEnabled(config: string): boolean | null {
  const found = /^\s*ENABLED\s*=\s*["']?(yes|no)\b/im.exec(config)
  return found === null ? null : found[1]?.toLowerCase() === 'yes'
}

/** Whether `bluetoothctl show` says that the adapter may be found; null where there is no adapter. */
export function readDiscoverable(show: string): boolean | null {
  const found = /^\s*Discoverable: (yes|no)\b/m.exec(show)
  return found === null ? null : found[1] === 'yes'
}

function hostOf(url: string): string {
  return url
    .replace(/^[a-z0-9+]+:\/\//i, '')
    .replace(/^[^@/]*@/, '')
    .replace(/\/.*$/, '')
}
