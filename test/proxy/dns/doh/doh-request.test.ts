import { expect, test } from 'vitest'
import { MAX_QUERY_LETTERS } from '../../../../proxy/dns/doh/doh-limits.ts'
import { readDohRequest, type RequestHead } from '../../../../proxy/dns/doh/doh-request.ts'
import { queryFor } from '../../../support/dns-packets.ts'

const QUERY = queryFor('www.test')
const TEXT = Buffer.from(QUERY).toString('base64url')

function ask(target: string, more: Partial<RequestHead> = {}) {
  const head = { method: 'GET', target, contentType: undefined, contentLength: undefined, ...more }
  return readDohRequest(head)
}

const post = (more: Partial<RequestHead> = {}) =>
  ask('/dns-query', { method: 'POST', contentType: 'application/dns-message', ...more })

test('a query by GET is in the address, in base64url', () => {
  expect(ask(`/dns-query?dns=${TEXT}`)).toEqual({
    ...{ kind: 'query', token: null, query: Buffer.from(QUERY) },
  })
})

test('other parameters beside it say nothing', () => {
  expect(ask(`/dns-query?ct&dns=${TEXT}&x=1`)).toMatchObject({ kind: 'query' })
})

test('the token of a device is what is behind the path', () => {
  expect(ask(`/dns-query/abc?dns=${TEXT}`)).toMatchObject({ kind: 'query', token: 'abc' })
  expect(ask(`/dns-query/?dns=${TEXT}`)).toMatchObject({ kind: 'query', token: null })
})

test('a query by POST is the body that follows', () => {
  expect(post()).toEqual({ kind: 'body', token: null })
  expect(post({ contentType: 'Application/DNS-Message; charset=x' })).toMatchObject({
    kind: 'body',
  })
})

test.each<[says: string, request: ReturnType<typeof ask>, status: number]>([
  ['another path', ask(`/?dns=${TEXT}`), 404],
  ['a path that only begins alike', ask(`/dns-queryx?dns=${TEXT}`), 404],
  ['an absolute address', ask(`https://x/dns-query?dns=${TEXT}`), 404],
  ['no query', ask('/dns-query'), 400],
  ['an empty one', ask('/dns-query?dns='), 400],
  ['two', ask(`/dns-query?dns=${TEXT}&dns=${TEXT}`), 400],
  ['what is no base64url', ask('/dns-query?dns=!!!'), 400],
  ['base64 with other letters', ask('/dns-query?dns=AA/+'), 400],
  ['base64url with padding', ask('/dns-query?dns=AAA='), 400],
  ['a length that no octets have', ask('/dns-query?dns=AAAAA'), 400],
  ['a query that is too long', ask(`/dns-query?dns=${'A'.repeat(MAX_QUERY_LETTERS + 1)}`), 414],
  ['another method', ask('/dns-query', { method: 'PUT' }), 405],
  ['HEAD', ask(`/dns-query?dns=${TEXT}`, { method: 'HEAD' }), 405],
  ['a body of another type', post({ contentType: 'text/plain' }), 415],
  ['a body of no type', post({ contentType: undefined }), 415],
  ['a body that says it is too long', post({ contentLength: '4097' }), 413],
])('%s is refused', (_says, request, status) => {
  expect(request).toMatchObject({ kind: 'refused', status })
})
