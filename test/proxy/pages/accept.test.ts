import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseFormat, namesHtml } from '../../../proxy/pages/accept.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

test.each([
  ['no field', '', 'html'],
  ['curl', '*/*', 'html'],
  ['Chrome', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', 'html'],
  ['axios', 'application/json, text/plain, */*', 'json'],
  ['a JSON client', 'application/json', 'json'],
  ['problem details', 'application/problem+json', 'json'],
  ['any application type', 'application/*', 'json'],
  ['plain text', 'text/plain', 'text'],
  ['any text', 'text/*', 'html'],
  ['HTML less than JSON', 'text/html;q=0.5, application/json;q=0.9', 'json'],
  ['HTML refused by name', 'text/html;q=0, */*', 'json'],
  ['a wildcard below a name', '*/*;q=0.1, text/plain;q=0.2', 'text'],
  ['a picture', 'image/avif,image/webp', 'text'],
  ['everything refused', '*/*;q=0', 'text'],
  ['upper case and parameters', 'TEXT/HTML;level=1;Q=1.0', 'html'],
  ['a weight that is none', 'text/html;q=high, text/plain;q=0.1', 'text'],
  ['a weight above 1', 'text/html;q=2, text/plain;q=0.1', 'text'],
])('%s gets %j as %s', (_name, accept, format) => {
  expect(chooseFormat(accept)).toBe(format)
})

test.each([
  ['text/html', true],
  ['application/json, TEXT/HTML ;q=0.1', true],
  ['*/*', false],
  ['text/html;q=0', false],
  ['', false],
])('%j names HTML: %s', (accept, names) => {
  expect(namesHtml(accept)).toBe(names)
})

test('any field is answered with one of the three', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (accept) => {
      expect(['html', 'json', 'text']).toContain(chooseFormat(accept))
    }),
    { numRuns: FUZZ_RUNS },
  )
})
