import { expect, test } from 'vitest'
import { parseHostname } from '../../../rules/names/hostname.ts'
import { GOOGLE_SUFFIXES, YANDEX_SUFFIXES } from '../../../rules/safe-modes/country-domains.ts'

test.each([
  ['Google', GOOGLE_SUFFIXES, 194],
  ['Yandex', YANDEX_SUFFIXES, 24],
])('the country domains of %s are names, each once', (_name, suffixes, count) => {
  expect(new Set(suffixes).size).toBe(count)
  expect(suffixes).toHaveLength(count)
  expect(suffixes.filter((suffix) => parseHostname(suffix) !== suffix)).toEqual([])
})
