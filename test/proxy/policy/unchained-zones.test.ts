import { expect, test } from 'vitest'
import { unchainedZones } from '../../../proxy/policy/unchained-zones.ts'
import { readExamplePolicy } from '../../examples/example-engine.ts'
import { schoolFolder } from '../../support/school-folder.ts'

test('a zone that is to ask another filter needs one in the configuration', () => {
  const policy = readExamplePolicy()
  const zones = policy.zones.map((zone) =>
    zone.id === 'library' ? { ...zone, mode: 'chain' as const } : zone,
  )
  const { config } = schoolFolder()
  const chain = 'dns.chain={"name":"Other","upstreams":["udp://127.0.0.1:53"]}'
  expect(unchainedZones({ ...policy, zones }, config())).toEqual(['library'])
  expect(unchainedZones({ ...policy, zones }, config(chain))).toEqual([])
  expect(unchainedZones(policy, config())).toEqual([])
})
