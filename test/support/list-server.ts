import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'

/** A publisher of lists on loopback, which behaves as the test last said. */
export class ListServer implements AsyncDisposable {
  readonly #server: Server
  readonly #scheme: string
  /** The requests so far. */
  readonly asked: IncomingMessage[] = []
  answer: RequestListener = (_request, response) => void response.writeHead(404).end()

  private constructor(tls: ServerOptions | null) {
    this.#scheme = tls === null ? 'http' : 'https'
    const listener: RequestListener = (request, response) => {
      this.asked.push(request)
      this.answer(request, response)
    }
    this.#server = tls === null ? createServer(listener) : createTlsServer(tls, listener)
  }

  static async start(tls: ServerOptions | null = null): Promise<ListServer> {
    const made = new ListServer(tls)
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve))
    return made
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  url(path = '/list', host = '127.0.0.1'): string {
    return `${this.#scheme}://${host}:${this.port}${path}`
  }

  /** Serves this from now on, with an ETag unless it is null; knows what is current. */
  serve(body: string | Uint8Array, etag: string | null = null): void {
    this.answer = (request, response) => {
      if (etag !== null && request.headers['if-none-match'] === etag)
        return void response.writeHead(304).end()
      response.writeHead(200, etag === null ? {} : { etag }).end(body)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
