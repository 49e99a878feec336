import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import fastifyStatic from '@fastify/static'
import swagger from '@fastify/swagger'
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  validatorCompiler,
} from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import { admit, type Admitted } from './admit.ts'
import { ProblemError, type Problem } from './problem.ts'
import type { Desk, Route } from './route.ts'
import { ROUTES } from './routes/routes.ts'

export interface AdminOptions {
  readonly desk: Desk
  /** What people type into their browser: cookies and the origin check are by it. */
  readonly publicUrl: URL
  /** The folder of the built pages; null serves the API alone. */
  readonly pages: string | null
  readonly log: Logger
}

/** A page of a policy is 100 KiB; a file of 10,000 devices one MiB. */
const BODY_LIMIT = 4 * 1024 * 1024
const FILE_TYPES = ['text/csv', 'application/zip', 'application/octet-stream']
/** Of one address in a minute: an open dashboard asks some twenty times, and a school may sit behind one proxy. */
const REQUESTS_PER_MINUTE = 3_000

/** The admin API and the pages, ready to listen. */
export async function makeAdminApp(options: AdminOptions): Promise<FastifyInstance> {
  const { log, publicUrl } = options
  const loggerInstance: FastifyBaseLogger = log
  const logController = new LogController({ disableRequestLogging: true })
  const app = Fastify({ loggerInstance, logController, bodyLimit: BODY_LIMIT })
  app.setValidatorCompiler(validatorCompiler)
  app.setErrorHandler((error, _request, reply) => {
    const problem = problemOf(error, log)
    void reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem))
  })
  await app.register(cookie)
  await app.register(helmet, HEADERS)
  await app.register(rateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: 60_000,
    errorResponseBuilder: () =>
      new ProblemError('too_many', 'too many requests from this address; wait a minute'),
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Schoolgate', version: '1', description: 'The admin API of one gate' },
      servers: [{ url: publicUrl.origin }],
    },
    transform: jsonSchemaTransform,
  })
  // Files come as they are, and only a route that takes one has more room for it than others.
  app.addContentTypeParser(FILE_TYPES, { parseAs: 'buffer' }, (_request, octets, done) => {
    done(null, octets)
  })
  for (const route of ROUTES) addRoute(app, route, options)
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger())
  await servePages(app, options.pages)
  return app
}

function addRoute(app: FastifyInstance, route: Route, { desk, publicUrl }: AdminOptions): void {
  const { method, url, summary, params, query, body, fileOctets, perMinute } = route
  const door = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    admitted.set(request, admit(route, { request, reply, desk, publicUrl }))
    done()
  }
  app.route({
    method,
    url,
    schema: {
      summary,
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(body && { body }),
    },
    config: perMinute === undefined ? {} : { rateLimit: { max: perMinute, timeWindow: 60_000 } },
    ...(fileOctets === undefined
      ? // Before the body is looked at: a stranger is told nothing of what is wrong with it.
        { preValidation: door }
      : // Before it is even taken in: nobody fills the memory with files but who may hand them in.
        { onRequest: door, bodyLimit: fileOctets }),
    handler: async (request, reply) => {
      const { actor, scope, client, at } = admittedOf(request)
      const { params: inUrl, query: asked, body: sent } = request
      const file = Buffer.isBuffer(sent) ? sent : new Uint8Array(0)
      const call = { params: inUrl, query: asked, body: sent, scope, desk, at, client, file }
      const answer = await route.handle(call, actor)
      return answer === undefined ? reply.code(204).send() : reply.send(answer)
    },
  })
}

/** Who was let in, from the door to the handler. */
const admitted = new WeakMap<FastifyRequest, Admitted>()

function admittedOf(request: FastifyRequest): Admitted {
  const found = admitted.get(request)
  if (found === undefined) throw new Error('a handler ran before anybody was let in')
  return found
}

/** Pages lead everywhere: what is no file and no API is the page itself, which knows its own paths. */
async function servePages(app: FastifyInstance, pages: string | null): Promise<void> {
  if (pages !== null)
    await app.register(fastifyStatic, {
      root: pages,
      maxAge: 31_536_000_000,
      immutable: true,
      index: false,
      // What the build has gzipped goes out as that: a third of the octets.
      preCompressed: true,
      // The files that are there, and no way to ask for a folder.
      wildcard: false,
    })
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !request.url.startsWith('/api/')
    if (pages === null || !isPage || /\.\w+$/.test(request.url.split('?')[0] ?? ''))
      throw new ProblemError('not_found', `there is nothing at \`${request.url.slice(0, 100)}\``)
    return reply.header('cache-control', 'no-cache').sendFile('index.html', { maxAge: 0 })
  })
}

function problemOf(error: unknown, log: Logger): Problem {
  if (error instanceof ProblemError) return error.problem
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map(({ instancePath, message = 'wrong' }) => {
      return { path: instancePath.replace(/^\//, '').replaceAll('/', '.'), message }
    })
    return new ProblemError('bad_request', 'a field is missing or wrong', fields).problem
  }
  const status = (error as { statusCode?: unknown }).statusCode
  if (status === 413)
    return new ProblemError(
      'too_large',
      'that is more than may be sent at once: 4 MiB, of a list 16 MiB',
    ).problem
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new ProblemError('bad_request', 'the request cannot be read').problem
  log.error({ err: error }, 'a request of the dashboard failed')
  return new ProblemError('internal', 'this is a fault of Schoolgate; its log says more').problem
}

/**
 * One origin, nobody's frame, no script but ours. `unsafe-inline` for styles: Mantine writes its variables
 * into style elements. Plain HTTP on a school's own network must work, so nothing is upgraded.
 */
const HEADERS = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
  frameguard: { action: 'deny' },
} as const
