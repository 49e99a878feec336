import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { Logger } from 'pino'
import {
  readProof,
  RELAY_FIELD,
  type RelayedClient,
} from '../../../records/registration/relay-proof.ts'
import type { Html, Portal } from './portal.ts'

export interface PortalAppOptions {
  readonly portal: Portal
  /** Of the gate that relays. */
  readonly relayKey: Uint8Array
  /** Gate time, epoch ms. */
  readonly now: () => number
  readonly log: Logger
}

/** A form with its signed state has 700 octets. */
const BODY_LIMIT = 8 * 1024

/** No script, no image, nothing of elsewhere, in nobody's frame; and codes in URLs go to nobody. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** The portal behind HTTP, ready to listen. It answers the gate alone, which says who asks. */
export function makePortalApp({ portal, relayKey, now, log }: PortalAppOptions): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log
  const logController = new LogController({ disableRequestLogging: true })
  const app = Fastify({ loggerInstance, logController, bodyLimit: BODY_LIMIT })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, new URLSearchParams(String(body)))
    },
  )
  app.addHook('onSend', (_request, reply, _payload, done) => {
    reply.headers(HEADERS)
    done()
  })
  const asking = (work: (asked: AskedBy) => Html | Promise<Html>) =>
    async function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      const client = clientOf(request, relayKey, now())
      if (client === null) return reply.code(403).type('text/plain').send(NOT_THROUGH_THE_GATE)
      const { status, html } = await work({ client, request, form: formOf(request) })
      return reply.code(status).type('text/html; charset=utf-8').send(html)
    }
  app.get(
    '/portal',
    asking(({ client, request }) => portal.show(client, codeIn(request))),
  )
  app.post(
    '/portal/code',
    asking(({ client, form }) => portal.code(client, form.get('code') ?? '')),
  )
  app.post(
    '/portal/accept',
    asking(({ client, request, form }) =>
      portal.accept(
        client,
        {
          state: form.get('state') ?? '',
          type: form.get('type') ?? '',
          isAccepted: form.get('accept') === 'yes',
        },
        portalUrlOf(request),
      ),
    ),
  )
  app.post(
    '/portal/leave',
    asking(({ client }) => portal.leave(client)),
  )
  app.get('/portal/api', (request, reply) => {
    const client = clientOf(request, relayKey, now())
    if (client === null) return reply.code(403).type('text/plain').send(NOT_THROUGH_THE_GATE)
    // Octets, because the server adds a charset to a text, and the type has none.
    const answer = Buffer.from(JSON.stringify(portal.api(client, portalUrlOf(request))))
    return reply.type('application/captive+json').send(answer)
  })
  // A page that was reloaded after its form: begin again.
  app.setNotFoundHandler((_request, reply) => reply.redirect('/portal', 303))
  return app
}

interface AskedBy {
  readonly client: RelayedClient
  readonly request: FastifyRequest
  readonly form: URLSearchParams
}

const NOT_THROUGH_THE_GATE = 'Open this page through the school Wi-Fi.\n'

function clientOf(request: FastifyRequest, key: Uint8Array, now: number): RelayedClient | null {
  const field = request.headers[RELAY_FIELD]
  return typeof field === 'string' ? readProof(field, key, now) : null
}

function formOf({ body }: FastifyRequest): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams()
}

function codeIn({ query }: FastifyRequest): string {
  const { code } = query as { readonly code?: unknown }
  return typeof code === 'string' ? code.slice(0, 64) : ''
}

/** As the device reached it. */
function portalUrlOf({ host }: FastifyRequest): string {
  return `http://${host}/portal`
}
