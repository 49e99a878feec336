import { expect, test } from 'vitest'
import type { Framing } from '../../../proxy/http/body-framing.ts'
import { BodyReader, CHUNKED, NO_BODY, UNTIL_CLOSE } from '../../../proxy/http/body-framing.ts'

interface Walk {
  readonly taken: number
  readonly done: boolean
  readonly broken: boolean
  readonly payload: string
}

function walk(framing: Framing, text: string, slice = text.length): Walk {
  const bytes = Buffer.from(text, 'latin1')
  const reader = new BodyReader(framing)
  const payload: Uint8Array[] = []
  let taken = 0
  while (taken < bytes.length && !reader.done && !reader.broken) {
    const part = bytes.subarray(taken, taken + slice)
    taken += reader.take(part, 0, payload)
  }
  const { done, broken } = reader
  return { taken, done, broken, payload: Buffer.concat(payload).toString('latin1') }
}

test.each([
  ['no body', NO_BODY, 'next', { taken: 0, done: true, payload: '' }],
  [
    'a length',
    { kind: 'length', octets: 3 } as const,
    'abcnext',
    { taken: 3, done: true, payload: 'abc' },
  ],
  ['a length of 0', { kind: 'length', octets: 0 } as const, 'next', { taken: 0, done: true }],
  [
    'a length that hasn’t come',
    { kind: 'length', octets: 9 } as const,
    'abc',
    { taken: 3, done: false },
  ],
  ['until the close', UNTIL_CLOSE, 'abc', { taken: 3, done: false, payload: 'abc' }],
  ['chunks', CHUNKED, '3\r\nabc\r\n0\r\n\r\nnext', { taken: 13, done: true, payload: 'abc' }],
  [
    'chunks in upper and lower hex',
    CHUNKED,
    'A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n',
    { done: true },
  ],
  [
    'chunk extensions',
    CHUNKED,
    '3;a=b;c="d"\r\nabc\r\n0;e\r\n\r\n',
    { done: true, payload: 'abc' },
  ],
  ['trailers', CHUNKED, '0\r\nX-T: 1\r\nY: \r\n\r\nnext', { taken: 18, done: true }],
  ['leading zeros', CHUNKED, '0003\r\nabc\r\n000\r\n\r\n', { done: true, payload: 'abc' }],
])('%s', (_name, framing, text, wanted) => {
  for (const slice of [text.length, 1, 2, 3]) {
    expect(walk(framing, text, slice)).toMatchObject({ broken: false, ...wanted })
  }
})

test.each([
  ['a size of 14 digits', '10000000000000\r\n'],
  ['a size that overflows 64 bits', 'ffffffffffffffff1\r\n'],
  ['no size', '\r\nabc'],
  ['a signed size', '+3\r\nabc\r\n'],
  ['a negative size', '-3\r\nabc\r\n'],
  ['a size with 0x', '0x3\r\nabc\r\n'],
  ['a space before the size', ' 3\r\nabc\r\n'],
  ['a space after the size', '3 \r\nabc\r\n'],
  ['a size that ends in LF alone', '3\nabc\r\n'],
  ['a size that ends in CR alone', '3\rabc\r\n'],
  ['LF in an extension', '3;a\nb\r\nabc\r\n'],
  ['CR in an extension', '3;a\rb\r\nabc\r\n'],
  ['an extension without end', `3;${'x'.repeat(2_000)}`],
  ['data that is longer than its chunk', '3\r\nabcd\r\n'],
  ['data that ends in LF alone', '3\r\nabc\n0\r\n\r\n'],
  ['a last chunk that ends in LF alone', '0\n\n'],
  ['a last line of CR alone', '0\r\n\rX'],
  ['a folded trailer', '0\r\nX: a\r\n b\r\n\r\n'],
  ['a trailer without a colon', '0\r\nX\r\n\r\n'],
  ['a trailer with a space before the colon', '0\r\nX : a\r\n\r\n'],
  ['a trailer without a name', '0\r\n: a\r\n\r\n'],
  ['a trailer with NUL', '0\r\nX: \0\r\n\r\n'],
  ['trailers without end', `0\r\n${'X: yyyyyyyy\r\n'.repeat(2_000)}`],
])('%s breaks a chunked body', (_name, text) => {
  for (const slice of [text.length, 1]) {
    expect(walk(CHUNKED, text, slice)).toMatchObject({ broken: true, done: false })
  }
})

test('nothing from the wrong octet on is taken', () => {
  expect(walk(CHUNKED, '3\r\nabc\r\n0\nGET /').taken).toBe('3\r\nabc\r\n0'.length)
})
