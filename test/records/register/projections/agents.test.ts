import { expect, test } from 'vitest'
import {
  enrolAgent,
  inviteAgent,
  revokeAgent,
} from '../../../../records/register/projections/agents.ts'
import { draftOf, EMPTY_REGISTER } from '../../../../records/register/register.ts'
import type { LedgerEntry } from '../../../../records/ledger/entry.ts'

const INVITATION = { codeHash: 'a'.repeat(64), until: '2026-12-01T00:00:00Z' }
const KEY = 'A'.repeat(43)

const entryOf = (kind: string, after: object | null) =>
  ({ seq: 1, kind, object_id: 'laptop', after }) as unknown as LedgerEntry
const textOf = () => undefined

test('an invitation leaves the agent that is there as it is, an enrolment takes its place', () => {
  const draft = draftOf(EMPTY_REGISTER)
  inviteAgent(draft, entryOf('agent.invite', INVITATION), textOf)
  expect(draft.agents.get('laptop')).toEqual({
    ...{ publicKey: null, invitation: INVITATION, revoked: false },
  })
  enrolAgent(draft, entryOf('agent.enrol', { publicKey: KEY }), textOf)
  inviteAgent(draft, entryOf('agent.invite', INVITATION), textOf)
  expect(draft.agents.get('laptop')).toEqual({
    ...{ publicKey: KEY, invitation: INVITATION, revoked: false },
  })
})

test('a revoked agent stays known as revoked, until another enrols', () => {
  const draft = draftOf(EMPTY_REGISTER)
  revokeAgent(draft, entryOf('agent.revoke', null), textOf)
  expect(draft.agents.get('laptop')).toMatchObject({ publicKey: null, revoked: true })
  inviteAgent(draft, entryOf('agent.invite', INVITATION), textOf)
  expect(draft.agents.get('laptop')).toMatchObject({ revoked: true })
  enrolAgent(draft, entryOf('agent.enrol', { publicKey: KEY }), textOf)
  expect(draft.agents.get('laptop')).toMatchObject({ publicKey: KEY, revoked: false })
})

test('a key that is none stops the fold with its entry named', () => {
  const draft = draftOf(EMPTY_REGISTER)
  expect(() => {
    enrolAgent(draft, entryOf('agent.enrol', { publicKey: 'short' }), textOf)
  }).toThrow('ledger entry 1 (agent.enrol `laptop`) holds no usable facts')
})
