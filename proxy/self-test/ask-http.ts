import { connect } from 'node:net'
import type { Endpoint } from '../config.ts'
import type { Heard } from './ask-dns.ts'

/** The gate refuses in a millisecond; what takes longer is on its way to the site, and so is open. */
const ANSWER_MS = 3_000

/** A refusal as JSON is a few hundred octets; of a site nothing but the head is read. */
const MAX_OCTETS = 16_384

/** Asks the gate's proxy for a URL (CONNECT for https), from one of its self-test addresses. Never rejects. */
export async function askHttp(from: string, gate: Endpoint, url: URL): Promise<Heard> {
  const { promise, resolve } = Promise.withResolvers<Heard>()
  const socket = connect({ host: gate.host, port: gate.port, localAddress: from })
  let text = ''
  let isConnected = false
  const late = setTimeout(() => {
    resolve(
      isConnected
        ? { kind: 'open', detail: 'on its way to the site' }
        : { kind: 'unanswered', detail: `no connection in ${ANSWER_MS} ms` },
    )
  }, ANSWER_MS)
  socket.on('connect', () => {
    isConnected = true
    socket.write(requestFor(url))
  })
  socket.on('error', (error) => {
    resolve({ kind: 'unanswered', detail: error.message })
  })
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    const heard = readResponse(text, { isWhole: text.length > MAX_OCTETS })
    if (heard !== null) resolve(heard)
  })
  socket.on('close', () => {
    resolve(
      readResponse(text, { isWhole: true }) ?? {
        kind: 'unanswered',
        detail: 'closed without an answer',
      },
    )
  })
  const heard = await promise
  clearTimeout(late)
  socket.destroy()
  return heard
}

function requestFor(url: URL): string {
  const fields = 'Accept: application/json\r\nConnection: close\r\n\r\n'
  if (url.protocol !== 'https:')
    return `GET http://${url.host}${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n${fields}`
  const authority = `${url.hostname}:${url.port === '' ? '443' : url.port}`
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${fields}`
}

/** Null while it can't be told yet. */
export function readResponse(
  text: string,
  { isWhole }: { readonly isWhole: boolean },
): Heard | null {
  const status = /^HTTP\/1\.\d (\d{3})/.exec(text)?.[1]
  const end = text.indexOf('\r\n\r\n')
  if (status === undefined || end < 0) return null
  if (status !== '403') return { kind: 'open', detail: `status ${status}` }
  const reason = /"reason_code":"([^"]+)"/.exec(text.slice(end))?.[1]
  if (reason !== undefined) return { kind: 'refused', reason }
  if (!isWhole) return null
  // The warning is a page and has no form for programs; a 403 of the site itself says neither.
  if (text.includes('Think before you go on')) return { kind: 'warned' }
  return { kind: 'open', detail: 'status 403 of the site itself' }
}
