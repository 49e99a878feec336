import { MAX_QUERY_LETTERS, MAX_QUERY_OCTETS } from './doh-limits.ts'

export const DNS_MESSAGE = 'application/dns-message'

/** Where the gate answers DNS over HTTPS; a device's own address has its token behind it. */
const PATH = '/dns-query'

/** What a client sends, from either version of HTTP. */
export interface RequestHead {
  readonly method: string
  /** As it was sent: path and query. */
  readonly target: string
  readonly contentType: string | undefined
  readonly contentLength: string | undefined
}

export type RefusedStatus = 400 | 404 | 405 | 408 | 413 | 414 | 415 | 429

/** What a head asks for: a query that is in it, one that its body will be, or a status that says why neither. */
export type DohRequest =
  | { readonly kind: 'query'; readonly token: string | null; readonly query: Uint8Array }
  | { readonly kind: 'body'; readonly token: string | null }
  | { readonly kind: 'refused'; readonly token: string | null; readonly status: RefusedStatus }

/** Reads a request by RFC 8484 section 4.1. Never throws, whatever the head. */
export function readDohRequest(head: RequestHead): DohRequest {
  const mark = head.target.indexOf('?')
  const path = mark < 0 ? head.target : head.target.slice(0, mark)
  const token = tokenOf(path)
  if (token === undefined) return { kind: 'refused', token: null, status: 404 }
  if (head.method === 'GET') return fromQuery(token, mark < 0 ? '' : head.target.slice(mark + 1))
  if (head.method === 'POST') return fromBody(token, head)
  return { kind: 'refused', token, status: 405 }
}

/** Null for the address that is everybody's; undefined where the path is none of ours. */
function tokenOf(path: string): string | null | undefined {
  if (path === PATH) return null
  if (!path.startsWith(`${PATH}/`)) return undefined
  const token = path.slice(PATH.length + 1)
  return token === '' ? null : token
}

function fromQuery(token: string | null, parameters: string): DohRequest {
  const refused = (status: RefusedStatus): DohRequest => ({ kind: 'refused', token, status })
  const named = parameters.split('&').filter((each) => each.startsWith('dns='))
  const [text = '', ...others] = named.map((each) => each.slice(4))
  if (text === '' || others.length > 0) return refused(400)
  if (text.length > MAX_QUERY_LETTERS) return refused(414)
  // No length of octets has one letter in its last group of four; padding is not sent (section 6).
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) return refused(400)
  return { kind: 'query', token, query: Buffer.from(text, 'base64url') }
}

function fromBody(token: string | null, { contentType, contentLength }: RequestHead): DohRequest {
  const [type = ''] = (contentType ?? '').split(';')
  if (type.trim().toLowerCase() !== DNS_MESSAGE) return { kind: 'refused', token, status: 415 }
  if (Number(contentLength ?? 0) > MAX_QUERY_OCTETS) return { kind: 'refused', token, status: 413 }
  return { kind: 'body', token }
}
