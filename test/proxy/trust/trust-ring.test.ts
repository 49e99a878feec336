import { expect, test } from 'vitest'
import { readCanaryReport, writeCanaryReport } from '../../../proxy/trust/canary-report.ts'
import { TrustRing } from '../../../proxy/trust/trust-ring.ts'
import { sha256 } from '../../../records/ledger/chain.ts'
import { schoolFolder, SCHOOL_FILES } from '../../support/school-folder.ts'

const OWN = `extends: trust.yaml\n${SCHOOL_FILES['policy.yaml'] ?? ''}`

function scene(ring: object, report = 'canary.json') {
  const school = schoolFolder({ 'policy.yaml': OWN, 'trust.yaml': 'floor: {}\n' })
  const register = school.register()
  const seen = { reloads: 0, errors: [] as string[] }
  const trust = new TrustRing({
    config: school.config(`trust=${JSON.stringify({ report, ...ring })}`),
    directory: school.directory,
    register: () => register,
    degraded: () => Promise.resolve(['a list is old']),
    lists: () => new Map([['ut1', { inForce: 'd', rejected: [] }]]),
    reload: () => {
      seen.reloads += 1
    },
    log: { error: (_details, message) => seen.errors.push(message) },
  })
  return { ...school, trust, seen }
}

test('the canary tells its parent and what is wrong with it', async () => {
  const { trust, path } = scene({ ring: 'canary' })
  await trust.tick()
  expect(readCanaryReport(path('canary.json'))).toMatchObject({
    ...{ parent: sha256('floor: {}\n'), alarms: ['a list is old'] },
    lists: { ut1: [{ digest: 'd' }] },
  })
  expect([trust.file, trust.notices()]).toEqual([null, []])
})

test('a canary that cannot write says so and goes on', async () => {
  const { trust, seen } = scene({ ring: 'canary' }, 'nowhere/canary.json')
  await trust.tick()
  expect(seen.errors).toEqual([expect.stringContaining('cannot write its report')])
})

test('a follower says what waits, and reads again when it waits no more', async () => {
  const { trust, seen, write, path } = scene({ ring: 'follow', holdHours: 0 })
  await trust.tick()
  expect(trust.notices()).toEqual([])
  write('trust.yaml', 'floor: { observe: true }\n')
  await trust.tick()
  expect(trust.notices()).toEqual([expect.stringContaining('`trust.yaml` waits: the canary')])
  expect(seen.reloads).toBe(0)
  const parent = sha256('floor: { observe: true }\n')
  writeCanaryReport(path('canary.json'), { parent, alarms: [], lists: new Map() }, Date.now())
  await trust.tick()
  expect([trust.notices(), seen.reloads, trust.file]).toEqual([[], 1, path('canary.json')])
})
