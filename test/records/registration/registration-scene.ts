import type { Edit } from '../../../records/governance/judge-edit.ts'
import { localWriter } from '../../../records/ledger/ledger-writer.ts'
import { newShortCode } from '../../../records/posture/invitation-code.ts'
import type { PortalDeps } from '../../../records/registration/register-device.ts'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { AT, POLICY, sampleDesk, SITE, type SampleDesk } from '../governance/sample-desk.ts'

const parsed = parsePolicy(POLICY, 'policy.yaml')
if (!parsed.ok) throw new Error('the example policy does not parse')
export const EXAMPLE = parsed.policy

export const AGREEMENT = {
  ...{ id: 'visitor', version: '2026-09-01', text: 'Be kind to the children.' },
}

export interface RegistrationScene extends SampleDesk {
  readonly deps: PortalDeps
  /** Moves the gate's clock. */
  readonly pass: (ms: number) => void
  /** A voucher of reception's for the day of `AT`, and its code. */
  readonly voucher: (id: string, facts?: object) => Promise<string>
  /** A code for a device of `p-a`, a member of staff. */
  readonly invitation: (id: string) => Promise<string>
}

export async function registrationScene(): Promise<RegistrationScene> {
  const desk = sampleDesk()
  let now = AT
  const staff: Edit = {
    ...{ kind: 'person.put', objectId: 'p-a' },
    after: { role: 'staff', phase: null, year: null, details: 'x' },
  }
  await desk.submit([staff], 'it')
  const deps: PortalDeps = {
    ...{ site: SITE, writer: localWriter(desk.ledger), policy: () => EXAMPLE },
    ...{ register: () => desk.view.current(), now: () => now },
  }
  const submit = async (edit: Edit, actor: string): Promise<void> => {
    const outcome = await desk.submit([edit], actor)
    if (outcome.kind !== 'applied') throw new Error(JSON.stringify(outcome))
  }
  return {
    ...desk,
    deps,
    pass: (ms) => {
      now += ms
    },
    voucher: async (objectId, facts = {}) => {
      const { code, codeHash } = newShortCode()
      const after = {
        ...{ type: 'day', person: 'visitor-1', device: null, host: 'head', codeHash },
        ...{ zones: ['reception'], from: '2026-11-24T08:00:00Z', to: '2026-11-24T16:00:00Z' },
        ...facts,
      }
      await submit({ kind: 'voucher.put', objectId, after }, 'reception')
      return code
    },
    invitation: async (objectId) => {
      const { code, codeHash } = newShortCode()
      const after = { person: 'p-a', codeHash, until: '2026-11-26T10:00:00Z' }
      await submit({ kind: 'registration.invite', objectId, after }, 'reception')
      return code
    },
  }
}
