import { expect, test } from 'vitest'
import { hostsNamed, serviceIn } from '../../../rules/services/hosts-named.ts'

test('a host pattern means itself', () => {
  expect(hostsNamed('=a.example')).toEqual([{ host: 'a.example', scope: 'host' }])
  expect(serviceIn('a.example')).toBeUndefined()
})

test('a service means each of its hosts, marked with its id', () => {
  expect(hostsNamed('service:whatsapp')).toContainEqual({
    host: 'whatsapp.net',
    scope: 'subtree',
    service: 'whatsapp',
  })
  expect(serviceIn('service: whatsapp')).toBe('whatsapp')
})

test.each(['service:watsapp', 'service:', 'a..example', '', 'service:constructor'])(
  '`%s` means nothing',
  (text) => {
    expect(hostsNamed(text)).toBeUndefined()
  },
)
