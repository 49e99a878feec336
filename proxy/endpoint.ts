import { isIP } from 'node:net'
import { z } from 'zod'

/** Where a listener is. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** `127.0.0.1:5353`, `[::1]:53`; port 0 lets the system choose. */
export const endpoint = z.string().transform((text, context): Endpoint => {
  const match = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)|(localhost)):(\d{1,5})$/i.exec(text)
  const host = match?.[1] ?? match?.[2] ?? (match?.[3] === undefined ? '' : '127.0.0.1')
  const port = Number(match?.[4] ?? 65_536)
  if (isIP(host) !== 0 && port <= 65_535) return { host, port }
  context.addIssue(`\`${text.slice(0, 80)}\` is not an address and port, as in \`127.0.0.1:53\``)
  return z.NEVER
})
