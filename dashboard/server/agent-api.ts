import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { LedgerWriter } from '../../records/ledger/ledger-writer.ts'
import { enrolAgent, type EnrolRefusal } from '../../records/posture/enrol-agent.ts'
import { GuessLimit } from '../../records/posture/guess-limit.ts'
import type { PostureStore } from '../../records/posture/posture-store.ts'
import { takeReport, type ReportRefusal } from '../../records/posture/take-report.ts'
import type { Register } from '../../records/register/register.ts'
import { fixFor } from '../../rules/posture/fix-it.ts'
import type { OperatingSystem } from '../../rules/posture/posture-report.ts'
import type { PostureRules } from '../../rules/posture/posture-rules.ts'
import type { PostureStanding } from '../../rules/posture/posture-standing.ts'
import { MAX_REPORT_OCTETS } from '../../rules/posture/read-report.ts'

export interface AgentApiDeps {
  readonly site: string
  readonly register: () => Register
  /** Of the policy in force. */
  readonly rules: () => PostureRules
  readonly writer: LedgerWriter
  readonly store: PostureStore
  /** The school's own proxy, `host:port`, and SHA-256 of its certificate authority, hex; null: none. */
  readonly school: { readonly proxy: string | null; readonly caSha256: string | null }
  /** Gate time, epoch ms. */
  readonly now: () => number
}

/** Half the time after which a silent device is stale, so that one report may be lost. */
const REPORTS_PER_MAX_AGE = 2

const enrolment = z.strictObject({ code: z.string().max(64), public_key: z.string().max(64) })

const ENROL_STATUS: Readonly<Record<EnrolRefusal, number>> = {
  wrong_code: 403,
  too_many_guesses: 429,
  bad_key: 400,
  out_of_use: 403,
  unavailable: 503,
}

const REPORT_STATUS: Readonly<Record<ReportRefusal, number>> = {
  unknown_device: 403,
  malformed: 400,
  forbidden: 400,
  forged: 403,
  clock_skew: 409,
  replayed: 409,
  out_of_order: 409,
}

/** What agents ask: `POST /agent/v1/enrol` and `POST /agent/v1/reports`; register it on the server. */
export function agentApi(server: FastifyInstance, deps: AgentApiDeps): void {
  const guesses = new GuessLimit()
  server.post('/agent/v1/enrol', { bodyLimit: 1024 }, (request, reply) =>
    enrol(request, reply, { ...deps, guesses }),
  )
  void server.register((scope, _options, done) => {
    // The signature is over the report's own text: the body is read by the one reader that refuses all else.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string' },
      (_request, body, parsed) => {
        parsed(null, body)
      },
    )
    scope.post('/agent/v1/reports', { bodyLimit: MAX_REPORT_OCTETS }, (request, reply) =>
      report(request, reply, deps),
    )
    done()
  })
}

async function enrol(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: AgentApiDeps & { readonly guesses: GuessLimit },
): Promise<FastifyReply> {
  const body = enrolment.safeParse(request.body)
  if (!body.success) return refuse(reply, 400, 'malformed', 'a code and a public key are expected')
  const { code, public_key: publicKey } = body.data
  const enrolled = await enrolAgent(
    { code, publicKey, source: request.ip },
    { ...deps, now: deps.now() },
  )
  if (!enrolled.ok) {
    const { reason, message } = enrolled
    return refuse(reply, ENROL_STATUS[reason], reason, message)
  }
  return reply.send({
    device_id: enrolled.device,
    ownership: enrolled.ownership,
    report_every_seconds: Math.floor((deps.rules().maxAgeMin * 60) / REPORTS_PER_MAX_AGE),
    school_proxy: deps.school.proxy,
    school_ca_sha256: deps.school.caSha256,
  })
}

function report(request: FastifyRequest, reply: FastifyReply, deps: AgentApiDeps): FastifyReply {
  const body = typeof request.body === 'string' ? request.body : ''
  const { rules, register, store, now } = deps
  const taken = takeReport(body, { register: register(), rules: rules(), store, now: now() })
  if (!taken.ok) return refuse(reply, REPORT_STATUS[taken.reason], taken.reason, taken.message)
  return reply.send(answerOf(taken.standing, taken.os))
}

/** What the device may show its user: where it stands, and the one thing to mend. */
function answerOf({ standing, mend, until }: PostureStanding, os: OperatingSystem) {
  return {
    standing,
    mend: mend === null ? null : { check: mend, ...fixFor(mend, os) },
    until: until === null ? null : new Date(until).toISOString(),
  }
}

function refuse(
  reply: FastifyReply,
  status: number,
  reason: string,
  message: string,
): FastifyReply {
  return reply.code(status).send({ reason, message })
}
