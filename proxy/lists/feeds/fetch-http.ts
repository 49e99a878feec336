import { createHash } from 'node:crypto'
import { createWriteStream, readFileSync } from 'node:fs'
import { request as askHttp, type IncomingMessage } from 'node:http'
import { request as askHttps } from 'node:https'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { FetchGuard } from './fetch-guard.ts'
import { FetchRefused, type FetchLimits } from './fetch-limits.ts'

/** What the publisher said of the copy that we have. */
export interface Validators {
  readonly etag: string | null
  readonly lastModified: string | null
}

export type Fetched =
  | { readonly kind: 'same' }
  /** The digest is that of the file, after any coding of the transfer. */
  | ({ readonly kind: 'new'; readonly digest: string } & Validators)

export interface HttpOrder {
  readonly url: string
  readonly validators: Validators
  /** The file to write; what is there after a failure is the caller's to remove. */
  readonly into: string
  readonly limits: FetchLimits
  readonly guard: FetchGuard
  /** PEM of the authorities that are believed; null for the public ones. */
  readonly caFile: string | null
}

/**
 * Downloads a list to a file, asking only for what is newer (RFC 9110 section 13). Throws `FetchRefused`
 * for whatever is no list: nothing waits longer or takes more than the limits. Certificates are verified
 * as Node does; a redirect never leads from `https` to `http`, nor past the guard.
 */
export async function fetchHttp(order: HttpOrder): Promise<Fetched> {
  const { into, limits, validators } = order
  const signal = AbortSignal.timeout(limits.totalMs)
  try {
    const answer = await follow(order, signal)
    if (answer.statusCode === 304) {
      answer.destroy()
      if (validators.etag === null && validators.lastModified === null)
        throw new FetchRefused('the server says that nothing is newer, and there is no copy')
      return { kind: 'same' }
    }
    const isZipped = codingOf(answer)
    const digest = await save(answer, into, { signal, limits, isZipped })
    const { etag = null, 'last-modified': lastModified = null } = answer.headers
    return { kind: 'new', digest, etag, lastModified }
  } catch (error) {
    throw signal.aborted
      ? new FetchRefused(`not finished in ${limits.totalMs / 1000} s`)
      : inWords(error)
  }
}

async function follow(order: HttpOrder, signal: AbortSignal): Promise<IncomingMessage> {
  let url = new URL(order.url)
  for (let redirects = 0; redirects <= order.limits.redirects; redirects += 1) {
    const answer = await ask(url, order, signal)
    if (![301, 302, 303, 307, 308].includes(answer.statusCode ?? 0)) return answer
    answer.destroy()
    url = redirected(url, answer.headers.location)
  }
  throw new FetchRefused(`more than ${order.limits.redirects} redirects`)
}

/** The answer's head; its body is still to be read. */
function ask(
  url: URL,
  { validators: { etag, lastModified }, limits, guard, caFile }: HttpOrder,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const fault = guard.faultOf(url)
  if (fault !== null) throw new FetchRefused(fault)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const headers = {
    'user-agent': 'schoolgate (list updates)',
    'accept-encoding': 'gzip',
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(lastModified === null ? {} : { 'if-modified-since': lastModified }),
  }
  const options = { headers, signal, agent: false as const, lookup: guard.lookupFor(url) }
  const asking =
    url.protocol === 'https:'
      ? askHttps(url, { ...options, ...(caFile === null ? {} : { ca: readFileSync(caFile) }) })
      : askHttp(url, options)
  // Whose error is heard: the request's until its answer is there, then the answer's.
  let heard: { destroy(error: Error): unknown } = asking
  asking.on('response', (answer) => {
    heard = answer
    resolve(answer)
  })
  asking.on('error', reject)
  asking.setTimeout(limits.stallMs, () => {
    heard.destroy(new FetchRefused(`the server was silent for ${limits.stallMs / 1000} s`))
  })
  asking.end()
  return promise
}

function redirected(from: URL, location: string | undefined): URL {
  const to = location === undefined ? null : URL.parse(location, from.href)
  if (to === null) throw new FetchRefused('a redirect to nowhere')
  if (to.protocol !== 'https:' && to.protocol !== 'http:')
    throw new FetchRefused(`a redirect to \`${to.protocol}\``)
  if (from.protocol === 'https:' && to.protocol === 'http:')
    throw new FetchRefused('a redirect from https to http')
  return to
}

/** Whether the transfer is compressed. Throws for an answer that is no list. */
function codingOf({ statusCode = 0, headers }: IncomingMessage): boolean {
  if (statusCode !== 200) throw new FetchRefused(`the server answered ${statusCode}`)
  // A portal, a login or an error page that calls itself a success.
  if (/^text\/html\b/i.test(headers['content-type'] ?? ''))
    throw new FetchRefused('a web page instead of a list')
  const coding = (headers['content-encoding'] ?? 'identity').toLowerCase()
  if (!['identity', 'gzip', 'x-gzip'].includes(coding))
    throw new FetchRefused(`content coding \`${coding.slice(0, 20)}\``)
  return coding !== 'identity'
}

interface Saving {
  readonly signal: AbortSignal
  readonly limits: FetchLimits
  readonly isZipped: boolean
}

async function save(
  body: IncomingMessage,
  into: string,
  { signal, limits, isZipped }: Saving,
): Promise<string> {
  const hash = createHash('sha256')
  let octets = 0
  const taken = bounded(limits.octets, 'more', () => undefined)
  const unpacked = bounded(limits.unpackedOctets, 'it unpacks to more', (chunk) => {
    octets += chunk.length
    hash.update(chunk)
  })
  // A synced file: what is renamed into place later must not be a hole after a power cut.
  const file = createWriteStream(into, { flush: true, mode: 0o600 })
  if (isZipped) await pipeline(body, taken, createGunzip(), unpacked, file, { signal })
  else await pipeline(body, taken, unpacked, file, { signal })
  if (octets === 0) throw new FetchRefused('an empty answer')
  return hash.digest('hex')
}

function bounded(most: number, what: string, see: (chunk: Buffer) => void): Transform {
  let octets = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      octets += chunk.length
      see(chunk)
      if (octets > most) done(new FetchRefused(`${what} than ${most} octets`))
      else done(null, chunk)
    },
  })
}

/** Codes of Node as a person reads them; the rest as it comes. */
export function inWords(error: unknown): FetchRefused {
  if (error instanceof FetchRefused) return error
  if (!(error instanceof Error)) return new FetchRefused(String(error))
  const code = 'code' in error ? String(error.code) : ''
  return new FetchRefused(
    WORDS[code] ?? (code === '' ? error.message : `${error.message} (${code})`),
  )
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the server refuses connections',
  ECONNRESET: 'the connection ended within the list',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection ended within the list',
  ENOTFOUND: 'the server has no address',
  EAI_AGAIN: 'the name server does not answer',
  Z_BUF_ERROR: 'the compressed list is cut short',
  Z_DATA_ERROR: 'the compressed list is damaged',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by nobody this gate knows',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is signed by nobody this gate knows',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is signed by nobody this gate knows',
}
