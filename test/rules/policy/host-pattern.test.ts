import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coversHost, parseHostPattern } from '../../../rules/policy/host-pattern.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

const PATTERNS: readonly [says: string, text: string, meant: object | undefined][] = [
  ['a name means all below it', 'BBC.co.uk', { host: 'bbc.co.uk', scope: 'subtree' }],
  ['a star means the same', '*.bbc.co.uk', { host: 'bbc.co.uk', scope: 'subtree' }],
  ['an equals sign means that host', '=bbc.co.uk', { host: 'bbc.co.uk', scope: 'host' }],
  [
    'IDN is written as people do',
    '*.bücher.example',
    { host: 'xn--bcher-kva.example', scope: 'subtree' },
  ],
  ['a star in the middle means nothing', 'www.*.uk', undefined],
  ['a star without a dot means nothing', '*bbc.co.uk', undefined],
  ['both signs mean nothing', '=*.bbc.co.uk', undefined],
  ['everything is no host', '*', undefined],
  ['nor is everything below nothing', '*.', undefined],
  ['an equals sign alone is none', '=', undefined],
  ['a URL is none', 'https://bbc.co.uk/news', undefined],
]

test.each(PATTERNS)('%s', (_says, text, meant) => {
  expect(parseHostPattern(text)).toEqual(meant)
})

test('any text is a pattern or none, and the sign is no part of the host', () => {
  const sign = fc.constantFrom('', '*.', '=')
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.domain())
  fc.assert(
    fc.property(sign, text, (before, rest) => {
      const pattern = parseHostPattern(before + rest)
      expect(pattern?.host ?? '').not.toMatch(/[*=]/)
      if (before === '=' && pattern !== undefined) expect(pattern.scope).toBe('host')
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('a pattern is of its host and, but for one of that host alone, of all names below it', () => {
  const covered = (text: string) => {
    const pattern = parseHostPattern(text)
    if (pattern === undefined) throw new Error(text)
    return ['bbc.co.uk', 'www.bbc.co.uk', 'abbc.co.uk', 'co.uk'].map((host) =>
      coversHost(pattern, host),
    )
  }
  expect(covered('bbc.co.uk')).toEqual([true, true, false, false])
  expect(covered('=bbc.co.uk')).toEqual([true, false, false, false])
})
