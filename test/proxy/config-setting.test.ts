import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSetting } from '../../proxy/config-setting.ts'
import { FUZZ_RUNS } from '../support/fuzz-runs.ts'

const SETTINGS: readonly [says: string, text: string, path: string | null, value?: unknown][] = [
  ['a number is a number', 'dns.maxTtl=60', 'dns.maxTtl', 60],
  [
    'a list is JSON',
    'dns.upstreams=["udp://127.9.0.16:53"]',
    'dns.upstreams',
    ['udp://127.9.0.16:53'],
  ],
  ['an object is JSON', 'subjects.default={"role":"staff"}', 'subjects.default', { role: 'staff' }],
  ['null takes a value away', 'http.listen=null', 'http.listen', null],
  ['true is no word', 'dashboard.enabled=true', 'dashboard.enabled', true],
  ['an address needs no quotes', 'dns.udp=127.0.0.1:5353', 'dns.udp', '127.0.0.1:5353'],
  ['a word needs none', 'site=ex', 'site', 'ex'],
  ['a quoted number is a word', 'gate="1"', 'gate', '1'],
  ['JSON that breaks off is the text itself', 'site={"a":', 'site', '{"a":'],
  [
    'the value may hold more of the sign',
    'records.redis=redis://h/?a=b',
    'records.redis',
    'redis://h/?a=b',
  ],
  ['no value is the empty text', 'gate=', 'gate', ''],
  ['no sign is no setting', 'dns.maxTtl', null],
  ['no key is none', '=60', null],
  ['an empty step is none', 'dns..maxTtl=60', null],
  ['a step that is no word is none', 'dns.max-ttl=60', null],
  ['a number is no step', 'lists.extra.0=x', null],
  ['the prototype is out of reach', '__proto__.polluted=1', null],
  ['also further down', 'dns.__proto__.polluted=1', null],
]

test.each(SETTINGS)('%s', (_says, text, path, value) => {
  const setting = parseSetting(text)
  expect(setting?.path.join('.') ?? null).toBe(path)
  expect(setting?.value).toEqual(value)
})

test('any text is a setting of plain keys or none', () => {
  const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'dns', 'maxTtl'))
  const text = fc
    .tuple(
      fc.array(key, { maxLength: 4 }),
      fc.constantFrom('=', ''),
      fc.oneof(fc.string(), fc.json()),
    )
    .map(([path, sign, value]) => path.join('.') + sign + value)
  fc.assert(
    fc.property(text, (any) => {
      const setting = parseSetting(any)
      if (setting === undefined) return
      expect(setting.path.every((step) => /^[A-Za-z][A-Za-z0-9]*$/.test(step))).toBe(true)
      expect(any.startsWith(`${setting.path.join('.')}=`)).toBe(true)
    }),
    { numRuns: FUZZ_RUNS },
  )
})
