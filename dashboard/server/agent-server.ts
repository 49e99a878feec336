import { isIP, type AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { agentApi, type AgentApiDeps } from './agent-api.ts'

export interface AgentListen {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** Null serves plain HTTP, for loopback alone. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null
}

export interface AgentServer {
  readonly url: string
  stop(): Promise<void>
}

/**
 * The agent API on a listener of its own: agents are on the devices' network, where a school does not show
 * its dashboard. Rejects when it can't listen.
 */
export async function serveAgentApi(
  deps: AgentApiDeps,
  { host, port, tls }: AgentListen,
): Promise<AgentServer> {
  // Fastify's types tell the two kinds of server apart; the API asks for neither.
  const server = tls === null ? Fastify() : (Fastify({ https: tls }) as unknown as FastifyInstance)
  agentApi(server, deps)
  await server.listen({ host, port })
  const bound = server.server.address() as AddressInfo
  const scheme = tls === null ? 'http' : 'https'
  return {
    url: `${scheme}://${isIP(host) === 6 ? `[${host}]` : host}:${bound.port}`,
    stop: () => server.close(),
  }
}
