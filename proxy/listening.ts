import { GateRefused } from './gate-refused.ts'
import type { Endpoint } from './config.ts'

/** A port in use or an address that is not here is a person's to mend; everything else is a bug. */
export async function listening<T>(endpoint: Endpoint | null, open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (!['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES'].includes(code)) throw cause
    const message = cause instanceof Error ? cause.message : ''
    throw new GateRefused(`cannot listen on \`${endpointText(endpoint) ?? ''}\`: ${message}`, {
      cause,
    })
  }
}

/** `host:port` as an operator writes it, an IPv6 address in brackets. */
export function endpointText(
  endpoint: { readonly host: string; readonly port: number } | null,
): string | null {
  if (endpoint === null) return null
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host
  return `${host}:${endpoint.port}`
}
