import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SuffixHashes } from '../../../rules/lists/suffix-hashes.ts'
import { parseListLine } from '../../../rules/lists/list-line.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

const subtree = (...hosts: string[]) => ({ kind: 'hosts', scope: 'subtree', hosts })
const exact = (...hosts: string[]) => ({ kind: 'hosts', scope: 'host', hosts })
const url = (host: string, path: string) => ({ kind: 'url', host, path })
const except = (host: string) => ({ kind: 'except', scope: 'except_all', host })
const range = (network: readonly number[], prefix: number) => ({
  ...{ kind: 'range', range: { network, prefix }, isException: false },
})
const nothing = { kind: 'nothing' }

describe('lines that say something', () => {
  test.each([
    ['a plain name', 'example.org', subtree('example.org')],
    ['upper case and the root dot', 'Example.ORG.', subtree('example.org')],
    ['a line of a file from Windows', 'example.org\r', subtree('example.org')],
    [
      'the first line of a file with a byte-order mark',
      '\uFEFFexample.org',
      subtree('example.org'),
    ],
    ['a name and why', 'example.org # spam', subtree('example.org')],
    ['a name with letters of its own language', 'bücher.example', subtree('xn--bcher-kva.example')],
    ['a wildcard', '*.example.org', subtree('example.org')],
    ['a name with a leading dot', '.example.org', subtree('example.org')],
    ['a whole top-level domain, meant', '*.zip', subtree('zip')],
    ['a browser rule', '||example.org^', subtree('example.org')],
    ['a browser rule without its mark', '||example.org', subtree('example.org')],
    ['a browser rule for all requests', '||example.org^$important', subtree('example.org')],
    ['a browser rule for a path', '||example.org/ads/^', url('example.org', '/ads')],
    ['a browser rule for the page', '||example.org^$document', subtree('example.org')],
    ['an exception', '@@||a.org^', except('a.org')],
    ['an exception for all requests', '@@||A.org^$important', except('a.org')],
    ['a range of addresses', '192.0.2.0/24', range([0, 0, 0xffff, 0xc0000200], 120)],
    ['a range of IPv6', '2001:db8::/32', range([0x20010db8, 0, 0, 0], 32)],
    ['an exception of an address', '@@||192.0.2.7^', except('192.0.2.7')],
    ['a regular expression', '/^ads[0-9]+\\./', { kind: 'pattern', text: '^ads[0-9]+\\.' }],
    ['a hosts line', '0.0.0.0 a.example b.example', exact('a.example', 'b.example')],
    ['a hosts line with tabs and a comment', '127.0.0.1\ta.example\t# x', exact('a.example')],
    ['a hosts line of IPv6', '::1 a.example', exact('a.example')],
    ['a hosts line with a local name', '127.0.0.1 localhost a.example', exact('a.example')],
    ['an IPv4 address', '192.0.2.7', exact('192.0.2.7')],
    ['an IPv4 address with a port', '192.0.2.7:8080', exact('192.0.2.7')],
    ['an IPv6 address', '2001:DB8:0::1', exact('2001:db8::1')],
    ['an IPv6 address in brackets', '[2001:db8::1]', exact('2001:db8::1')],
    ['a browser rule for an address', '||192.0.2.7^', exact('192.0.2.7')],
    ['a path as UT1 has it', 'example.org/~user/x', url('example.org', '/~user/x')],
    ['a path behind a port', 'example.org:8080/x', url('example.org', '/x')],
    ['a path of an address', '192.0.2.7/x', url('192.0.2.7', '/x')],
    ['a whole URL', 'https://u:p@Example.org:443/A%41?b=c#d', url('example.org', '/AA?b=c')],
    ['a query without a path', 'example.org?id=3', url('example.org', '?id=3')],
    ['a URL of the root', 'http://example.org/', exact('example.org')],
    ['a URL of the root with a fragment', 'example.org/#x', exact('example.org')],
    ['a URL of nothing but steps', 'example.org/./x/..', exact('example.org')],
    ['nothing', '', nothing],
    ['blanks', ' \t ', nothing],
    ['a comment', '# example.org', nothing],
    ['a comment of a browser list', '! example.org', nothing],
    ['the head of a browser list', '[Adblock Plus 2.0]', nothing],
    ['the head of a hosts file', '127.0.0.1 localhost', nothing],
    ['the end of a hosts file', 'fe80::1%lo0 localhost', nothing],
  ])('%s', (_why, line, expected) => {
    expect(parseListLine(line, 'subtree')).toEqual(expected)
  })

  test('a plain name means that host alone where the list says so, a wildcard never does', () => {
    expect(parseListLine('example.org', 'host')).toEqual(exact('example.org'))
    expect(parseListLine('*.example.org', 'host')).toEqual(subtree('example.org'))
  })
})

describe('lines that cost themselves', () => {
  test.each([
    ['two dots', 'a..b', 'not a host name: `a..b`'],
    ['a hyphen in front', '-a.org', 'not a host name: `-a.org`'],
    ['a bare number', '1.2.3', 'not a host name: `1.2.3`'],
    ['an address that is none', '999.1.1.1', 'not a host name: `999.1.1.1`'],
    ['an address that some read as octal', '010.1.1.1', 'not a host name: `010.1.1.1`'],
    [
      'a range with bits behind its mask',
      '192.0.2.1/24',
      'not a range of addresses, or with bits behind the mask: `192.0.2.1/24`',
    ],
    ['half of the internet', '0.0.0.0/1', 'names too many addresses: `0.0.0.0/1`'],
    ['a continent of IPv6', '2000::/3', 'names too many addresses: `2000::/3`'],
    ['a top-level domain', 'com', 'names a whole top-level domain; write `*.com` to mean that'],
    ['a pattern in a path', 'a.org/*/x', 'a pattern in a path: `a.org/*/x`'],
    ['a map of hosts', '192.0.2.7 a.org', '`192.0.2.7` does not begin a hosts line that blocks'],
    ['two names', 'a.org b.org', '`a.org` does not begin a hosts line that blocks'],
    ['a hosts line with a bad name', '0.0.0.0 a.org b..org', 'not a host name: `b..org`'],
    ['escape codes for a terminal', '\x1b[2J.org', 'not a host name: `?[2J.org`'],
    ['a line without end', 'a'.repeat(9000), 'longer than 8192 characters'],
  ])('%s', (_why, line, message) => {
    expect(parseListLine(line, 'subtree')).toEqual({ kind: 'problem', message })
  })
})

describe('rules that are counted and left out', () => {
  test.each([
    ['a cosmetic rule', 'a.org##.banner', 'cosmetic'],
    ['a cosmetic rule for all hosts', '##.banner', 'cosmetic'],
    ['an exception of a cosmetic rule', 'a.org#@#.banner', 'cosmetic'],
    ['an exception of one for all hosts', '#@#.banner', 'cosmetic'],
    ['a procedural cosmetic rule', 'a.org#?#.x:has(.y)', 'cosmetic'],
    ['a rule that styles', 'a.org#$#body { color: red }', 'cosmetic'],
    ['a rule that filters HTML', 'a.org$$script[src]', 'cosmetic'],
    ['a rule for some requests', '||a.org^$script', 'options'],
    ['a rule for requests from elsewhere', '||a.org^$third-party,important', 'options'],
    ['an exception for some requests', '@@||a.org^$script', 'options'],
    ['a rule with a wildcard in its name', '||a.*.org^', 'url_pattern'],
    ['a rule for the beginning of a URL', '|http://a.org', 'url_pattern'],
    ['a rule for parts of URLs', '/banner/*', 'url_pattern'],
    ['a rule for URLs with options', 'ads.example$third-party', 'url_pattern'],
    ['an exception of a part of URLs', '@@/banner/*', 'url_pattern'],
    ['an exception of a path', '@@||a.org/x', 'path_exception'],
  ])('%s', (_why, line, reason) => {
    expect(parseListLine(line, 'subtree')).toEqual({ kind: 'ignored', reason })
  })
})

test('what only looks like an address in brackets is none', () => {
  expect(parseListLine(':@1#', 'subtree').kind).toBe('problem')
})

test('whatever a line holds, its hosts can be looked up and its messages are one line', () => {
  const hashes = new SuffixHashes([1, 2])
  const part = fc.constantFrom(
    ...[
      '||',
      '^',
      '$',
      '*.',
      '.',
      'a',
      'org',
      '0.0.0.0',
      ' ',
      '\t',
      '#',
      '!',
      '[',
      ']',
      ':',
      '/',
      '1',
    ],
    ...['http://', '@', '%41', '?', 'é', '\uFEFF', '\r', '\0', '\ud800', 'xn--', '-', '_', '`'],
  )
  const line = fc.oneof(
    fc.array(part, { maxLength: 14 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 80 }),
  )
  fc.assert(
    fc.property(line, (text) => {
      const found = parseListLine(text, 'subtree')
      if (found.kind === 'problem') expect(found.message).toMatch(/^[^\n\r\0]+$/)
      const hosts = found.kind === 'hosts' ? found.hosts : found.kind === 'url' ? [found.host] : []
      for (const host of hosts) {
        expect(hashes.readHost(host) && hashes.count > 0, host).toBe(true)
        expect(host).toBe(host.toLowerCase())
      }
    }),
    { numRuns: FUZZ_RUNS * 3 },
  )
})
