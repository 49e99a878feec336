import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { constants } from 'node:http2'
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Readable } from 'node:stream'
import type { RequestHead } from './doh-request.ts'

/** One request and its answer, the same for either version of HTTP. */
export interface DohExchange {
  readonly head: RequestHead
  /** Calls back once with the whole body, or with null when it is longer than `limit`; not at all when it breaks off. */
  readBody(limit: number, done: (body: Uint8Array | null) => void): void
  /** Answers, once; what comes after it, or after the client has gone, is passed over. */
  respond(status: number, headers: OutgoingHttpHeaders, body: Uint8Array): void
  /** The answer is out of our hands. */
  onSent(listener: () => void): void
  /** The request is over, answered or not. */
  onClose(listener: () => void): void
}

function collect(from: Readable, limit: number, done: (body: Uint8Array | null) => void): void {
  const chunks: Buffer[] = []
  let octets = 0
  const take = (chunk: Buffer): void => {
    octets += chunk.length
    if (octets <= limit) {
      chunks.push(chunk)
      return
    }
    from.off('data', take)
    from.off('end', end)
    // What still comes is read and forgotten, until the request is closed: unread it would stop the connection.
    from.resume()
    done(null)
  }
  const end = (): void => {
    done(Buffer.concat(chunks))
  }
  from.on('data', take)
  from.once('end', end)
}

/** A stream of HTTP/2. */
export class StreamExchange implements DohExchange {
  readonly head: RequestHead
  readonly #stream: ServerHttp2Stream

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.#stream = stream
    this.head = {
      method: headers[':method'] ?? '',
      target: headers[':path'] ?? '',
      contentType: headers['content-type'],
      contentLength: headers['content-length'],
    }
    // A reset is how clients change their mind; `close` follows.
    stream.on('error', ignore)
  }

  readBody(limit: number, done: (body: Uint8Array | null) => void): void {
    collect(this.#stream, limit, done)
  }

  respond(status: number, headers: OutgoingHttpHeaders, body: Uint8Array): void {
    const stream = this.#stream
    if (stream.destroyed || stream.closed || stream.headersSent) return
    stream.respond({ ':status': status, ...headers })
    stream.end(body)
    // RFC 9113 section 8.1: whoever answers before the whole request has come says that it wants no more.
    if (!stream.endAfterHeaders && !stream.readableEnded) {
      stream.resume()
      stream.close(constants.NGHTTP2_NO_ERROR)
    }
  }

  onSent(listener: () => void): void {
    this.#stream.once('finish', listener)
  }

  onClose(listener: () => void): void {
    this.#stream.once('close', listener)
  }
}

/** A request of HTTP/1.1, for clients that speak no HTTP/2. */
export class MessageExchange implements DohExchange {
  readonly head: RequestHead
  readonly #request: IncomingMessage
  readonly #response: ServerResponse

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request
    this.#response = response
    this.head = {
      method: request.method ?? '',
      target: request.url ?? '',
      contentType: request.headers['content-type'],
      contentLength: request.headers['content-length'],
    }
    request.on('error', ignore)
    response.on('error', ignore)
  }

  readBody(limit: number, done: (body: Uint8Array | null) => void): void {
    collect(this.#request, limit, done)
  }

  respond(status: number, headers: OutgoingHttpHeaders, body: Uint8Array): void {
    const response = this.#response
    if (response.destroyed || response.headersSent) return
    // A body that nobody will read would be taken for the next request.
    const isWhole = this.#request.complete
    response.writeHead(status, isWhole ? headers : { ...headers, connection: 'close' })
    response.end(body)
  }

  onSent(listener: () => void): void {
    this.#response.once('finish', listener)
  }

  onClose(listener: () => void): void {
    this.#response.once('close', listener)
  }
}

function ignore(): void {
  // `close` follows and clears up.
}
