import { expect, test } from 'vitest'
import { bypassAttemptOf } from '../../../records/alerts/bypass-attempts.ts'
import type { Observation } from '../../../records/alerts/finding.ts'

const SEEN: Observation = {
  ...{ seq: 1, at: 5, blockRef: 'b', grade: 'looked_up', personRef: 'p-1', role: 'pupil' },
  ...{ deviceId: 'phone', ip: '10.0.0.7', zone: 'library', window: 'lesson', host: 'vpn.example' },
  ...{ category: 'bypass.vpn', reasonCode: 'category', severity: 'medium', attempts: 1 },
  isTotal: false,
}

test('a refusal of a way round the filter may be an attempt of a person or a device', () => {
  expect(bypassAttemptOf(SEEN)).toEqual({
    ...{ blockRef: 'b', at: 5, person: 'p-1', device: 'phone', role: 'pupil', zone: 'library' },
    ...{ category: 'bypass.vpn', reasonCode: 'category' },
  })
  expect(bypassAttemptOf({ ...SEEN, personRef: 'unidentified' })).toMatchObject({ person: null })
  const tunnel = { ...SEEN, category: null, reasonCode: 'bypass:dns_tunnel' }
  expect(bypassAttemptOf(tunnel)).not.toBeNull()
})

test.each<[says: string, more: Partial<Observation>]>([
  ['anything else', { category: 'media.games' }],
  ['what a machine does by itself', { grade: 'background' }],
  ['what nobody known does', { personRef: 'unidentified', deviceId: null }],
])('%s is none', (_says, more) => {
  expect(bypassAttemptOf({ ...SEEN, ...more })).toBeNull()
})
