import { expect, test } from 'vitest'
import { addressOf, readPlace } from '../../../commands/doh/doh-place.ts'

test.each([
  ['https://dns.school.example', 'https://dns.school.example/dns-query/x'],
  ['https://dns.school.example/', 'https://dns.school.example/dns-query/x'],
  ['https://dns.school.example:8443/dns-query', 'https://dns.school.example:8443/dns-query/x'],
  ['https://[2001:db8::1]:8443', 'https://[2001:db8::1]:8443/dns-query/x'],
])('%s has devices at %s', (server, address) => {
  const place = readPlace(server)
  expect(typeof place === 'string' ? place : addressOf(place, 'x')).toBe(address)
})

test.each([
  '',
  'dns.school.example',
  'http://a',
  'https://u:p@a',
  'https://a/b',
  'https://a?b',
  'https://a#b',
])('`%s` is no place', (server) => {
  expect(readPlace(server)).toEqual(expect.stringMatching(/^--server/))
})
