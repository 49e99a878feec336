import { expect, test } from 'vitest'
import { registrableDomain } from '../../../rules/names/registrable-domain.ts'

test.each([
  ['tiles.maps.co.uk', 'maps.co.uk'],
  ['maps.co.uk', 'maps.co.uk'],
  ['a.b.example.com', 'example.com'],
  ['me.github.io', 'me.github.io'],
  ['xn--bcher-kva.example.de', 'example.de'],
  ['co.uk', null],
  ['127.10.0.9', null],
  ['localhost', null],
  ['', null],
])('%s is registered as %s', (host, domain) => {
  expect(registrableDomain(host)).toBe(domain)
})
