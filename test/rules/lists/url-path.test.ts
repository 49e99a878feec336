import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normaliseUrlPath } from '../../../rules/lists/url-path.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

describe('one path, however it is spelt', () => {
  test.each([
    ['as it stands', '/sealed/', '/sealed'],
    ['without its slash', '/sealed', '/sealed'],
    ['an escaped letter', '/%73ealed/', '/sealed'],
    ['two slashes', '//sealed//', '/sealed'],
    ['a step back', '/x/../sealed/', '/sealed'],
    ['an escaped step back', '/x/%2e%2E/sealed', '/sealed'],
    ['a step that stays', '/./sealed/.', '/sealed'],
    ['more steps back than there are', '/../../sealed', '/sealed'],
    ['an escaped slash', '/sealed%2Fa', '/sealed/a'],
    ['backslashes', '\\sealed\\a', '/sealed/a'],
    ['a fragment', '/sealed#top', '/sealed'],
    ['the root', '/', ''],
    ['nothing', '', ''],
    ['a step back from the root', '/..', ''],
    ['a query', '/a/?x=%31&y=%26', '/a?x=1&y=%26'],
    ['an empty query', '/a?', '/a'],
    ['dots and slashes in a query stay', '/a?u=//x/../y', '/a?u=//x/../y'],
    ['letters that are not ASCII', '/é', '/%C3%A9'],
    ['the same, escaped', '/%c3%a9', '/%C3%A9'],
    ['half a surrogate pair', '/\ud800', '/%EF%BF%BD'],
    ['a percent sign alone', '/100%', '/100%25'],
    ['an escape made of escapes stays what a server sees', '/%%36%31', '/%2561'],
    ['an escaped percent sign stays', '/%2561', '/%2561'],
  ])('%s', (_why, path, expected) => {
    expect(normaliseUrlPath(path)).toBe(expected)
  })
})

const rough = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom('/', '.', '..', '%2e', '%2F', '%', '3', 'a', '?', '#', '\\', ';', '%zz', 'é'),
    )
    .map((parts) => `/${parts.join('')}`),
)

test('normalising twice is normalising once, and the result is ASCII', () => {
  fc.assert(
    fc.property(rough, (path) => {
      const once = normaliseUrlPath(path)
      expect(normaliseUrlPath(once)).toBe(once)
      expect(once).toMatch(/^[\x21-\x7e]*$/)
    }),
    { numRuns: FUZZ_RUNS },
  )
})
