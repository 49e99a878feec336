import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSignIn } from '../../../../../proxy/clients/sources/sign-ins/parse-sign-in.ts'
import { flatSignIn, SIGN_IN_RULES } from '../../../../support/sign-ins.ts'

const AT = Date.parse('2026-11-25T09:00:00Z')
const read = (line: string) => parseSignIn(line, SIGN_IN_RULES)
const of = (facts: Record<string, unknown>) => read(flatSignIn(facts))

test('the same sign-in is read as each forwarder writes it', () => {
  const data = {
    TargetUserName: 'jo',
    TargetDomainName: 'SCHOOL',
    TargetUserSid: 'S-1-5-21-1-2-3-1105',
    IpAddress: '10.1.0.7',
    LogonType: '3',
  }
  const said = { account: 'SCHOOL\\jo', address: '10.1.0.7', at: AT }
  // Winlogbeat 7 and later ("winlog" fields of its documentation).
  const beat = { event_id: '4624', event_data: data }
  expect(read(JSON.stringify({ '@timestamp': '2026-11-25T09:00:00.000Z', winlog: beat }))).toEqual(
    said,
  )
  // NXLog's to_json() of im_msvistalog: flat, numbers as numbers.
  expect(of({ ...data, LogonType: 3 })).toEqual(said)
  // The event's own XML as JSON, attributes apart or not.
  const system = { EventID: 4624, TimeCreated: { SystemTime: '2026-11-25T09:00:00.0000000Z' } }
  expect(read(JSON.stringify({ Event: { System: system, EventData: data } }))).toEqual(said)
  const attributes = {
    EventID: { '#text': 4624 },
    TimeCreated: { '#attributes': { SystemTime: '2026-11-25T10:00:00+01:00' } },
  }
  expect(read(JSON.stringify({ Event: { System: attributes, EventData: data } }))).toEqual(said)
})

test.each([
  [
    'an account that is an e-mail address',
    { TargetUserName: 'jo@school.example' },
    'jo@school.example',
  ],
  ['a domain whose mail domain is known', { TargetDomainName: 'pupils' }, 'jo@pupils.example'],
  ['a domain by its DNS name', { TargetDomainName: 'SCHOOL.EXAMPLE' }, 'jo@school.example'],
  ['no domain', { TargetDomainName: '-' }, 'jo'],
])('%s', (_name, facts, account) => {
  expect(of(facts)).toMatchObject({ account })
})

test('an IPv4 address in IPv6 is IPv4', () => {
  expect(of({ IpAddress: '::ffff:10.1.0.7' })).toMatchObject({ address: '10.1.0.7' })
  expect(of({ IpAddress: 'FD77::7' })).toMatchObject({ address: 'fd77::7' })
})

test.each([
  ['another event', { EventID: 4634 }],
  ["a machine's account", { TargetUserName: 'PC-7$' }],
  ['ANONYMOUS LOGON', { TargetUserName: 'ANONYMOUS LOGON', TargetUserSid: 'S-1-5-7' }],
  ['SYSTEM, whatever it is called there', { TargetUserName: 'Système', TargetUserSid: 'S-1-5-18' }],
  ['a window manager', { TargetUserName: 'DWM-1', TargetDomainName: 'Window Manager' }],
  ['a virtual account', { TargetUserName: 'x', TargetUserSid: 'S-1-5-80-1-2-3' }],
  ["a service account by the school's own names", { TargetUserName: 'SVC-backup' }],
  ['an account between two stars', { TargetUserName: 'a-scan-b' }],
  ['a service', { LogonType: '5' }],
  ['a batch job', { LogonType: '4' }],
  ['no address', { IpAddress: '-' }],
  ["the machine's own keyboard", { IpAddress: '127.0.0.1' }],
  ['the same over IPv6', { IpAddress: '::1' }],
])('%s is nobody’s presence', (_name, facts) => {
  expect(of(facts)).toBe('ignored')
})

test.each([
  ['half a line', flatSignIn({}).slice(0, 60)],
  ['no JSON', 'Nov 25 09:00:00 dc1 ...'],
  ['another JSON', '[1]'],
  ['no time', flatSignIn({ EventTime: 'today' })],
  ['a time of nowhere', flatSignIn({ EventTime: '2026-11-25 09:00:00' })],
  ['no address that is one', flatSignIn({ IpAddress: '10.1.0' })],
  ['a name without end', flatSignIn({ TargetUserName: 'x'.repeat(2_000) })],
  ['no name', flatSignIn({ TargetUserName: null })],
])('%s is refused', (_name, line) => {
  expect(read(line)).toBe('refused')
})

test('whatever is forwarded is read, ignored or refused, and never throws', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc
          .dictionary(
            fc.constantFrom(
              ...['EventID', 'EventTime', 'LogonType', 'IpAddress', 'TargetUserName'],
            ),
            fc.oneof(fc.string(), fc.integer()),
          )
          .map((facts) => flatSignIn(facts)),
      ),
      (line) => {
        expect(['object', 'string']).toContain(typeof read(line))
      },
    ),
  )
})
