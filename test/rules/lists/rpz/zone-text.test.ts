import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ZoneText } from '../../../../rules/lists/rpz/zone-text.ts'
import { FUZZ_RUNS } from '../../../support/fuzz-runs.ts'

function readAll(text: string): unknown[] {
  const zone = new ZoneText()
  const read = text.split('\n').map((line) => zone.read(line))
  return [...read, zone.finish()].filter((each) => each !== null)
}

const record = (owner: string, type: string, ...data: string[]) => ({ owner, type, data })

test('owners, origins, times, classes and comments as RFC 1035 has them', () => {
  const text = `$TTL 1h ; an hour
$ORIGIN rpz.example.
@ 3600 IN SOA ns.example. host.example. ( 1 ; serial
  3600 600
  86400 60 )
  IN NS ns
bad.example CNAME .
Worse.Example 1h30m IN CNAME *.
absolute.other. IN 60 CNAME rpz-passthru.
$ORIGIN sub
low TXT "a; b" plain`
  expect(readAll(text)).toEqual([
    record(
      ...(['rpz.example', 'SOA', 'ns.example.', 'host.example.'] as const),
      ...['1', '3600', '600', '86400', '60'],
    ),
    record('rpz.example', 'NS', 'ns.rpz.example.'),
    record('bad.example.rpz.example', 'CNAME', '.'),
    record('worse.example.rpz.example', 'CNAME', '*.'),
    record('absolute.other', 'CNAME', 'rpz-passthru.'),
    record('low.sub.rpz.example', 'TXT', 'a; b', 'plain'),
  ])
})

test.each([
  ['no owner', '  IN NS x', 'no owner, and none before'],
  ['no type', 'a.example 60 IN', 'no record type'],
  ['another file', '$INCLUDE /etc/passwd', '`$INCLUDE` is not followed'],
  ['a parenthesis too many', 'a NS x )', 'a `)` that nothing opened'],
  ['a quotation without end', 'a TXT "x', 'a quotation mark that nothing closes'],
  ['an end within parentheses', 'a TXT ( x', 'the file ends within parentheses'],
])('%s is told in words', (_what, text, problem) => {
  expect(readAll(text)).toEqual([problem])
})

test('parentheses that never close are given up, and the next line is read again', () => {
  const zone = new ZoneText()
  zone.read('a TXT (')
  const said = Array.from({ length: 600 }, () => zone.read('x x')).filter((each) => each !== null)
  expect(said[0]).toBe('a `(` that nothing closes')
})

test('whatever the lines are, each is a record, a sentence or nothing, in linear time', () => {
  const part = fc.constantFrom(
    'a',
    '.',
    '@',
    ' ',
    '\t',
    '(',
    ')',
    '"',
    '\\',
    ';',
    '$ORIGIN ',
    '1h',
    'IN ',
    'CNAME ',
  )
  const line = fc.array(part, { maxLength: 30 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const zone = new ZoneText()
      for (const each of lines) {
        const read = zone.read(each)
        expect(read === null || typeof read === 'string' || read.type !== '').toBe(true)
      }
    }),
    { numRuns: FUZZ_RUNS },
  )
  const began = performance.now()
  new ZoneText().read(`a ${'1'.repeat(8000)}x`)
  new ZoneText().read('"'.repeat(8000))
  expect(performance.now() - began).toBeLessThan(1_000)
})
