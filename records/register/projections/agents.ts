import { z } from 'zod'
import { readAfter, type Projection } from '../projection.ts'
import type { AgentFacts } from '../register.ts'

/** `agent.invite`: SHA-256 of the code, hex, and until when it is good (RFC 3339). */
const invitationFacts = z.strictObject({
  codeHash: z.string().regex(/^[0-9a-f]{64}$/),
  until: z.iso.datetime({ offset: true }),
})

/** `agent.enrol`: 32 octets, base64url. */
const enrolmentFacts = z.strictObject({ publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })

const NO_AGENT: AgentFacts = { publicKey: null, invitation: null, revoked: false }

/** A new code takes the place of one that was not used; the agent that is there goes on. */
export const inviteAgent: Projection = ({ agents }, entry) => {
  const before = agents.get(entry.object_id) ?? NO_AGENT
  agents.set(entry.object_id, { ...before, invitation: readAfter(entry, invitationFacts) })
}

/** The code is used up; a key that was there counts no more. */
export const enrolAgent: Projection = ({ agents }, entry) => {
  const { publicKey } = readAfter(entry, enrolmentFacts)
  agents.set(entry.object_id, { publicKey, invitation: null, revoked: false })
}

/** Kept as revoked: else taking the agent away would be a way out of its judgement. */
export const revokeAgent: Projection = ({ agents }, entry) => {
  agents.set(entry.object_id, { ...NO_AGENT, revoked: true })
}
