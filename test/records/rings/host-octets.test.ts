import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  MAX_HOST_OCTETS,
  writeTextHost,
  writeWireHost,
} from '../../../records/rings/host-octets.ts'
import { wireName } from '../../support/wire-name.ts'

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300)

function wireHost(bytes: Uint8Array, offset = 0): string | null {
  const out = new Uint8Array(MAX_HOST_OCTETS + 8)
  const length = writeWireHost(out, 8, bytes, offset)
  return length < 0 ? null : Buffer.from(out.subarray(8, 8 + length)).toString('latin1')
}

function textHost(host: string): string | null {
  const out = new Uint8Array(MAX_HOST_OCTETS)
  const length = writeTextHost(out, 0, host)
  return length < 0 ? null : Buffer.from(out.subarray(0, length)).toString('latin1')
}

const WIRE: readonly [says: string, bytes: Uint8Array, host: string | null][] = [
  ['labels are joined by dots', wireName('www.example.org'), 'www.example.org'],
  ['letters become small', wireName('WwW.ExAmPlE.oRg'), 'www.example.org'],
  ['the root is a dot, not nothing', wireName(''), '.'],
  [
    'a dot inside a label can not pass for one between two',
    Uint8Array.of(3, 97, 46, 98, 0),
    'a\\046b',
  ],
  ['a NUL and a high octet are spelt out', Uint8Array.of(2, 0, 255, 0), '\\000\\255'],
  ['a backslash is spelt out too', Uint8Array.of(1, 92, 0), '\\092'],
  ['a name that runs off its packet is none', Uint8Array.of(3, 97, 98), null],
  ['a name without its root is none', Uint8Array.of(1, 97), null],
  ['a compression pointer is none', Uint8Array.of(0xc0, 12), null],
  ['255 octets are a name', wireName(`${'a.'.repeat(126)}a`), `${'a.'.repeat(126)}a`],
  [
    '256 octets are none',
    Uint8Array.of(...wireName('a.'.repeat(126) + 'a').slice(0, -1), 1, 97, 0),
    null,
  ],
]

test.each(WIRE)('%s', (_says, bytes, host) => {
  expect(wireHost(bytes)).toBe(host)
})

const TEXT: readonly [says: string, text: string, host: string | null][] = [
  ['a host stays', 'www.example.org', 'www.example.org'],
  ['letters become small, the root dot goes', 'WWW.Example.org.', 'www.example.org'],
  ['an IPv6 address stays', '[2001:DB8::1]', '[2001:db8::1]'],
  ['what is no host letter becomes a question mark', 'bücher\n.example', 'b?cher?.example'],
  ['an empty host is none', '', null],
  ['an overlong host is none', 'a'.repeat(256), null],
]

test.each(TEXT)('as text, %s', (_says, text, host) => {
  expect(textHost(text)).toBe(host)
})

test('any bytes at all give a bounded printable name or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(10), (bytes, offset) => {
      const host = wireHost(bytes, offset)
      if (host !== null) expect(host).toMatch(/^[!-~]{1,1020}$/)
    }),
    { numRuns: RUNS },
  )
})

test('a name reads the same from the wire and as text', () => {
  const label = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/)
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 6 }), (labels) => {
      expect(wireHost(wireName(labels.join('.')))).toBe(textHost(labels.join('.')))
    }),
    { numRuns: RUNS },
  )
})
