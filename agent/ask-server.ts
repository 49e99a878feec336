import { readFileSync } from 'node:fs'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** An answer is a few hundred octets. */
const MAX_ANSWER_OCTETS = 64 * 1024
const TIMEOUT_MS = 15_000

export type Answer =
  | { readonly status: number; readonly body: unknown }
  | { readonly status: null; readonly problem: string }

/** What is wrong with a server's address; null where nothing is. */
export function faultOfServer(server: string): string | null {
  const url = URL.parse(server)
  if (url === null || !/^https?:$/.test(url.protocol)) return `\`${server}\` is no http(s) address`
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  // The code and what the device says of itself would be read, and changed, on the way.
  if (url.protocol === 'http:' && !local) return `\`${server}\` must be https`
  return null
}

/** POSTs JSON to the school's server. Never rejects. */
export function askServer(
  { server, caFile }: { readonly server: string; readonly caFile: string | null },
  path: string,
  body: string,
): Promise<Answer> {
  return new Promise((resolve) => {
    const fail = (cause: unknown): void => {
      resolve({ status: null, problem: cause instanceof Error ? cause.message : String(cause) })
    }
    try {
      const url = new URL(path, server)
      const options = {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        timeout: TIMEOUT_MS,
        agent: false as const,
        ...(caFile === null ? {} : { ca: readFileSync(caFile) }),
      }
      const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options)
      request.on('timeout', () => request.destroy(new Error('no answer in 15 s')))
      request.on('error', fail)
      request.on('response', (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
          if (text.length > MAX_ANSWER_OCTETS) request.destroy(new Error('the answer is too long'))
        })
        response.on('error', fail)
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body: jsonOf(text) })
        })
      })
      request.end(body)
    } catch (cause) {
      fail(cause)
    }
  })
}

/** Null for what is no JSON: a proxy's error page. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
