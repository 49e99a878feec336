import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, type Json } from '../../../records/canonical-json.ts'
import { claimedDevice, MAX_REPORT_OCTETS, readReport } from '../../../rules/posture/read-report.ts'
import { reportText } from '../../../rules/posture/report-text.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { postureOf, reportOf } from '../../support/sample-posture.ts'

const SIGNATURE = 'A'.repeat(86)
const bodyOf = (report: object, signature: unknown = SIGNATURE): string =>
  JSON.stringify({ report, signature })

test('a whole report is read, of a personal device and of one of the school', () => {
  for (const ownership of ['personal', 'school'] as const)
    expect(readReport(bodyOf(reportOf()), ownership)).toEqual({
      ok: true,
      signed: { report: reportOf(), signature: SIGNATURE },
    })
})

const APPS = [{ name: 'LibreOffice', version: '7.4' }]

test('V13: a personal device sends no list of applications; one of the school may', () => {
  const body = bodyOf(reportOf({ apps: APPS }))
  expect(readReport(body, 'personal')).toMatchObject({ ok: false, reason: 'forbidden' })
  expect(readReport(body, 'school')).toMatchObject({ ok: true })
})

test.each([
  ...['contacts', 'messages', 'photos', 'files', 'browsing', 'browsing_history', 'visited_urls'],
  ...['location', 'gps', 'pin', 'password', 'installed_software', 'processes', 'search_terms'],
  ...['clipboard', 'screenshots', 'call_log', 'mail', 'page_content'],
])('V13: %s is refused as forbidden on every device, in the report and beside it', (field) => {
  for (const ownership of ['personal', 'school'] as const) {
    const inside = bodyOf({ ...reportOf(), [field]: [] })
    expect(readReport(inside, ownership)).toMatchObject({ ok: false, reason: 'forbidden' })
    const beside = JSON.stringify({ report: reportOf(), signature: SIGNATURE, [field]: [] })
    expect(readReport(beside, ownership)).toMatchObject({ ok: false, reason: 'forbidden' })
  }
})

test.each([
  ['no JSON', '{', ''],
  ['an array', '[]', ''],
  ['no report', JSON.stringify({ signature: SIGNATURE }), 'report'],
  ['a short signature', bodyOf(reportOf(), 'AAAA'), 'signature'],
  ['a field that nobody knows', bodyOf({ ...reportOf(), shoe_size: 42 }), 'shoe_size'],
  ['a misspelt field', bodyOf({ ...reportOf(), vpn_profile: true }), 'vpn_profile'],
  ['yes for true', bodyOf({ ...reportOf(), firewall: 'yes' }), 'report.firewall'],
  ['a negative age', bodyOf({ ...reportOf(), patch_age_days: -1 }), 'report.patch_age_days'],
  ['half a day', bodyOf({ ...reportOf(), patch_age_days: 0.5 }), 'report.patch_age_days'],
  ['another system', bodyOf({ ...reportOf(), os: 'plan9' }), 'report.os'],
  ['a short nonce', bodyOf({ ...reportOf(), nonce: 'abc' }), 'report.nonce'],
  ['a time without a zone', bodyOf({ ...reportOf(), ts: '2026-11-25T09:00:00' }), 'report.ts'],
  ['a control character', bodyOf({ ...reportOf(), os_build: 'a\u0007' }), 'report.os_build'],
  [
    'more of an antivirus',
    bodyOf({ ...reportOf(), av: { ...postureOf().av, log: '' } }),
    'report.av',
  ],
])('%s is malformed, and the place is said', (_says, body, path) => {
  expect(readReport(body, 'school')).toMatchObject({ ok: false, reason: 'malformed', path })
})

test('a missing field is not the same as one that is unknown', () => {
  const rest = Object.fromEntries(
    Object.entries(reportOf()).filter(([name]) => name !== 'firewall'),
  )
  expect(readReport(bodyOf(rest), 'school')).toMatchObject({ path: 'report.firewall' })
  expect(readReport(bodyOf(reportOf({ firewall: null })), 'school')).toMatchObject({ ok: true })
})

test('what is too large is not parsed', () => {
  const body = ' '.repeat(MAX_REPORT_OCTETS + 1)
  expect(readReport(body, 'school')).toMatchObject({ ok: false, reason: 'malformed' })
  expect(claimedDevice(body)).toBeNull()
})

test('any text at all is answered, and what is read has no field but those of the schema', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => bodyOf({ value })),
  )
  const mutated = fc
    .tuple(fc.constantFrom(...Object.keys(reportOf())), fc.jsonValue())
    .map(([field, value]) => bodyOf({ ...reportOf(), [field]: value }))
  const property = fc.property(fc.oneof(texts, mutated), (body) => {
    const read = readReport(body, 'personal')
    claimedDevice(body)
    if (!read.ok) return
    const keys = Object.keys(read.signed.report)
    expect(keys.toSorted()).toEqual(Object.keys(reportOf()).toSorted())
  })
  fc.assert(property, { numRuns: FUZZ_RUNS })
})

test("a report's text is the canonical JSON of the records (RFC 8785)", () => {
  const reports = fc.record({
    os_version: fc.option(fc.string({ unit: 'grapheme' })),
    patch_age_days: fc.option(fc.nat()),
    apps: fc.array(fc.record({ name: fc.string({ unit: 'grapheme' }), version: fc.string() })),
  })
  const property = fc.property(reports, (fields) => {
    const report = reportOf(fields)
    expect(reportText(report)).toBe(canonicalJson(report as unknown as Json))
  })
  fc.assert(property)
})

test('the device that a body claims to be of is found, and nothing else is believed', () => {
  expect(claimedDevice(bodyOf(reportOf()))).toBe('work-laptop')
  expect(claimedDevice('{"report":{"device_id":7}}')).toBeNull()
  expect(claimedDevice('null')).toBeNull()
})
