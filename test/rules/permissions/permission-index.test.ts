import { expect, test } from 'vitest'
import { NOTHING_IN_FORCE, PermissionIndex } from '../../../rules/permissions/permission-index.ts'
import { NO_PERMISSIONS, type Permissions } from '../../../rules/permissions/permissions.ts'
import type { DeviceFacts } from '../../../rules/subject.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import { readExamplePolicy } from '../../examples/example-engine.ts'
import { deviceOf, zoneOf } from '../../support/sample-facts.ts'
import { grantOf, lessonOf, overrideOf } from './sample-permissions.ts'

const TIME = new SchoolTime(readExamplePolicy().time)
const LESSON = Date.parse('2026-11-24T10:00:00Z')
const EVENING = Date.parse('2026-11-24T20:00:00Z')

function permitsOf(
  permissions: Partial<Permissions>,
  facts: Partial<DeviceFacts> = {},
  { zone = 'classroom', at = LESSON } = {},
): string {
  const index = new PermissionIndex({ ...NO_PERMISSIONS, ...permissions })
  const asked = { device: deviceOf(facts), zone: zoneOf({ id: zone }), moment: TIME.at(at) }
  return index
    .inForce(asked, at)
    .permits.map(({ id, locked }) => (locked ? `${id}!` : id))
    .join(' ')
}

const CLASSES = [{ id: '9b', pupils: ['p-1', 'p-2'] }]
const both = [grantOf({ id: 'one' }), grantOf({ id: 'two', device: 'phone', person: null })]

const ROWS: readonly [says: string, seen: string, expected: string][] = [
  ['its person’s', permitsOf({ grants: [grantOf()] }), 'grant.g1'],
  ['not another person’s', permitsOf({ grants: [grantOf({ person: 'p-2' })] }), ''],
  ['not of somebody without a person', permitsOf({ grants: [grantOf()] }, { personRef: null }), ''],
  ['a device’s before its person’s', permitsOf({ grants: both }), 'grant.two grant.one'],
  [
    'not the device’s in other hands',
    permitsOf({ grants: [grantOf({ device: 'phone' })] }, { personRef: 'p-9' }),
    '',
  ],
  ['nobody’s is nobody’s', permitsOf({ grants: [grantOf({ person: null })] }), ''],
  [
    'the class’s',
    permitsOf({ grants: [grantOf({ person: null, class: '9b' })], classes: CLASSES }),
    'grant.g1',
  ],
  ['a class that nobody knows', permitsOf({ grants: [grantOf({ class: '9b' })] }), ''],
  [
    'a pupil of a class and nobody else in it',
    permitsOf({ grants: [grantOf({ class: '9b' })], classes: CLASSES }, { personRef: 'p-2' }),
    '',
  ],
  ['in its zones', permitsOf({ grants: [grantOf({ zones: ['library'] })] }), ''],
  [
    'in its windows',
    permitsOf({ grants: [grantOf({ windows: ['reception_hours'] })] }),
    'grant.g1',
  ],
  [
    'not outside of them',
    permitsOf({ grants: [grantOf({ windows: ['reception_hours'] })] }, {}, { at: EVENING }),
    '',
  ],
  [
    'a medical one whatever the window',
    permitsOf({ grants: [grantOf({ medical: true, windows: ['lesson'] })] }, {}, { at: EVENING }),
    'grant.g1',
  ],
  [
    'LOCKED for a member of staff by name',
    permitsOf({ grants: [grantOf({ locked: true })] }),
    'grant.g1!',
  ],
  [
    'LOCKED for no pupil',
    permitsOf({ grants: [grantOf({ locked: true })] }, { role: 'pupil' }),
    'grant.g1',
  ],
  [
    'LOCKED for no device without a name',
    permitsOf({ grants: [grantOf({ locked: true, person: null, device: 'phone' })] }),
    'grant.g1',
  ],
  ['a lesson of the class', permitsOf({ lessons: [lessonOf()], classes: CLASSES }), 'lesson.l1'],
  [
    'a site rule is everybody’s',
    permitsOf({ sites: [overrideOf('block', 'a.example')] }),
    'site.s1',
  ],
]

test.each(ROWS)('%s', (_says, seen, expected) => {
  expect(seen).toBe(expected)
})

test('who has nothing shares one answer, a stranger too', () => {
  const index = new PermissionIndex({ ...NO_PERMISSIONS, grants: [grantOf()] })
  const asked = { zone: zoneOf(), moment: TIME.at(LESSON) }
  for (const device of [null, deviceOf({ personRef: 'p-9' })])
    expect(index.inForce({ ...asked, device }, LESSON)).toBe(NOTHING_IN_FORCE)
})

test('only a grant with a profile lets anybody in', () => {
  const grants = [grantOf({ id: 'sites' }), grantOf({ id: 'profile', profile: 'staff_byod' })]
  const index = new PermissionIndex({ ...NO_PERMISSIONS, grants })
  const asked = { device: deviceOf(), zone: zoneOf(), moment: TIME.at(LESSON) }
  expect(index.inForce(asked, LESSON).admitting.map(({ id }) => id)).toEqual(['profile'])
})

test('a voucher is its person’s, in its zones, while it runs', () => {
  const voucher = {
    id: 'v',
    person: 'p-1',
    device: null,
    zones: ['reception'],
    from: 0,
    to: EVENING,
  }
  const index = new PermissionIndex({ ...NO_PERMISSIONS, vouchers: [voucher] })
  const has = (zone: string, at: number, facts: Partial<DeviceFacts> = {}): boolean =>
    index.inForce({ device: deviceOf(facts), zone: zoneOf({ id: zone }), moment: TIME.at(at) }, at)
      .voucher
  expect(has('reception', LESSON)).toBe(true)
  expect(has('corridor', LESSON)).toBe(false)
  expect(has('reception', EVENING)).toBe(false)
  expect(has('reception', LESSON, { personRef: 'p-2' })).toBe(false)
})

test('a device’s edges are those of its own permissions and of everybody’s', () => {
  const index = new PermissionIndex({
    ...NO_PERMISSIONS,
    grants: [grantOf({ from: 10, to: 40 }), grantOf({ person: 'p-2', from: 20, to: 21 })],
    sites: [{ ...overrideOf('allow', 'a.example'), from: 5, to: 30 }],
  })
  const edges = (device: DeviceFacts | null): number[] =>
    [0, 5, 10, 30, 40].map((at) => index.edgeOf(device, at))
  expect(edges(deviceOf())).toEqual([5, 10, 30, 40, Infinity])
  expect(edges(null)).toEqual([5, 30, 30, Infinity, Infinity])
  expect([0, 10, 20].map((at) => index.nextEdge(at))).toEqual([5, 20, 21])
})
