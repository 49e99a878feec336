import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseConfig, type Config } from '../../proxy/config.ts'
import { describeProblem } from '../../rules/policy/yaml-source.ts'
import { FUZZ_RUNS } from '../support/fuzz-runs.ts'

const EXAMPLE = readFileSync(new URL('../../examples/gate.yaml', import.meta.url), 'utf8')
const LEAST = 'site: ex\npolicy: policy.yaml\n'

function configOf(text: string, settings: readonly string[] = []): Config {
  const parsed = parseConfig(text, 'gate.yaml', settings)
  if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join('\n'))
  return parsed.config
}

function problemsOf(text: string, settings: readonly string[] = []): string[] {
  const parsed = parseConfig(text, 'gate.yaml', settings)
  return parsed.ok ? [] : parsed.problems.map(describeProblem)
}

test('a site and a policy are enough; the rest has the defaults of design.md', () => {
  const config = configOf(LEAST)
  expect(config).toMatchObject({
    gate: 'gate',
    threads: 0,
    dns: { udp: null, upstreams: [], maxTtl: 300 },
    http: { listen: null, connectPorts: [443], allowTargets: [] },
    blockPage: { listen: null, address: '127.0.0.1' },
    dashboard: { enabled: true },
    records: { directory: 'var', redis: null },
    lists: { extra: [] },
    subjects: { default: null },
  })
})

test('the example gate listens on the ports that the contract names', () => {
  const { dns, http, blockPage, metrics } = configOf(EXAMPLE)
  expect([dns.udp, dns.tcp, http.listen, blockPage.listen, metrics.listen]).toEqual(
    [5353, 5353, 3128, 8090, 9153].map((port) => ({ host: '127.0.0.1', port })),
  )
})

const ENDPOINTS: readonly [text: string, endpoint: object | null][] = [
  ['127.0.0.1:53', { host: '127.0.0.1', port: 53 }],
  ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
  ['[::1]:65535', { host: '::1', port: 65_535 }],
  ['[::ffff:10.0.0.1]:53', { host: '::ffff:10.0.0.1', port: 53 }],
  ['localhost:8080', { host: '127.0.0.1', port: 8080 }],
  ['127.0.0.1', null],
  ['127.0.0.1:65536', null],
  ['127.0.0.1:-1', null],
  ['127.0.0.256:53', null],
  ['127.0.0:53', null],
  ['::1:53', null],
  ['[::1%lo]:53', null],
  ['gate.example:53', null],
  [':53', null],
]

test.each(ENDPOINTS)('the listener `%s`', (text, endpoint) => {
  const parsed = parseConfig(LEAST, 'gate.yaml', [`dns.udp=${JSON.stringify(text)}`])
  expect(parsed.ok ? parsed.config.dns.udp : null).toEqual(endpoint)
  if (!parsed.ok) expect(parsed.problems[0]?.message).toContain('is not an address and port')
})

describe('--set', () => {
  test('lies over the file, leaf by leaf', () => {
    const { dns, site } = configOf(EXAMPLE, ['dns.maxTtl=60', 'site=other'])
    expect({ site, maxTtl: dns.maxTtl, udp: dns.udp?.port }).toEqual({
      site: 'other',
      maxTtl: 60,
      udp: 5353,
    })
  })

  test('makes the parts that the file does not have', () => {
    const { records, subjects } = configOf(LEAST, [
      'records.redis=redis://127.0.0.1:6379',
      'subjects.default={"role":"staff"}',
    ])
    expect(records).toEqual({ directory: 'var', redis: 'redis://127.0.0.1:6379', mark: null })
    expect(subjects.default).toEqual({
      role: 'staff',
      ownership: 'school',
      type: 'laptop',
      phase: null,
    })
  })

  test('given twice, the last one counts', () => {
    expect(configOf(LEAST, ['threads=1', 'threads=2']).threads).toBe(2)
  })

  test('can not reach a prototype', () => {
    expect(problemsOf(LEAST, ['__proto__.polluted=1'])).toHaveLength(1)
    expect(problemsOf(LEAST, ['constructor.prototype.polluted=1'])).toEqual([
      'gate.yaml:1:1: constructor: unknown key',
    ])
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})

const WRONG: readonly [says: string, text: string, settings: readonly string[], problem: string][] =
  [
    [
      'a misspelt key',
      `${LEAST}dsn: {}\n`,
      [],
      'gate.yaml:3:1: dsn: unknown key; did you mean `dns`?',
    ],
    [
      'a misspelt key inside a part',
      `${LEAST}dns:\n  maxTTL: 60\n`,
      [],
      'gate.yaml:4:3: dns.maxTTL: unknown key; did you mean `maxTtl`?',
    ],
    ['no policy', 'site: ex\n', [], 'gate.yaml:1:1: policy: missing (string)'],
    [
      'a site that is no part of a Redis key',
      'site: Ex {1}\npolicy: p\n',
      [],
      'gate.yaml:1:1: site: ',
    ],
    [
      'a target that is no network',
      `${LEAST}http:\n  allowTargets: [10.0.0.1]\n`,
      [],
      'gate.yaml:4:18: http.allowTargets.0: not a network',
    ],
    [
      'an extra list of no category',
      LEAST,
      ['lists.extra=[{"category":"sec.malwear","file":"x"}]'],
      'lists.extra.0.category: no such category in the taxonomy',
    ],
    [
      'a page address that DNS can not answer',
      LEAST,
      ['blockPage.address=::1'],
      'blockPage.address: not an IPv4 address',
    ],
    [
      'a Redis that is none',
      LEAST,
      ['records.redis=127.0.0.1:6379'],
      'records.redis: is no Redis address',
    ],
    [
      'a role that is none, with the word that was set',
      LEAST,
      ['subjects.default={"role":"staf"}'],
      '`staf` is not one of pupil, staff, governor, visitor; did you mean `staff`?',
    ],
    [
      'a set word where a number stands',
      LEAST,
      ['threads=many'],
      'threads: invalid input: expected number, received string',
    ],
    ['more threads than any machine has', LEAST, ['threads=65'], 'threads: too big'],
    ['a TTL that resolvers take for none', LEAST, ['dns.maxTtl=0'], 'dns.maxTtl: too small'],
    ['a setting that is none', LEAST, ['threads'], '`--set threads` is not `key=value`'],
    ['a file that is a list', '- site\n', [], 'gate.yaml:1:'],
    ['an empty file', '', [], 'gate.yaml:1:1: '],
    ['a file that is no YAML', 'site: [', [], 'gate.yaml:1:'],
  ]

test.each<[says: string, text: string, problem: string]>([
  [
    'a ring without its report',
    'trust: { ring: canary }\n',
    'trust.report: missing: a ring needs it',
  ],
  ['a misspelt ring', 'trust: { ring: canari, report: x }\n', 'did you mean `canary`'],
  [
    'feeds without keys',
    'sealed: { feeds: [{ id: a, category: illegal.csam, file: x }] }\n',
    'sealed.hashKey: missing',
  ],
  [
    'a feed of an open category',
    'sealed: { feeds: [{ id: a, category: media.games, file: x }] }\n',
    'SEALED categories',
  ],
  [
    'a feed named twice',
    'sealed: { hashKey: a, signers: b, feeds: [{ id: a, category: illegal.csam, file: x }, { id: a, category: illegal.other, file: y }] }\n',
    'is named twice',
  ],
  [
    'another filter without upstreams',
    'dns: { chain: { name: x, upstreams: [] } }\n',
    'dns.chain.upstreams',
  ],
])('%s is told at its place', (_says, text, problem) => {
  const found = problemsOf(LEAST + text).join('\n')
  expect(found).toContain(problem)
  expect(found).toMatch(/^gate\.yaml:3:\d+: /)
})

test.each(WRONG)('%s is a problem', (_says, text, settings, problem) => {
  const found = problemsOf(text, settings)
  expect(found).toHaveLength(1)
  expect(found[0]).toContain(problem)
})

test('all problems are told at once', () => {
  expect(problemsOf('site: EX\nthreads: -1\nhtpp: {}\n')).toHaveLength(4)
})

test('any text and any settings give a configuration or problems, never an exception', () => {
  const key = fc.constantFrom('dns', 'dns.udp', 'lists.extra', 'site', 'threads', 'a', 'toString')
  const setting = fc
    .tuple(key, fc.oneof(fc.json(), fc.string()))
    .map(([path, value]) => `${path}=${value}`)
  const lines = EXAMPLE.split('\n')
  const text = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc
      .tuple(fc.nat(lines.length - 1), fc.string())
      .map(([at, line]) => lines.with(at, line).join('\n')),
  )
  fc.assert(
    fc.property(text, fc.array(setting, { maxLength: 3 }), (any, settings) => {
      const parsed = parseConfig(any, 'gate.yaml', settings)
      if (!parsed.ok) expect(parsed.problems.length).toBeGreaterThan(0)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

describe('alerts and backups', () => {
  test('are off until somebody asks for them', () => {
    const { alerts, backup } = configOf(LEAST)
    expect({ alerts, backup }).toEqual({
      alerts: { mail: null, webhooks: [], quietHours: null, digestAt: '07:30', recipients: {} },
      backup: { directory: null, everyHours: 24, keep: 14, passphraseFile: null },
    })
  })

  const WRONG: readonly [says: string, set: string, said: string][] = [
    ['a time of day that is none', 'alerts.digestAt=25:00', 'not a time of day'],
    ['an office that no school has', 'alerts.recipients={"cook":["a@b.test"]}', 'cook'],
    ['a recipient that is no address', 'alerts.recipients={"dsl":["nobody"]}', 'mail'],
    [
      'a password in the file itself',
      'alerts.mail={"host":"m","from":"a@b.test","password":"x"}',
      'password',
    ],
    [
      'a webhook that is no web address',
      'alerts.webhooks=[{"url":"file:///x","secretFile":"s"}]',
      '',
    ],
    ['no backup to keep', 'backup.keep=0', 'keep'],
    ['an unknown key', 'backup.to=/mnt', 'to'],
  ]

  test.each(WRONG)('%s is refused', (_says, set, said) => {
    const problems = problemsOf(LEAST, [set])
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(said)
  })
})
