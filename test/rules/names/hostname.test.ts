import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseHostname } from '../../../rules/names/hostname.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

const LABEL = 'a'.repeat(63)

const NAMES: readonly [says: string, text: string, name: string | undefined][] = [
  ['a plain name is itself', 'www.example.org', 'www.example.org'],
  ['letters become small', 'WWW.Example.ORG', 'www.example.org'],
  ['the root dot goes', 'example.org.', 'example.org'],
  ['a single label is a name', 'localhost', 'localhost'],
  ['service names have underscores', '_dmarc.example.org', '_dmarc.example.org'],
  ['IDN becomes A-labels', 'Bücher.example', 'xn--bcher-kva.example'],
  ['IDN with the ideographic full stop too', '例え。テスト', 'xn--r8jz45g.xn--zckzah'],
  ['63 octets are a label', `${LABEL}.example`, `${LABEL}.example`],
  ['64 octets are none', `a${LABEL}.example`, undefined],
  [
    '253 octets are a name',
    `${`${LABEL}.`.repeat(3)}${'b'.repeat(61)}`,
    `${`${LABEL}.`.repeat(3)}${'b'.repeat(61)}`,
  ],
  ['254 octets are none', `${`${LABEL}.`.repeat(3)}${'b'.repeat(62)}`, undefined],
  ['nothing is no name', '', undefined],
  ['the root alone is no host', '.', undefined],
  ['an empty label is none', 'bbc..uk', undefined],
  ['two root dots are one too many', 'example.org..', undefined],
  ['a label does not begin with a hyphen', '-a.example', undefined],
  ['nor end with one', 'a-.example', undefined],
  ['a wildcard is no host', '*.example.org', undefined],
  ['an address with a port is no host', 'example.org:80', undefined],
  ['a URL is no host', 'http://example.org/', undefined],
  ['a blank is in no host', 'exa mple.org', undefined],
  ['an IDN with a path is no host', 'bücher.example/x', undefined],
  ['an IDN with a user is no host', 'a@bücher.example', undefined],
  ['an IDN with a NUL is no host', 'bücher\0.example', undefined],
]

test.each(NAMES)('%s', (_says, text, name) => {
  expect(parseHostname(text)).toBe(name)
})

test('whatever the text, the name is canonical and parses to itself', () => {
  let names = 0
  const label = fc.oneof(fc.string({ maxLength: 12, unit: 'grapheme' }), fc.domain())
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(label, { maxLength: 5 }).map((labels) => labels.join('.')),
  )
  fc.assert(
    fc.property(text, (any) => {
      const name = parseHostname(any)
      if (name === undefined) return
      names += 1
      expect(name).toMatch(/^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/)
      expect(name.length).toBeLessThanOrEqual(253)
      expect(parseHostname(name)).toBe(name)
      expect(parseHostname(`${name.toUpperCase()}.`)).toBe(name)
    }),
    { numRuns: FUZZ_RUNS },
  )
  expect(names, 'texts that were names').toBeGreaterThan(FUZZ_RUNS / 20)
})
