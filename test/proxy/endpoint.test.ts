import { expect, test } from 'vitest'
import { endpoint } from '../../proxy/endpoint.ts'

test.each([
  ['127.0.0.1:5353', { host: '127.0.0.1', port: 5353 }],
  ['[::1]:0', { host: '::1', port: 0 }],
  ['localhost:1813', { host: '127.0.0.1', port: 1813 }],
])('`%s` is an address and a port', (text, read) => {
  expect(endpoint.parse(text)).toEqual(read)
})

test.each(['127.0.0.1', '127.0.0.1:65536', 'gate:53', '::1:53', '256.0.0.1:53', ''])(
  '`%s` is none, and what would be one is said',
  (text) => {
    const { error } = endpoint.safeParse(text)
    expect(error?.issues[0]?.message).toContain('is not an address and port, as in `127.0.0.1:53`')
  },
)
