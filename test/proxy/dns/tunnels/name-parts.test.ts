import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NameParts } from '../../../../proxy/dns/tunnels/name-parts.ts'
import { wireName } from '../../../support/wire-name.ts'

function partsOf(name: string): string | null {
  const parts = new NameParts()
  const bytes = wireName(name)
  if (!parts.read(bytes, 0)) return null
  const own = name.slice(0, parts.domainAt - 1)
  return `${own} | ${name.slice(parts.domainAt)}`
}

test.each([
  ['www.example.org', 'www | example.org'],
  ['a.b.example.org', 'a.b | example.org'],
  ['x.school.co.uk', 'x | school.co.uk'],
  ['x.Trust.NHS.uk', 'x | Trust.NHS.uk'],
  ['x.NHS.UK', null],
  // Three letters below a country's ending are somebody's domain, too.
  ['data.abc.de', 'data | abc.de'],
  ['example.org', null],
  ['school.co.uk', null],
  ['uk', null],
  ['', null],
])('%s is %s', (name, parts) => {
  expect(partsOf(name)).toBe(parts)
})

test('whatever octets are read, the answer lies within the name', () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 63 })
  fc.assert(
    fc.property(fc.array(label, { maxLength: 20 }), (labels) => {
      const bytes = Uint8Array.from([...labels.flatMap((one) => [one.length, ...one]), 0])
      const parts = new NameParts()
      if (!parts.read(bytes, 0)) return
      expect(parts.end).toBe(bytes.length)
      expect(parts.domainAt).toBeGreaterThan(0)
      expect(parts.domainAt).toBeLessThan(parts.end)
    }),
  )
})

test('what is no name is read no further than its octets', () => {
  const parts = new NameParts()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      if (parts.read(bytes, 0)) expect(parts.domainAt).toBeLessThan(parts.end)
    }),
  )
})
