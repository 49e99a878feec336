import { expect, test } from 'vitest'
import { rpzRuleOf } from '../../../../rules/lists/rpz/rpz-rule.ts'

const APEX = 'rpz.example'
const ruleOf = (trigger: string, type: string, ...data: string[]) =>
  rpzRuleOf({ owner: trigger === '@' ? APEX : `${trigger}.${APEX}`, type, data }, APEX)

const host = (name: string) => ({ kind: 'hosts', scope: 'host', hosts: [name] })
const below = (name: string) => ({ kind: 'hosts', scope: 'below', hosts: [name] })

test.each([
  ['NXDOMAIN', 'bad.example', ['CNAME', '.'], host('bad.example')],
  ['NODATA', 'bad.example', ['CNAME', '*.'], host('bad.example')],
  ['DROP', 'bad.example', ['CNAME', 'rpz-drop.'], host('bad.example')],
  ['an address that blocks', 'bad.example', ['A', '0.0.0.0'], host('bad.example')],
  ['an IPv6 one', 'bad.example', ['AAAA', '::'], host('bad.example')],
  ['a wildcard', '*.bad.example', ['CNAME', '.'], below('bad.example')],
  [
    'an exception',
    'good.bad.example',
    ['CNAME', 'rpz-passthru.'],
    { kind: 'except', scope: 'except_host', host: 'good.bad.example' },
  ],
  [
    'an exception of what is below',
    '*.good.example',
    ['CNAME', 'rpz-passthru.'],
    { kind: 'except', scope: 'except_below', host: 'good.example' },
  ],
  [
    'an answer within a range',
    '24.0.2.0.192.rpz-ip',
    ['CNAME', '.'],
    {
      kind: 'range',
      range: { network: [0, 0, 0xffff, 0xc0000200], prefix: 120 },
      isException: false,
    },
  ],
  [
    'an answer of IPv6 that passes',
    '128.1.zz.db8.2001.rpz-ip',
    ['CNAME', 'rpz-passthru.'],
    { kind: 'range', range: { network: [0x20010db8, 0, 0, 1], prefix: 128 }, isException: true },
  ],
  ['the apex', '@', ['NS', 'ns.example.'], { kind: 'nothing' }],
  [
    'a map',
    'www.search.example',
    ['CNAME', 'safe.search.example.'],
    { kind: 'ignored', reason: 'rewrite' },
  ],
  [
    'an answer of its own',
    'intranet.example',
    ['A', '192.0.2.7'],
    { kind: 'ignored', reason: 'rewrite' },
  ],
  ['TCP only', 'slow.example', ['CNAME', 'rpz-tcp-only.'], { kind: 'ignored', reason: 'tcp_only' }],
  ['a text', 'bad.example', ['TXT', 'why'], { kind: 'ignored', reason: 'record' }],
  [
    'a client',
    '32.7.2.0.192.rpz-client-ip',
    ['CNAME', '.'],
    { kind: 'ignored', reason: 'trigger' },
  ],
  [
    'a name server',
    'ns.bad.example.rpz-nsdname',
    ['CNAME', '.'],
    { kind: 'ignored', reason: 'trigger' },
  ],
  [
    'a trigger that is no name',
    'bad..example',
    ['CNAME', '.'],
    { kind: 'problem', message: 'not a host name: `bad..example`' },
  ],
  [
    'a range that is none',
    '33.0.2.0.192.rpz-ip',
    ['CNAME', '.'],
    { kind: 'problem', message: 'not a range of addresses: `33.0.2.0.192.rpz-ip`' },
  ],
])('%s', (_what, trigger, [type = '', ...data], rule) => {
  expect(ruleOf(trigger, type, ...data)).toEqual(rule)
})

test('a record of another zone is none of this one', () => {
  expect(rpzRuleOf({ owner: 'bad.example', type: 'CNAME', data: ['.'] }, APEX)).toEqual({
    kind: 'problem',
    message: 'not below the zone: `bad.example`',
  })
})
