import { expect, test } from 'vitest'
import { DeviceTable } from '../../../proxy/bandwidth/device-table.ts'
import { FREE, PacedFlow } from '../../../proxy/bandwidth/flow-meter.ts'
import { Metering, type Metered } from '../../../proxy/bandwidth/metering.ts'
import { WaitingRoom } from '../../../proxy/bandwidth/pacer.ts'
import { policyOfChange } from '../../rules/policy/changed-example.ts'
import { ScriptedPlane } from '../http/scripted-plane.ts'
import type { Ruling } from '../../../rules/verdict.ts'

const POLICY = policyOfChange({
  'bandwidth.classes.personal': {
    ...{ down_mbps: 8, quota: { size: '1 GiB', per: 'day', then: 'throttle', throttle_mbps: 1 } },
  },
})
const PERSONAL = POLICY.bandwidth?.classes[0] ?? null
const TARGET = { host: 'a.example', path: '/x', at: 'a.example' }

function scene({
  decide = (): Partial<Ruling> => ({}),
  bandwidth = PERSONAL,
  profile = 'visitor',
  policy = POLICY,
} = {}) {
  const plane = new ScriptedPlane(decide)
  const table = new DeviceTable({ memory: DeviceTable.memory(), key: new Uint8Array(32) })
  const metered: Metered[] = []
  const metering = new Metering({
    ...{ table, room: new WaitingRoom(), recorder: plane.recorder },
    now: () => plane.at,
    engine: () => plane.engine(),
    subjectAt: (address) => {
      const subject = plane.subjectAt(address)
      return { ...subject, stance: { ...subject.stance, bandwidth, profile } }
    },
    onMetered: (one) => metered.push(one),
  })
  metering.follow(policy)
  return { plane, table, metered, metering, flow: () => metering.flow('127.10.20.7', TARGET) }
}

test('a flow has its class’s limits, and its device a place that counts for the class', () => {
  const { flow, table, metered } = scene()
  const meter = flow()
  if (!(meter instanceof PacedFlow)) throw new Error('it is metered')
  expect(meter.limits).toMatchObject({ down: 1_000_000, up: null, spent: 125_000, classIndex: 0 })
  meter.down.take(500)
  const [place = -1] = metered.map((one) => one.place)
  expect([table.octetsOf(place), table.classOf(place)]).toEqual([500, 1])
})

test.each<[says: string, order: Parameters<typeof scene>[0]]>([
  ['help lines', { decide: () => ({ openedBy: 'wellbeing' }) }],
  ['school systems', { decide: () => ({ openedBy: 'systems' }) }],
  ['an exam room', { profile: 'exam_allow_list' }],
  ['a glucose monitor', { profile: 'medical' }],
  [
    'a profile without a class, where nobody looks for heavy talkers',
    { bandwidth: null, policy: policyOfChange({ 'bandwidth.heavy_talker': undefined }) },
  ],
])('%s: never slowed nor counted', (_says, order) => {
  const { flow, metered } = scene(order)
  expect(flow()).toBe(FREE)
  expect(metered).toEqual([])
})

test('a profile without a class is counted where heavy talkers are looked for', () => {
  const { flow, table, metered } = scene({ bandwidth: null })
  flow().down.take(700)
  expect(table.octetsOf(metered[0]?.place ?? -1)).toBe(700)
})

test('what is slowed is noted once a flow as `throttle`, with the reason and the class', () => {
  const { flow, table, metered, plane } = scene()
  const first = flow()
  table.setFlag(metered[0]?.place ?? -1, 1, true)
  first.down.take(10)
  first.down.take(10)
  flow().up.take(10)
  expect(
    plane.connections.map(({ ruling, layer, host }) => [ruling.isSlowed, layer, host]),
  ).toEqual([
    [true, 'http', 'a.example'],
    [true, 'http', 'a.example'],
  ])
  const [one, two] = plane.connections
  expect(one?.ruling).toBe(two?.ruling)
  expect(one?.ruling).toMatchObject({
    ...{ action: 'allow', reasonCode: 'bandwidth', ruleId: 'bandwidth.personal' },
    cause: "Slowed to 1 Mbit/s: this device has used much of the school's connection.",
  })
})

test('a flow that runs on under another policy goes at its rate', () => {
  const { flow, metering } = scene()
  const meter = flow()
  if (!(meter instanceof PacedFlow)) throw new Error('it is metered')
  metering.follow(
    policyOfChange({ 'bandwidth.heavy_talker': { size: '1 GiB', minutes: 5, throttle_mbps: 2 } }),
  )
  metering.renew('127.10.20.7', TARGET, meter)
  expect(meter.limits.heavy).toBe(250_000)
})
