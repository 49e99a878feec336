import { expect, test } from 'vitest'
import { ViewerPseudonyms, termAt, viewerOf } from '../../../records/journal/viewer-pseudonyms.ts'

const VIEWERS: readonly [role: string, isNamed: boolean][] = [
  ['dsl', true],
  ['deputy_dsl', true],
  ['head', true],
  ['network_manager', false],
  ['slt', false],
  ['it', false],
  ['teacher', false],
  ['governor', false],
  ['a role that there will be', false],
]

test.each(VIEWERS)('%s sees names: %s', (role, isNamed) => {
  expect(viewerOf(role).isNamed).toBe(isNamed)
})

const TERMS: readonly [at: string, name: string, from: string, to: string][] = [
  ['2026-11-24T10:00:00Z', '2026-autumn', '2026-09-01', '2027-01-01'],
  ['2027-01-01T00:00:00Z', '2027-spring', '2027-01-01', '2027-04-01'],
  ['2027-03-31T23:59:59Z', '2027-spring', '2027-01-01', '2027-04-01'],
  ['2027-08-31T12:00:00Z', '2027-summer', '2027-04-01', '2027-09-01'],
]

test.each(TERMS)('%s is in %s', (at, name, from, to) => {
  const term = { name, from: Date.parse(from), to: Date.parse(to) }
  expect(termAt(Date.parse(at))).toEqual(term)
})

test('a person has one pseudonym for a role in a term, and another for each else', () => {
  const pseudonyms = new ViewerPseudonyms(new Uint8Array(32).fill(1))
  const [autumn, spring] = [termAt(Date.UTC(2026, 10)), termAt(Date.UTC(2027, 1))]
  const [it, teacher] = [viewerOf('it'), viewerOf('teacher')]
  const first = pseudonyms.of('P', 'p-7', it, autumn)
  expect(first).toMatch(/^P-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
  expect(pseudonyms.of('P', 'p-7', it, autumn)).toBe(first)
  const others = [
    pseudonyms.of('P', 'p-8', it, autumn),
    pseudonyms.of('P', 'p-7', teacher, autumn),
    pseudonyms.of('P', 'p-7', it, spring),
    pseudonyms.of('D', 'p-7', it, autumn).replace('D', 'P'),
    new ViewerPseudonyms(new Uint8Array(32)).of('P', 'p-7', it, autumn),
  ]
  expect(new Set([first, ...others]).size).toBe(6)
})
