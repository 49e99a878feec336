import { expect, test } from 'vitest'
import { isRequestTarget, requestTarget } from '../../../rules/names/request-target.ts'

const TARGETS: readonly [text: string, host: string, path: string][] = [
  ['www.Example.org', 'www.example.org', '/'],
  ['example.org/a?b=1', 'example.org', '/a?b=1'],
  ['https://example.org:8443/a', 'example.org', '/a'],
  ['http://[2001:db8::1]/', '[2001:db8::1]', '/'],
  ['not a name', 'not a name', '/'],
]

test.each(TARGETS)('%s', (text, host, path) => {
  expect(requestTarget(text)).toEqual({ host, path })
})

test('what has no host is no target', () => {
  expect(['example.org', 'https://a/', 'not a name', '', 'http://'].map(isRequestTarget)).toEqual([
    ...[true, true, false, false, false],
  ])
})
