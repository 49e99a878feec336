import { describe, expect, test } from 'vitest'
import type { Engine } from '../../../rules/engine.ts'
import { NO_PERMISSIONS } from '../../../rules/permissions/permissions.ts'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import type { Policy } from '../../../rules/policy/policy.ts'
import {
  DELIBERATE_CATEGORIES,
  isBypassAttempt,
  type Sanction,
} from '../../../rules/sanctions/sanctions.ts'
import { lockoutSentence } from '../../../rules/sanctions/sanction-words.ts'
import { bypassSanctionOf, tunnelPolicyOf } from '../../../rules/sanctions/sanctions-of-document.ts'
import type { DeviceFacts } from '../../../rules/subject.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import { engineFrom } from '../../support/arbitrary-policy.ts'
import { deviceOf, zoneOf } from '../../support/sample-facts.ts'
import { SCHOOL_FILES } from '../../support/school-folder.ts'

const AT = Date.parse('2026-11-24T10:05:00Z')
const TERM = { from: AT - 60_000, to: Date.parse('2026-11-24T10:20:00Z') }
const LOCKOUT: Sanction = { id: 's9', person: 'p-1', device: null, hosts: null, ...TERM }

function policyWith(sanctions = ''): Policy {
  const parsed = parsePolicy(`${SCHOOL_FILES['policy.yaml'] ?? ''}${sanctions}`, 'policy.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.policy
}

function answer(
  engine: Engine,
  policy: Policy,
  { host, device, at = AT }: { host: string; device: DeviceFacts; at?: number },
) {
  const moment = new SchoolTime(policy.time).at(at)
  const zone = zoneOf({ id: 'office', pupilArea: false })
  const stance = engine.judge({ device, zone, moment }, at)
  return engine.decideHost(stance, host)
}

const withSanctions = (policy: Policy, ...sanctions: Sanction[]): Engine =>
  engineFrom(
    policy,
    [
      { category: 'support.wellbeing', host: 'childline.example', scope: 'host' },
      { category: 'edu.allow', host: 'school.example', scope: 'host' },
    ],
    { ...NO_PERMISSIONS, sanctions },
  )

describe('a lock-out', () => {
  const policy = policyWith()
  const engine = withSanctions(policy, LOCKOUT)
  const device = deviceOf()

  test('closes everything but help, says until when, and alerts nobody again', () => {
    expect(answer(engine, policy, { host: 'school.example', device })).toMatchObject({
      ...{ action: 'block', reasonCode: 'sanction', profile: null, ruleId: 'sanction.s9' },
      ...{ alert: false, cause: lockoutSentence(TERM.to, 'Europe/London') },
    })
    expect(answer(engine, policy, { host: 'childline.example', device }).action).toBe('allow')
  })

  test('says its end by the clock on the wall, and does not fail without one', () => {
    expect(lockoutSentence(Date.parse('2026-07-01T09:05:00Z'), 'Europe/London')).toContain(
      'until 10:05;',
    )
    expect(lockoutSentence(Infinity, 'Europe/London')).toContain('until somebody lifts it;')
  })

  test('ends by itself, at its edge', () => {
    expect(engine.permissionEdge(device, AT)).toBe(TERM.to)
    const over = { host: 'school.example', device, at: TERM.to }
    expect(answer(engine, policy, over).action).toBe('allow')
  })

  test('is of the person on each device, or of one device, and of nobody else', () => {
    const other = deviceOf({ id: 'other', personRef: 'p-2' })
    expect(answer(engine, policy, { host: 'school.example', device: other }).action).toBe('allow')
    const ofDevice = withSanctions(policy, { ...LOCKOUT, person: null, device: 'other' })
    expect(answer(ofDevice, policy, { host: 'school.example', device: other }).reasonCode).toBe(
      'sanction',
    )
    expect(answer(ofDevice, policy, { host: 'school.example', device }).action).toBe('allow')
  })

  test('never reaches whom the policy exempts', () => {
    const exempting = policyWith(
      'sanctions: { bypass: { count: 5, within_min: 15, lockout_min: 15, exempt: [staff] } }\n',
    )
    const spared = withSanctions(exempting, LOCKOUT)
    expect(answer(spared, exempting, { host: 'school.example', device }).action).toBe('allow')
  })

  test('leaves the sites of the closed profile that the policy names', () => {
    const text = SCHOOL_FILES['policy.yaml'] ?? ''
    const parsed = parsePolicy(
      `${text.replace('  quarantine: {', '  time_out: { only: { hosts: [school.example] } }\n  quarantine: {')}sanctions: { bypass: { count: 5, within_min: 15, lockout_min: 15, profile: time_out } }\n`,
      'policy.yaml',
    )
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    const left = withSanctions(parsed.policy, LOCKOUT)
    const asked = (host: string) => answer(left, parsed.policy, { host, device })
    expect(asked('school.example')).toMatchObject({ action: 'allow', profile: 'time_out' })
    expect(asked('b.test')).toMatchObject({ action: 'block', reasonCode: 'sanction' })
  })
})

test('a closed tunnel is closed to its device with its own reason, whatever opens the site', () => {
  const policy = policyWith('sites: [{ allow: [tunnel.example], because: A test. }]\n')
  const hosts = [{ host: 'tunnel.example', scope: 'subtree' as const }]
  const engine = withSanctions(policy, { ...LOCKOUT, person: null, device: 'phone', hosts })
  const asked = { host: 'x.tunnel.example', device: deviceOf() }
  expect(answer(engine, policy, asked)).toMatchObject({
    ...{ action: 'block', reasonCode: 'bypass:dns_tunnel', ruleId: 'sanction.s9' },
  })
  const other = { ...asked, device: deviceOf({ id: 'other' }) }
  expect(answer(engine, policy, other).action).toBe('allow')
})

test.each<[says: string, category: string | null, reasonCode: string, counts: boolean]>([
  ['a VPN that is refused for what it is', 'bypass.vpn', 'category', true],
  ['one that would need a grant', 'bypass.vpn', 'grant_needed', true],
  ['a tunnel', null, 'bypass:dns_tunnel', true],
  ['what a telephone tries by itself', 'bypass.private_relay', 'category', false],
  ['a VPN while the device is locked out', 'bypass.vpn', 'sanction', false],
  ['a game', 'media.games', 'category', false],
])('%s: counts %s', (_says, category, reasonCode, counts) => {
  const rule = { counts: DELIBERATE_CATEGORIES }
  expect(isBypassAttempt(rule, { category, reasonCode })).toBe(counts)
})

test('what the policy leaves out is as it is without a rule', () => {
  const policy = policyWith()
  expect([policy.sanctions, policy.dnsTunnel]).toEqual([null, { blockMs: null, except: [] }])
  const document = { dns_tunnel: { block_min: 60, except: ['avts.example'] } } as never
  expect(tunnelPolicyOf(document)).toEqual({
    blockMs: 3_600_000,
    except: [{ host: 'avts.example', scope: 'subtree' }],
  })
  expect(bypassSanctionOf({} as never)).toBeNull()
})
