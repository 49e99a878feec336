import { mkdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { explain } from '../../commands/explain.ts'
import { registerOfFiles } from '../../proxy/policy/school-files.ts'
import type { Json } from '../../records/canonical-json.ts'
import { sha256 } from '../../records/ledger/chain.ts'
import type { LedgerKind } from '../../records/ledger/entry.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { LocalPresence } from '../../records/presence/local-presence.ts'
import { bindingOf } from '../support/bindings.ts'
import { captured, type Ran } from '../support/captured-output.ts'
import { deviceOf } from '../support/sample-facts.ts'
import { schoolFolder, SCHOOL_FILES, type SchoolFolder } from '../support/school-folder.ts'

const TEN = '2026-11-24T10:00:00Z'

function ask(school: SchoolFolder, ...args: string[]): Promise<Ran> {
  return captured(() => explain(['--config', school.path('gate.yaml'), ...args]))
}

function batch(school: SchoolFolder, ...lines: (object | string)[]): Promise<Ran> {
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  writeFileSync(school.path('batch.ndjson'), texts.join('\n'))
  return ask(school, '--batch', school.path('batch.ndjson'))
}

const answers = (ran: Ran): unknown[] =>
  ran.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)

test('a refusal is explained to a person', async () => {
  const ran = await ask(
    schoolFolder(),
    '--device',
    'phone',
    '--url',
    'https://bbc.co.uk/news',
    '--at',
    TEN,
  )
  expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' })
  expect(ran.out).toBe(`answer       block (reception_hours)
because      Not allowed for this device here during reception hours (reception hours).
rule         staff-hours, policy revision 1
profile      none: access is denied
category     none
service      bbc (BBC)
list         none
posture      ok
zone         unknown
windows      reception_hours
holds until  2026-11-24T15:30:00Z
next edge    2026-11-24T15:30:00Z (no window): then block (default)
alert        no
assumed      the device is in zone \`unknown\`; the files are what is in force: there is no ledger yet
`)
})

test('as JSON it is the verdict of the contract, alone on its line', async () => {
  const url = 'http://www.games.example/play?x=1'
  const ran = await ask(schoolFolder(), '--ip', '127.10.20.7', '--url', url, '--at', TEN, '--json')
  expect(ran.out).toMatch(/^\{.*\}\n$/)
  expect(JSON.parse(ran.out)).toEqual({
    action: 'block',
    reason_code: 'category',
    profile: 'staff',
    alert: false,
    zone: 'office',
    windows: ['reception_hours'],
    category: 'media.games',
    rule_id: 'category.media.games',
    list_source: 'starter',
    list_version: 'v2',
    policy_version: 1,
    valid_until: '2026-11-24T15:30:00Z',
    cause: 'Games: not open for staff.',
  })
})

const ASKED: readonly [says: string, args: readonly string[], verdict: object][] = [
  ['a bare name', ['--url', 'WWW.Games.Example.'], { category: 'media.games' }],
  ['a name and a path', ['--url', 'games.example/play'], { category: 'media.games' }],
  ['any scheme', ['--url', 'wss://games.example:8443/'], { category: 'media.games' }],
  ['what is no name', ['--url', 'http://'], { category: 'sec.uncategorised' }],
  ['an IPv6 literal', ['--url', 'http://[2001:db8::1]/'], { category: 'sec.uncategorised' }],
  [
    'a zone over the address',
    ['--url', 'a.example', '--zone', 'unknown'],
    { zone: 'unknown', reason_code: 'reception_hours' },
  ],
  [
    'a device over the address',
    ['--url', 'a.example', '--device', 'phone', '--ip', '127.10.20.99'],
    { zone: 'office', profile: 'staff' },
  ],
  [
    'a moment in the past',
    ['--url', 'games.example', '--at', '2026-09-02T07:29:59Z'],
    { action: 'allow', valid_until: '2026-09-02T07:30:00Z' },
  ],
  [
    'a setting over the file',
    ['--url', 'a.example', '--ip', '192.0.2.1', '--set', 'subjects.default={"role":"visitor"}'],
    { reason_code: 'default' },
  ],
  [
    'an address that nobody has',
    ['--url', 'a.example', '--ip', '192.0.2.1'],
    { profile: 'portal', reason_code: 'unregistered' },
  ],
]

test.each(ASKED)('%s', async (_says, args, verdict) => {
  const given = ['--json', ...(args.includes('--at') ? [] : ['--at', TEN]), ...args]
  const who = args.includes('--ip') ? [] : ['--ip', '127.10.20.7']
  const ran = await ask(schoolFolder(), ...who, ...given)
  expect(JSON.parse(ran.out)).toMatchObject(verdict)
})

test('without a moment it is now, and that is said', async () => {
  const ran = await ask(schoolFolder(), '--ip', '127.10.20.7', '--url', 'a.example')
  expect(ran.out).toMatch(/^assumed {6}it is \d{4}-\d\d-\d\dT[\d:.]+Z; the files are/m)
})

const WRONG: readonly [says: string, args: readonly string[], said: string][] = [
  ['nobody', ['--url', 'a.example', '--at', TEN], 'name a device or an ip'],
  ['no site', ['--device', 'phone', '--at', TEN], 'a question needs a `url`'],
  [
    'a device that nobody registered',
    ['--device', 'fone', '--url', 'a.example', '--at', TEN],
    'no device `fone`',
  ],
  [
    'a zone that nobody defined',
    ['--device', 'phone', '--zone', 'offcie', '--url', 'a.example', '--at', TEN],
    'no zone `offcie` in the policy',
  ],
  [
    'an address that is none',
    ['--ip', '127.10.20.700', '--url', 'a.example', '--at', TEN],
    '`127.10.20.700` is not an address',
  ],
  [
    'a moment without an offset',
    ['--device', 'phone', '--url', 'a.example', '--at', '2026-11-24T10:00'],
    'names no offset from UTC',
  ],
  ['an unknown option', ['--devise', 'phone'], "Unknown option '--devise'"],
  ['a batch that is not there', ['--batch', 'no.ndjson'], 'no file `no.ndjson`'],
  [
    'a setting that is none',
    ['--device', 'phone', '--url', 'a.example', '--set', 'threads'],
    'is not `key=value`',
  ],
]

test.each(WRONG)('%s is wrong usage, exit 2', async (_says, args, said) => {
  const ran = await ask(schoolFolder(), ...args)
  expect({ code: ran.code, out: ran.out }).toEqual({ code: 2, out: '' })
  expect(ran.err).toContain(said)
  expect(ran.err).toContain('usage: schoolgate explain')
})

test('a configuration or a policy that is broken is wrong usage with its places', async () => {
  const noConfig = await captured(() =>
    explain(['--config', '/nowhere/gate.yaml', '--url', 'a.example']),
  )
  expect(noConfig).toMatchObject({ code: 2, out: '' })
  const broken = await ask(
    schoolFolder({ 'policy.yaml': 'school: 1\n' }),
    '--ip',
    '127.0.0.1',
    '--url',
    'a',
  )
  expect(broken).toMatchObject({ code: 2, out: '' })
  expect(broken.err).toMatch(/policy\.yaml:1:1: school: /)
})

test('a batch has one verdict a line, in order', async () => {
  const ran = await batch(
    schoolFolder(),
    { ip: '127.10.20.7', url: 'http://games.example/', at: TEN },
    { device: 'phone', ip: '127.10.20.7', url: 'https://childline.org.uk/', at: TEN },
    { device: 'phone', url: 'a.example', at: TEN },
  )
  expect(ran.code).toBe(0)
  expect(answers(ran)).toMatchObject([
    { action: 'block', category: 'media.games' },
    { action: 'allow', category: 'support.wellbeing' },
    { action: 'block', reason_code: 'reception_hours' },
  ])
})

test('a bad line costs that line, says which, and makes the exit code 1', async () => {
  const good = { ip: '127.10.20.7', url: 'http://games.example/', at: TEN }
  const ran = await batch(
    schoolFolder(),
    good,
    '{"ip":',
    '',
    'null',
    '[]',
    { ...good, at: 'tomorrow' },
    { ...good, device: 'fone' },
    { ...good, zone: 'offcie' },
    { ...good, ip: 'phone' },
    { url: good.url, at: TEN },
    { ...good, url: 7 },
    JSON.stringify({ ...good, url: 'a'.repeat(70_000) }),
    good,
  )
  expect({ code: ran.code, err: ran.err }).toEqual({ code: 1, err: '' })
  const [first, ...rest] = answers(ran)
  expect(first).toMatchObject({ action: 'block' })
  expect(rest.pop()).toEqual(first)
  expect(rest).toEqual([
    { problem: 'not JSON', line: 2 },
    { problem: 'not a question', line: 4 },
    { problem: 'a question needs a `url`', line: 5 },
    { problem: expect.stringContaining('`tomorrow` is not an instant') as string, line: 6 },
    { problem: 'no device `fone`', line: 7 },
    { problem: 'no zone `offcie` in the policy', line: 8 },
    { problem: '`phone` is not an address', line: 9 },
    { problem: 'name a device or an ip', line: 10 },
    { problem: 'a question needs a `url`', line: 11 },
    { problem: 'the line is too long', line: 12 },
  ])
})

test('an address that sources tell of is explained as its device, by the evidence of that', async () => {
  const school = schoolFolder()
  const at = Date.parse(TEN)
  mkdirSync(school.path('records'))
  using presence = LocalPresence.open(school.path('records'))
  const binding = bindingOf({ address: '10.8.0.3', since: at, lastSeen: at, expires: at + 60_000 })
  const entry = { address: '10.8.0.3', gate: 'gate', at, expires: at + 60_000, binding, ended: [] }
  await presence.put([entry], at)
  const asked = ['--ip', '10.8.0.3', '--url', 'bbc.co.uk', '--at'] as const
  const { out } = await ask(school, ...asked, TEN)
  expect(out).toContain('block (reception_hours)')
  expect(out).toContain("address of   phone (proven by the device's own key (agent))")
  const before = await ask(school, ...asked, '2026-11-24T09:59:00Z')
  expect(before.out).toContain('block (unregistered)')
  expect(before.out).not.toContain('address of')
})

interface Putting {
  readonly when: string
  readonly by?: string
  readonly approvedBy?: string
}

/** The ledger of a school since Monday, with its policy and the phone, and a way to put more into it. */
function founded(school: SchoolFolder) {
  const records = school.path('records')
  mkdirSync(records, { recursive: true })
  const ledger = openLedger(records, { site: 'ex' })
  const { policy } = registerOfFiles(school.config(), school.directory).register
  if (policy === null) throw new Error('no policy')
  const put = (kind: LedgerKind, objectId: string, after: Json, how: Putting | string): void => {
    const putting: Putting = typeof how === 'string' ? { when: how } : how
    const { when, by = 'p-1', approvedBy } = putting
    const yes = { by: approvedBy ?? null, ts: approvedBy === undefined ? null : when }
    const approval = { needed: approvedBy !== undefined, ...yes, comment: null }
    const what = { kind, objectId, before: null, after, reason: 'for the test', approval }
    ledger.append([{ ...what, direction: 'loosen', affectedRoles: ['staff'] }], {
      ...{ site: 'ex', actor: by, actorRole: 'head', at: Date.parse(when) },
      ...{ basedOn: ledger.head().seq, documents: [policy.text] },
    })
  }
  const monday = '2026-11-23T07:00:00Z'
  put('ledger.found', 'ex', { site: 'ex' }, monday)
  put('policy.put', 'policy', { document: sha256(policy.text), name: 'policy.yaml' }, monday)
  put('device.put', 'phone', { ...deviceOf({ id: 'phone' }) }, monday)
  return { ledger, put }
}

test('the grant, the occasion or the override behind an answer is its rule, in the past, now and to come', async () => {
  const school = schoolFolder({
    'policy.yaml': (SCHOOL_FILES['policy.yaml'] ?? '').replace(
      'profiles:\n',
      'profiles:\n  group: { start_from: sixth }\n',
    ),
  })
  const { ledger, put } = founded(school)
  const whole = { from: '2026-11-24T09:00:00Z', to: '2026-11-24T11:00:00Z' }
  const grant = {
    ...{
      type: 'personal_use',
      person: 'p-1',
      device: null,
      windows: [],
      profile: 'staff',
      sites: [],
    },
    ...{ purpose: null, zones: [], ...whole },
  }
  put('grant.put', 'g7', grant, '2026-11-24T08:00:00Z')
  const group = { kind: 'group', persons: ['p-1'], devices: [], years: [], profile: 'group' }
  const term = { from: '2026-11-24T12:00:00Z', to: '2026-11-24T13:00:00Z' }
  put('occasion.put', 'visit', { ...group, zones: [], ...term }, '2026-11-24T08:10:00Z')
  const site = { action: 'allow', hosts: ['games.example'], profiles: null, because: 'A film.' }
  put('site.put', 's9', { ...site, ...whole }, '2026-11-24T08:20:00Z')
  put('grant.revoke', 'g7', null, '2026-11-24T10:30:00Z')
  ledger.close()

  const asked = async (url: string, at: string): Promise<unknown[]> => {
    const who = ['--device', 'phone', '--zone', 'unknown', '--url', url, '--at', at, '--json']
    const [answer] = answers(await ask(school, ...who)) as Record<string, unknown>[]
    return [answer?.['profile'], answer?.['rule_id'], answer?.['valid_until']]
  }
  const until = '2026-11-24T11:00:00Z'
  expect(await asked('bbc.co.uk', TEN)).toEqual(['staff', expect.anything(), until])
  expect(await asked('games.example', TEN)).toEqual(['staff', 'site.s9', until])
  // It was revoked at half past ten, and what was before that is as it was.
  expect(await asked('bbc.co.uk', '2026-11-24T10:31:00Z')).toEqual([
    ...[null, 'staff-hours', '2026-11-24T12:00:00Z'],
  ])
  expect(await asked('bbc.co.uk', '2026-11-24T12:30:00Z')).toEqual([
    'group',
    expect.anything(),
    '2026-11-24T13:00:00Z',
  ])
  const words = (at: string) =>
    ask(school, '--device', 'phone', '--zone', 'unknown', '--url', 'zz.example', '--at', at)
  expect((await words('2026-11-24T12:30:00Z')).out).toContain('`visit`')
  expect((await words(TEN)).out).toContain('g7')
})

test('a site that a lesson pack opens says whose lesson it is and who agreed to the pack', async () => {
  const school = schoolFolder()
  const { ledger, put } = founded(school)
  const early = '2026-11-24T07:00:00Z'
  put('class.put', '9b', { teachers: ['p-2'], pupils: ['p-1'], meetings: [] }, early)
  const pack = { label: 'Rivers', sites: ['games.example'] }
  put('pack.put', 'rivers', pack, { when: '2026-11-24T08:00:00Z', by: 'p-3', approvedBy: 'p-4' })
  const term = { from: '2026-11-24T09:00:00Z', to: '2026-11-24T11:00:00Z' }
  const lesson = { class: '9b', teacher: 'p-2', pack: 'rivers', sites: [], focus: null, ...term }
  put('lesson.put', 'l1', lesson, { when: '2026-11-24T08:30:00Z', by: 'p-2' })
  put('pack.put', 'rivers', { ...pack, label: 'All rivers' }, '2026-11-24T10:30:00Z')
  ledger.close()
  const asked = ['--device', 'phone', '--zone', 'office', '--url', 'games.example', '--at']
  const [answer] = answers(await ask(school, ...asked, TEN, '--json'))
  expect(answer).toMatchObject({
    ...{
      action: 'allow',
      profile: 'staff',
      rule_id: 'lesson.l1',
      valid_until: '2026-11-24T11:00:00Z',
    },
    given_by: [
      { rule: 'lesson.l1', by: 'p-2', role: 'head', approved_by: null },
      {
        rule: 'pack.rivers',
        entry: 5,
        at: '2026-11-24T08:00:00.000Z',
        by: 'p-3',
        approved_by: 'p-4',
      },
    ],
  })
  const { out } = await ask(school, ...asked, TEN)
  expect(out).toMatch(/^given by {5}`lesson\.l1`: #6 .* p-2 \(head\): .*; because: for the test$/m)
  expect(out).toMatch(/^given by {5}`pack\.rivers`: #5 .* p-3 \(head\): .*; agreed to by p-4$/m)
  expect(out).toMatch(/^posture {6}ok$/m)
  // What the policy itself gives is the policy's.
  const [own] = answers(await ask(school, ...asked, '2026-11-24T12:00:00Z', '--json'))
  expect(own).not.toHaveProperty('given_by')
})

test('a device with an agent is explained by the register, and that is said', async () => {
  const school = schoolFolder()
  const { ledger, put } = founded(school)
  const invitation = { codeHash: 'a'.repeat(64), until: '2026-12-24T07:00:00Z' }
  put('agent.invite', 'phone', invitation, '2026-11-24T07:00:00Z')
  ledger.close()
  const { out } = await ask(school, '--device', 'phone', '--url', 'bbc.co.uk', '--at', TEN)
  expect(out).toMatch(/^posture {6}ok$/m)
  expect(out).toMatch(/^assumed .*its posture is what the register says, and not what its agent/m)
})
