import { describe, expect, test } from 'vitest'
import { readAddressWords } from '../../../proxy/clients/address-words.ts'
import {
  bindingMemory,
  BindingReader,
  BindingWriter,
} from '../../../proxy/clients/binding-table.ts'
import { keyOf } from '../../../proxy/clients/word-key.ts'
import { PostureFacts } from '../../../proxy/clients/posture-facts.ts'
import { SubjectTable, type SubjectTableParts } from '../../../proxy/clients/subject-table.ts'
import { tokenSource } from '../../../proxy/clients/token-source.ts'
import { readExampleDevices, readExamplePolicy } from '../../examples/example-engine.ts'
import { collectPolicyNames, buildPolicyNames } from '../../../rules/content/policy-names.ts'
import { Engine } from '../../../rules/engine.ts'
import { ImageBuilder } from '../../../rules/lists/image-builder.ts'
import { ListImage } from '../../../rules/lists/list-image.ts'
import { NO_PERMISSIONS, type Grant } from '../../../rules/permissions/permissions.ts'
import type { Policy } from '../../../rules/policy/policy.ts'
import { expectAllocatesAtMost } from '../../support/allocations.ts'
import { deviceOf } from '../../support/sample-facts.ts'

const POLICY = readExamplePolicy()
const DEVICES = [...readExampleDevices().values()]
const SEED = [1, 2] as const

/** The example school without its lists: who, where and when do not depend on them. */
function engineOf(policy: Policy, permissions = NO_PERMISSIONS): Engine {
  const names = collectPolicyNames(policy, permissions)
  const lists = opened(new ImageBuilder({ seed: SEED, builtAt: '' }).finish())
  const policyImage = opened(buildPolicyNames(names, SEED))
  return new Engine({ revision: 1, policy, permissions, lists, names, policyImage })
}

function opened(buffer: unknown): ListImage {
  const image = buffer instanceof SharedArrayBuffer ? ListImage.open(buffer) : buffer
  if (!(image instanceof ListImage)) throw new Error('no image')
  return image
}

function tableOf(more: Partial<SubjectTableParts> = {}): SubjectTable {
  const policy = more.policy ?? POLICY
  const indices = { next: 0 }
  return new SubjectTable({
    engine: engineOf(policy),
    policy,
    devices: DEVICES,
    stranger: null,
    indices,
    postures: new PostureFacts(),
    ...more,
  })
}

const ms = (text: string): number => Date.parse(text)
const iso = (at: number): string => (Number.isFinite(at) ? new Date(at).toISOString() : 'for ever')
const TEN = ms('2026-11-24T10:00:00Z')
/** staff-phone, octet 7, in a classroom. */
const PHONE = '127.10.10.7'
/** pupil-y9-laptop, octet 21, in a classroom. */
const LAPTOP = '127.10.10.21'

test('a staff phone in a classroom at 10:00 is refused until 15:30 exactly', () => {
  const subject = tableOf().at(PHONE, TEN)
  expect(subject).toMatchObject({
    address: PHONE,
    deviceId: 'staff-phone',
    personRef: 'p-0001',
    role: 'staff',
    zone: 'classroom',
    // Staff belong to no phase: a lesson or break of any counts.
    windows: ['lesson', 'reception_hours', 'staff_day'],
    shortestWindow: 'lesson',
    stance: { profile: null, reasonCode: 'reception_hours', window: 'reception_hours' },
  })
  expect(iso(subject.validUntil)).toBe('2026-11-24T15:30:00.000Z')
})

describe('V10: the same address as the bells ring', () => {
  const BELLS: readonly [
    at: string,
    profile: string | null,
    reason: string | null,
    until: string,
  ][] = [
    ['08:44:59.999', null, 'out_of_hours', '08:45:00'],
    ['08:45:00', 'secondary_lesson', null, '10:55:00'],
    ['08:55:00', 'secondary_lesson', null, '10:55:00'],
    ['10:54:59.999', 'secondary_lesson', null, '10:55:00'],
    ['10:55:00', 'secondary_social', null, '11:15:00'],
    ['11:15:00', 'secondary_lesson', null, '13:15:00'],
    ['15:15:00', 'secondary_social', null, '17:30:00'],
  ]
  const table = tableOf()
  // Other stances come between two bells when others ask; each must stay right beside them.
  test.each(BELLS)('at %s', (at, profile, reason, until) => {
    const subject = table.at(LAPTOP, ms(`2026-11-24T${at}Z`))
    const { stance, validUntil } = subject
    expect([stance.profile, stance.reasonCode]).toEqual([profile, reason])
    expect(iso(validUntil)).toBe(`2026-11-24T${until}.000Z`)
    expect(table.at(PHONE, ms(`2026-11-24T${at}Z`)).role).toBe('staff')
  })
})

/** Two windows hold from 15:15 to 15:30: `reception_hours` and, in it and beyond it, `extended_school`. */
describe('V10: where windows overlap the first rule decides, until its own window ends', () => {
  const OVERLAP: readonly [at: string, answer: string, until: string][] = [
    ['15:14:59.999', 'reception_hours', '15:30:00'],
    ['15:15:00', 'reception_hours', '15:30:00'],
    ['15:29:59.999', 'reception_hours', '15:30:00'],
    ['15:30:00', 'children_present', '17:30:00'],
    ['17:29:59.999', 'children_present', '17:30:00'],
    // `staff_day` went on behind both, and is what is left.
    ['17:30:00', 'staff_byod', '18:00:00'],
    ['18:00:00', 'default', '07:30:00'],
  ]
  test.each(OVERLAP)('at %s', (at, answer, until) => {
    const { stance, validUntil } = tableOf().at(PHONE, ms(`2026-11-24T${at}Z`))
    expect(stance.profile ?? stance.reasonCode).toBe(answer)
    expect(iso(validUntil).slice(11, 19)).toBe(until)
  })
})

test('it stays one subject, with one number, and others get the next', () => {
  const table = tableOf({ indices: { next: 41 } })
  const subject = table.at(PHONE, TEN)
  expect(table.at(PHONE, ms('2026-11-24T15:30:00Z'))).toBe(subject)
  expect([subject.index, table.at(LAPTOP, TEN).index]).toEqual([41, 42])
})

test('the names of the windows change at edges where the stance does not', () => {
  const table = tableOf()
  table.at(LAPTOP, ms('2026-11-24T08:50:00Z'))
  const subject = table.at(LAPTOP, ms('2026-11-24T08:55:00Z'))
  expect(subject.windows).toEqual(['lesson', 'reception_hours', 'staff_day'])
  expect(subject.shortestWindow).toBe('lesson')
})

test('a clock that was set back is believed', () => {
  const table = tableOf()
  expect(table.at(PHONE, ms('2026-11-24T16:00:00Z')).stance.reasonCode).toBe('children_present')
  const back = table.at(PHONE, TEN)
  expect(back.stance.reasonCode).toBe('reception_hours')
  expect(iso(back.validUntil)).toBe('2026-11-24T15:30:00.000Z')
  // The same stance a day later ends a day later; back here it must not keep that end.
  expect(iso(table.at(PHONE, ms('2026-11-25T10:00:00Z')).validUntil)).toBe(
    '2026-11-25T15:30:00.000Z',
  )
  expect(iso(table.at(PHONE, TEN + 1).validUntil)).toBe('2026-11-24T15:30:00.000Z')
})

test('an exam weeks ahead ends a stance that never changes before it', () => {
  const access = POLICY.access.filter(({ id }) => id === 'staff-school-device')
  const profiles = POLICY.profiles.map((profile) => ({ ...profile, timedOutside: null }))
  const table = tableOf({ policy: { ...POLICY, access, profiles } })
  const seen: string[] = []
  for (let at = TEN; at < ms('2027-01-12T12:00:00Z'); at += 3_600_000) {
    // staff-work, octet 10, in the exam hall.
    const { validUntil, stance } = table.at('127.10.14.10', at)
    const is = `${stance.profile ?? ''} until ${iso(validUntil)}`
    if (seen.at(-1) !== is) seen.push(is)
  }
  expect(seen).toEqual([
    'staff_work until for ever',
    'staff_work until 2027-01-12T09:00:00.000Z',
    'exam_allow_list until 2027-01-12T12:00:00.000Z',
  ])
})

test('after the last term of the calendar a stance holds for ever', () => {
  expect(tableOf().at(LAPTOP, ms('2028-09-01T10:00:00Z')).validUntil).toBe(Infinity)
})

describe('strangers', () => {
  test('an address that no device has goes to the portal', () => {
    expect(tableOf().at('192.0.2.1', TEN)).toMatchObject({
      deviceId: null,
      role: 'unidentified',
      zone: 'unknown',
      device: null,
      stance: { profile: 'portal', reasonCode: 'unregistered' },
    })
  })

  test('where the configuration says who they are, they are nobody in particular all the same', () => {
    const stranger = deviceOf({ id: 'default', ownership: 'school', carriesCa: true })
    expect(tableOf({ stranger }).at('192.0.2.1', TEN)).toMatchObject({
      deviceId: null,
      role: 'staff',
      carriesCa: true,
      stance: { profile: 'staff_work' },
    })
  })

  test('each keeps the zone of its address', () => {
    const table = tableOf()
    expect(['127.10.20.99', '127.10.30.99'].map((ip) => table.at(ip, TEN).zone)).toEqual([
      'staffroom',
      'reception',
    ])
  })

  test('a flood of forged addresses costs neither time nor memory without end', () => {
    const table = tableOf()
    const first = table.at(PHONE, TEN)
    for (let n = 0; n < 65_535; n += 1) table.at(`10.0.${n >> 8}.${n & 255}`, TEN)
    expect(table.at(PHONE, TEN)).toBe(first)
    // One more than the table holds: it forgets them all, and knows each again as it comes.
    table.at('192.0.2.1', TEN)
    const again = table.at(PHONE, TEN)
    expect(again).not.toBe(first)
    expect(again.stance).toBe(first.stance)
    expect(again.index).toBeGreaterThan(65_535)
  })
})

test('an address that is known costs nothing', () => {
  const table = tableOf()
  table.at(PHONE, TEN)
  expectAllocatesAtMost(1, 20_000, () => {
    table.at(PHONE, TEN + 1)
  })
})

describe('a question of explain', () => {
  const table = tableOf()
  const ASKED: readonly [
    says: string,
    asked: Parameters<SubjectTable['ask']>[0],
    is: string | null,
  ][] = [
    ['a device alone is in the unknown zone', { device: 'staff-phone' }, 'staff-phone unknown'],
    ['a device in a zone', { device: 'staff-phone', zone: 'staffroom' }, 'staff-phone staffroom'],
    [
      'a device at an address',
      { device: 'staff-phone', address: '127.10.20.8' },
      'staff-phone staffroom',
    ],
    ['an address alone', { address: '::ffff:127.10.20.8' }, 'staff-laptop staffroom'],
    [
      'an address in another zone',
      { address: '127.10.20.8', zone: 'library' },
      'staff-laptop library',
    ],
    ['an address that nobody has', { address: '127.10.20.99' }, 'nobody staffroom'],
    ['a device that nobody registered', { device: 'staff-fone', address: '127.10.20.8' }, null],
  ]

  test.each(ASKED)('%s', (_says, asked, is) => {
    const subject = table.ask(asked, TEN)
    expect(subject === null ? null : `${subject.deviceId ?? 'nobody'} ${subject.zone}`).toBe(is)
    // The stance alone is the same one, for a probe that needs no more.
    expect(table.stanceOf(asked, TEN)).toBe(subject?.stance ?? null)
  })

  test('it knows the zones and the next edge', () => {
    expect([table.hasZone('staffroom'), table.hasZone('stafroom')]).toEqual([true, false])
    expect(iso(table.nextEdge(TEN))).toBe('2026-11-24T10:30:00.000Z')
  })
})

describe('a permission', () => {
  const grant: Grant = {
    id: 'g1',
    medical: false,
    person: 'p-0001',
    device: null,
    class: null,
    zones: ['classroom'],
    windows: [],
    profile: 'staff_byod',
    hosts: [],
    categories: [],
    locked: false,
    from: ms('2026-11-24T10:20:00Z'),
    to: ms('2026-11-24T10:40:00Z'),
  }
  const permissions = { ...NO_PERMISSIONS, grants: [grant] }
  const permitted = (): SubjectTable => tableOf({ engine: engineOf(POLICY, permissions) })

  test('holds from its first to its last instant, and what it interrupts ends there', () => {
    const table = permitted()
    const rows = ['10:00:00.000', '10:19:59.999', '10:20:00.000', '10:39:59.999', '10:40:00.000']
    const seen = rows.map((time) => {
      const { stance, validUntil } = table.at(PHONE, ms(`2026-11-24T${time}Z`))
      return `${stance.ruleId} ${iso(validUntil)}`
    })
    expect(seen).toEqual([
      'staff-reception-hours 2026-11-24T10:20:00.000Z',
      'staff-reception-hours 2026-11-24T10:20:00.000Z',
      'grant.g1 2026-11-24T10:40:00.000Z',
      'grant.g1 2026-11-24T10:40:00.000Z',
      'staff-reception-hours 2026-11-24T15:30:00.000Z',
    ])
  })

  test('is of its person in its zone, and of nobody else', () => {
    const table = permitted()
    const at = ms('2026-11-24T10:30:00Z')
    expect(table.at('127.10.12.7', at).stance.ruleId).toBe('staff-reception-hours')
    expect(table.at('127.10.10.14', at).stance.ruleId).toBe('access.grant.dependant_illness')
  })

  test('its edges are edges of the thread’s timer', () => {
    expect(iso(permitted().nextEdge(TEN))).toBe('2026-11-24T10:20:00.000Z')
    expect(iso(permitted().nextEdge(grant.from))).toBe('2026-11-24T10:30:00.000Z')
    expect(iso(permitted().nextEdge(ms('2026-11-24T10:30:00Z')))).toBe('2026-11-24T10:40:00.000Z')
  })

  test('once looked at costs nothing per request', () => {
    const table = permitted()
    const at = ms('2026-11-24T10:30:00Z')
    table.at(PHONE, at)
    expectAllocatesAtMost(1, 20_000, () => {
      table.at(PHONE, at + 1)
    })
  })
})

describe('a self-test address', () => {
  const LAB = '127.255.1.1'
  const phone = DEVICES.find(({ id }) => id === 'staff-phone') ?? null

  test('is whom it stands for, judged like any such device, and the gate itself for records', () => {
    const table = tableOf()
    expect(table.at(LAB, TEN).stance.profile).toBe('portal')
    table.standIn([{ address: LAB, device: phone, zone: 'classroom' }])
    const subject = table.at(LAB, TEN)
    expect(subject.stance).toBe(table.at(PHONE, TEN).stance)
    expect(subject).toMatchObject({
      role: 'self_test',
      deviceId: null,
      personRef: null,
      zone: 'classroom',
    })
    expect(table.at(LAB, ms('2026-11-24T20:00:00Z')).stance.reasonCode).toBe('default')
  })

  test('is nobody again when the run has ended', () => {
    const table = tableOf()
    table.standIn([{ address: LAB, device: phone, zone: 'staffroom' }])
    table.at(LAB, TEN)
    table.standIn([])
    expect(table.at(LAB, TEN)).toMatchObject({ role: 'unidentified', device: null })
  })

  test('never is a device’s: other addresses are passed over', () => {
    const table = tableOf()
    table.standIn([{ address: PHONE, device: null, zone: 'staffroom' }])
    expect(table.at(PHONE, TEN)).toMatchObject({ deviceId: 'staff-phone', zone: 'classroom' })
  })
})

describe('what sources tell of an address', () => {
  const lasting = 1_900_000_000_000
  const words = (text: string): Int32Array => {
    const into = new Int32Array(4)
    readAddressWords(text, into)
    return into
  }
  const nothing = {
    isProven: false,
    device: 0,
    person: 0,
    zone: 0,
    heldZone: 0,
    settlesAt: 0,
    expires: lasting,
  }

  function bound() {
    const memory = bindingMemory(256, [5, 6])
    const writer = new BindingWriter(memory)
    return { writer, table: tableOf({ bindings: new BindingReader(memory) }) }
  }

  /** In no network whose last octet tells. */
  const LEASED = '10.8.0.3'

  test('a binding is in force at the next request, and over when it is given up or has run out', () => {
    const { writer, table } = bound()
    expect(table.at(LEASED, TEN)).toMatchObject({ deviceId: null, role: 'unidentified' })
    const row = { ...nothing, device: keyOf('staff-laptop'), expires: TEN + 60_000 }
    writer.set(words(LEASED), row)
    expect(table.at(LEASED, TEN)).toMatchObject({ deviceId: 'staff-laptop', personRef: 'p-0001' })
    expect(table.at(LEASED, TEN + 59_000).deviceId).toBe('staff-laptop')
    expect(table.at(LEASED, TEN + 60_000).deviceId).toBeNull()
    writer.expire(words(LEASED), TEN + 120_000)
    writer.set(words(LEASED), { ...row, expires: lasting })
    expect(table.at(LEASED, TEN + 61_000).deviceId).toBe('staff-laptop')
    writer.delete(words(LEASED))
    expect(table.at(LEASED, TEN + 61_000).deviceId).toBeNull()
  })

  test('a binding that lives on is the same subject, also when another address changes', () => {
    const { writer, table } = bound()
    writer.set(words(LEASED), { ...nothing, device: keyOf('staff-laptop'), expires: TEN + 9_000 })
    const subject = table.at(LEASED, TEN)
    writer.expire(words(LEASED), lasting)
    writer.set(words('10.8.0.4'), { ...nothing, device: keyOf('staff-phone') })
    expect(table.at(LEASED, TEN + 10_000)).toBe(subject)
  })

  test('what the register says of an address goes before hardware, and a proof before that', () => {
    const { writer, table } = bound()
    writer.set(words(PHONE), { ...nothing, device: keyOf('pupil-y9-laptop') })
    expect(table.at(PHONE, TEN).deviceId).toBe('staff-phone')
    writer.set(words(PHONE), { ...nothing, device: keyOf('pupil-y9-laptop'), isProven: true })
    expect(table.at(PHONE, TEN).deviceId).toBe('pupil-y9-laptop')
  })

  test('a device that the register does not have is nobody', () => {
    const { writer, table } = bound()
    writer.set(words(LEASED), { ...nothing, device: keyOf('gone'), isProven: true })
    expect(table.at(LEASED, TEN)).toMatchObject({ deviceId: null })
  })

  test('V11: another zone denies only when it has settled; the old one counts meanwhile', () => {
    const { writer, table } = bound()
    const row = { ...nothing, device: keyOf('staff-phone'), isProven: true }
    const settlesAt = TEN + 90_000
    writer.set(words(LEASED), { ...row, zone: keyOf('staffroom') })
    const { profile } = table.at(LEASED, TEN).stance
    expect(profile).not.toBeNull()
    const hall = { zone: keyOf('exam_hall'), heldZone: keyOf('staffroom'), settlesAt }
    writer.set(words(LEASED), { ...row, ...hall })
    const subject = table.at(LEASED, TEN + 1_000)
    expect(subject).toMatchObject({ zone: 'exam_hall', validUntil: settlesAt })
    expect(subject.stance.profile).toBe(profile)
    expect(table.at(LEASED, settlesAt - 1).stance.profile).toBe(profile)
    expect(table.at(LEASED, settlesAt).stance.profile).toBeNull()
  })

  test('a zone that opens more counts at once', () => {
    const { writer, table } = bound()
    const row = { ...nothing, device: keyOf('staff-phone'), isProven: true }
    const home = { zone: keyOf('staffroom'), heldZone: keyOf('classroom') }
    writer.set(words(LEASED), { ...row, ...home, settlesAt: TEN + 90_000 })
    expect(table.at(LEASED, TEN).stance.profile).not.toBeNull()
  })

  test('a known address costs no allocation while bindings of others change', () => {
    const { writer, table } = bound()
    writer.set(words(LEASED), { ...nothing, device: keyOf('staff-laptop') })
    table.at(LEASED, TEN)
    expectAllocatesAtMost(1, 100_000, () => {
      table.at(LEASED, TEN)
    })
  })
})

describe('what a device reports', () => {
  const postures = () =>
    new PostureFacts([{ device: 'pupil-y9-laptop', posture: 'ok', wake: null }])

  test('V13: a check that fails holds the device back at its next request, and mending lets it go', () => {
    const kept = postures()
    const table = tableOf({ postures: kept })
    expect(table.at(LAPTOP, TEN).stance.profile).toBe('secondary_lesson')
    kept.change({ device: 'pupil-y9-laptop', posture: 'failed:disk_encryption', wake: null })
    table.postureChanged(new Set(['pupil-y9-laptop']))
    expect(table.at(LAPTOP, TEN).stance).toMatchObject({
      profile: 'quarantine',
      reasonCode: 'posture:disk_encryption',
    })
    kept.change({ device: 'pupil-y9-laptop', posture: 'ok', wake: null })
    table.postureChanged(new Set(['pupil-y9-laptop']))
    expect(table.at(LAPTOP, TEN).stance.profile).toBe('secondary_lesson')
  })

  test('a device that woke keeps its profile for two minutes, and its answers last no longer', () => {
    const wake = { posture: 'ok', forMs: 120_000 }
    const kept = new PostureFacts([{ device: 'pupil-y9-laptop', posture: 'stale', wake }])
    const table = tableOf({ postures: kept })
    const subject = table.at(LAPTOP, TEN)
    expect(subject.stance.profile).toBe('secondary_lesson')
    expect(subject.validUntil).toBe(TEN + 120_000)
    expect(table.nextEdge(TEN)).toBe(TEN + 120_000)
    expect(table.at(LAPTOP, TEN + 120_000).stance).toMatchObject({
      profile: 'quarantine',
      reasonCode: 'posture_stale',
    })
  })

  test('a stranger has no posture of his own', () => {
    const kept = new PostureFacts([{ device: 'default', posture: 'stale', wake: null }])
    const stranger = {
      ...deviceOf(),
      id: 'default',
      role: 'staff' as const,
      ownership: 'school' as const,
    }
    const table = tableOf({ postures: kept, stranger })
    expect(table.at('192.0.2.9', TEN).stance.reasonCode).toBeNull()
  })
})

describe('a device that names itself by its token', () => {
  const sourceOf = (device: string, address: string): string => tokenSource(address, keyOf(device))
  const HOME = '203.0.113.7'

  test('is off site at home, and has what its school lets it there by its windows', () => {
    const table = tableOf()
    const source = sourceOf('pupil-y9-laptop', HOME)
    const at = (text: string) => {
      const { zone, deviceId, stance, validUntil } = table.at(source, ms(text))
      return [zone, deviceId, stance.profile ?? stance.reasonCode, iso(validUntil)]
    }
    const laptop = ['off_site', 'pupil-y9-laptop']
    expect(at('2026-11-24T16:00:00Z')).toEqual([
      ...[...laptop, 'secondary_lesson', '2026-11-24T20:00:00.000Z'],
    ])
    expect(at('2026-11-24T20:00:00Z')).toEqual([
      ...[...laptop, 'out_of_hours', '2026-11-25T08:45:00.000Z'],
    ])
    // A Saturday, and Christmas Day.
    expect(at('2026-11-28T07:59:59Z').slice(2)).toEqual([
      'out_of_hours',
      '2026-11-28T08:00:00.000Z',
    ])
    expect(at('2026-11-28T08:00:00Z').slice(2)).toEqual([
      ...['secondary_social', '2026-11-28T20:00:00.000Z'],
    ])
    expect(at('2026-12-25T12:00:00Z')[2]).toBe('secondary_social')
  })

  test('is where it is inside the school, whoever the address would be', () => {
    const subject = tableOf().at(sourceOf('staff-work', LAPTOP), TEN)
    expect(subject).toMatchObject({ deviceId: 'staff-work', zone: 'classroom', address: LAPTOP })
  })

  test('is denied when it is lost, at home as well', () => {
    const { stance } = tableOf().at(sourceOf('staff-lost', HOME), TEN)
    expect([stance.profile, stance.reasonCode]).toEqual([null, 'lost'])
  })

  test('is nobody when it has left the register, and not who strangers are taken for', () => {
    const table = tableOf({ stranger: deviceOf({ id: 'default', ownership: 'school' }) })
    const { deviceId, role, stance } = table.at(sourceOf('gone', HOME), TEN)
    expect([deviceId, role, stance.reasonCode]).toEqual([null, 'unidentified', 'unregistered'])
    expect(table.at(HOME, TEN).role).toBe('staff')
  })

  test('is met once: from then on it costs a look', () => {
    const table = tableOf()
    const source = sourceOf('pupil-y9-laptop', HOME)
    expect(table.at(source, TEN)).toBe(table.at(source, TEN + 1))
  })
})
