import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  looksLikeProxyHeader,
  readProxyHeader,
} from '../../../../proxy/clients/relays/proxy-header.ts'
import { FUZZ_RUNS } from '../../../support/fuzz-runs.ts'
import { version2 } from '../../../support/proxy-headers.ts'

const line = (text: string) => readProxyHeader(Buffer.from(`${text}\r\nGET`))

test.each([
  ['IPv4', 'PROXY TCP4 10.1.0.7 10.0.0.5 51000 3128', '10.1.0.7'],
  ['IPv6', 'PROXY TCP6 fd77::7 fd77::1 51000 3128', 'fd77::7'],
  ['nobody', 'PROXY UNKNOWN', null],
  ['nobody, with more', 'PROXY UNKNOWN ffff:f...f 65535 65535', null],
])('version 1 names %s', (_name, text, source) => {
  expect(line(text)).toEqual({ kind: 'header', source, octets: text.length + 2 })
})

test.each([
  ['another family', 'PROXY TCP4 fd77::7 10.0.0.5 1 2'],
  ['a port too high', 'PROXY TCP4 10.1.0.7 10.0.0.5 1 70000'],
  ['no ports', 'PROXY TCP4 10.1.0.7 10.0.0.5'],
  ['another protocol', 'PROXY UDP4 10.1.0.7 10.0.0.5 1 2'],
  ['a link', 'PROXY TCP6 fe80::7%eth0 fe80::1 1 2'],
  ['a line without end', `PROXY ${'x'.repeat(120)}`],
  ['a request', 'GET http://a.example/ HTTP/1.1'],
  ['POST, which begins alike', 'POST http://a.example/ HTTP/1.1'],
])('a line with %s is no header', (_name, text) => {
  expect(line(text)).toEqual({ kind: 'malformed' })
})

test('version 2 names IPv4 and IPv6, whatever is added to it', () => {
  expect(readProxyHeader(version2('10.1.0.7'))).toEqual({
    kind: 'header',
    source: '10.1.0.7',
    octets: 28,
  })
  expect(readProxyHeader(version2('fd77::7', { more: 20 }))).toEqual({
    kind: 'header',
    source: 'fd77::7',
    octets: 72,
  })
  expect(readProxyHeader(version2('::ffff:10.1.0.7'))).toMatchObject({ source: '10.1.0.7' })
})

test('a health check, and a family that is none of TCP, names nobody', () => {
  expect(readProxyHeader(version2('10.1.0.7', { command: 0x20 }))).toMatchObject({ source: null })
  expect(readProxyHeader(version2('10.1.0.7', { family: 0x31 }))).toMatchObject({ source: null })
})

test.each([
  ['another version', { command: 0x11 }],
  ['another command', { command: 0x22 }],
  ['fewer octets than its addresses', { family: 0x21 }],
  ['too many octets', { more: 5_000 }],
])('version 2 with %s is refused', (_name, odd) => {
  expect(readProxyHeader(version2('10.1.0.7', odd))).toEqual({ kind: 'malformed' })
})

test('a header in pieces is waited for, at every place', () => {
  const whole = Buffer.from('PROXY TCP4 10.1.0.7 10.0.0.5 51000 3128\r\n')
  for (const header of [whole, version2('10.1.0.7')]) {
    for (let octets = 0; octets < header.length; octets += 1)
      expect(readProxyHeader(header.subarray(0, octets))).toEqual({ kind: 'need-more' })
    expect(readProxyHeader(header).kind).toBe('header')
  }
})

test('what was refused as a request is known for such a header', () => {
  expect(looksLikeProxyHeader(Buffer.from('PROXY TCP4 '))).toBe(true)
  // Its first empty lines were skipped.
  expect(looksLikeProxyHeader(version2('10.1.0.7').subarray(4))).toBe(true)
  expect(looksLikeProxyHeader(Buffer.from('GET / HTTP/1.1'))).toBe(false)
  expect(looksLikeProxyHeader(Buffer.from(''))).toBe(false)
})

test('any octets are a header, half a one or none, and never more than there are', () => {
  const starts = [Buffer.from(''), Buffer.from('PROXY '), version2('10.1.0.7').subarray(0, 14)]
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), (start, rest) => {
      const bytes = Buffer.concat([start, rest])
      const read = readProxyHeader(bytes)
      if (read.kind === 'header') expect(read.octets).toBeLessThanOrEqual(bytes.length)
    }),
    { numRuns: FUZZ_RUNS },
  )
})
