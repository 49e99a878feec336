import { DeviceKey } from '../../../agent/device-key.ts'
import { signedBody } from '../../../agent/make-report.ts'
import { onTestFinished } from 'vitest'
import { enrolAgent, type Enrolled } from '../../../records/posture/enrol-agent.ts'
import { GuessLimit } from '../../../records/posture/guess-limit.ts'
import { newInvitationCode } from '../../../records/posture/invitation-code.ts'
import { PostureStore } from '../../../records/posture/posture-store.ts'
import { takeReport, type TakenReport } from '../../../records/posture/take-report.ts'
import { localWriter } from '../../../records/ledger/ledger-writer.ts'
import { DEFAULT_POSTURE_RULES } from '../../../rules/posture/posture-rules.ts'
import type { PostureFacts } from '../../../rules/posture/posture-report.ts'
import { postureOf } from '../../support/sample-posture.ts'
import {
  AT,
  device,
  deviceEdit,
  sampleDesk,
  SITE,
  type SampleDesk,
} from '../governance/sample-desk.ts'

export const RULES = { ...DEFAULT_POSTURE_RULES, graceHours: { patches: 72 } }

/** A school with a desk, a posture store, and a laptop that may get an agent. */
export interface AgentScene extends SampleDesk {
  readonly store: PostureStore
  /** A code for the device, given out by `it`. */
  readonly invite: (device: string, until?: string) => Promise<string>
  readonly enrol: (
    code: string,
    key: DeviceKey,
    more?: { at?: number; source?: string },
  ) => Promise<Enrolled>
  /** What the gate makes of a body. */
  readonly take: (body: string, at?: number) => TakenReport
  /** A report of `device`, signed with `key`. */
  readonly bodyOf: (
    key: DeviceKey,
    facts?: Partial<PostureFacts>,
    at?: number,
    device?: string,
  ) => string
  /** Invited and enrolled. */
  readonly enrolled: (device?: string) => Promise<DeviceKey>
}

export async function agentScene(): Promise<AgentScene> {
  const made = sampleDesk()
  const store = PostureStore.open(made.directory)
  onTestFinished(() => {
    store[Symbol.dispose]()
  })
  const laptop = { ...device('laptop', 'staff', 'approved'), type: 'laptop' }
  const work = { ...laptop, id: 'work-laptop', ownership: 'school' as const }
  for (const facts of [laptop, work])
    await made.submit([deviceEdit({ ...facts, state: 'pending' })], 'nm', AT - 1000)
  const guesses = new GuessLimit()
  const writer = localWriter(made.ledger)
  const register = () => made.view.current()
  const scene: AgentScene = {
    ...made,
    store,
    invite: async (objectId, until = new Date(AT + 3_600_000).toISOString()) => {
      const { code, codeHash } = newInvitationCode()
      const edit = { kind: 'agent.invite' as const, objectId, after: { codeHash, until } }
      const outcome = await made.submit([edit], 'it')
      if (outcome.kind !== 'applied') throw new Error(JSON.stringify(outcome))
      return code
    },
    enrol: (code, key, { at = AT, source = '10.0.0.1' } = {}) =>
      enrolAgent(
        { code, publicKey: key.publicKey, source },
        { site: SITE, register, writer, store, guesses, now: at },
      ),
    take: (body, at = AT) =>
      takeReport(body, { register: register(), rules: RULES, store, now: at }),
    bodyOf: (key, facts = {}, at = AT, deviceId = 'laptop') =>
      signedBody(postureOf(facts), { deviceId, key, now: at }),
    enrolled: async (id = 'laptop') => {
      const key = DeviceKey.generate()
      const enrolled = await scene.enrol(await scene.invite(id), key)
      if (!enrolled.ok) throw new Error(enrolled.message)
      return key
    },
  }
  return scene
}
