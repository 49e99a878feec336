import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { findService } from '../../../rules/services/services.ts'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { describeProblem } from '../../../rules/policy/yaml-source.ts'

const EXAMPLE = readFileSync(new URL('../../../examples/policy.yaml', import.meta.url), 'utf8')

test('the example school parses, and means what the file says', () => {
  const parsed = parsePolicy(EXAMPLE, 'policy.yaml')
  if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join('\n'))
  const { policy } = parsed
  expect(policy.time.windows.find(({ name }) => name === 'reception_hours')).toMatchObject({
    startSeconds: 8.5 * 3600,
    endSeconds: 15.5 * 3600,
    days: [1, 2, 3, 4, 5],
    onInset: false,
  })
  expect(policy.sites[0]?.profiles).toEqual([
    'secondary_lesson',
    'secondary_social',
    'sixth_lesson',
    'sixth_social',
    'staff_byod',
    'staff_work',
    'staff_emergency',
    'visitor',
  ])
  expect(policy.profiles.find(({ id }) => id === 'medical')?.closed?.hosts).toEqual([
    { host: 'glucose.example', scope: 'subtree' },
  ])
  // The preset `strict` adds nothing; a preset's rules would come first.
  expect(policy.access[0]?.id).toBe('pupil-personal')
})

const SAFE_MODES: readonly [profile: string, lines: string, modes: object][] = [
  ['primary_lesson', '', { safeSearch: true, youtube: 'strict', withoutSafeMode: 'block' }],
  ['secondary_lesson', '', { safeSearch: true, youtube: 'moderate', withoutSafeMode: 'block' }],
  ['sixth_social', '', { safeSearch: true, youtube: 'moderate', withoutSafeMode: 'block' }],
  ['staff_byod', '', { safeSearch: true, youtube: 'off', withoutSafeMode: 'allow' }],
  ['visitor', '', { safeSearch: true, youtube: 'off', withoutSafeMode: 'allow' }],
  ['medical', '', { safeSearch: true, youtube: 'moderate', withoutSafeMode: 'block' }],
  ['staff_byod', 'change: { edu.search: allow }', { safeSearch: false }],
  ['secondary_lesson', 'change: { edu.search: allow }', { safeSearch: true }],
  [
    'sixth_social',
    'safe_search: off, youtube: off, without_safe_mode: allow',
    { safeSearch: false, youtube: 'off', withoutSafeMode: 'allow' },
  ],
]

test.each(SAFE_MODES)('safe modes of %s with `%s`', (profile, lines, modes) => {
  const document = parseDocument(EXAMPLE)
  const more = parseDocument(`{ ${lines} }`).toJSON() as Record<string, unknown>
  for (const [key, value] of Object.entries(more)) document.setIn(['profiles', profile, key], value)
  const parsed = parsePolicy(document.toString(), 'policy.yaml')
  if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join('\n'))
  expect(parsed.policy.profiles.find(({ id }) => id === profile)).toMatchObject(modes)
})

test('the preset of a school is put in front of the common rules', () => {
  const parsed = parsePolicy(EXAMPLE.replace('preset: strict', 'preset: secondary'), 'p.yaml')
  expect(parsed.ok && parsed.policy.access[0]?.id).toBe('staff-breaks')
})

const SITES = 'allow: [service: wikipedia]'

test('a site rule that names a service means each of its hosts', () => {
  const parsed = parsePolicy(EXAMPLE.replace(SITES, 'block: [bbc.co.uk, service: discord]'), 'p')
  const hosts = parsed.ok ? (parsed.policy.sites[1]?.hosts ?? []) : []
  expect(hosts[0]).toEqual({ host: 'bbc.co.uk', scope: 'subtree' })
  expect(hosts.slice(1)).toEqual(
    findService('discord')?.hosts.map((host) => ({ ...host, service: 'discord' })),
  )
})

test('a closed list opens a service as one', () => {
  const parsed = parsePolicy(
    EXAMPLE.replace('only: { hosts: [] }', 'only: { hosts: [service: desmos] }'),
    'p',
  )
  const exam = parsed.ok && parsed.policy.profiles.find(({ id }) => id === 'exam_allow_list')
  expect(exam && exam.closed?.hosts).toEqual([
    { host: 'desmos.com', scope: 'subtree', service: 'desmos' },
  ])
})

test('the services of a profile are site rules that hold in it alone', () => {
  const parsed = parsePolicy(
    EXAMPLE.replace(
      'label: secondary pupils in breaks and clubs',
      'label: secondary pupils in breaks and clubs\n    services: { tiktok: block, youtube: allow }',
    ),
    'p',
  )
  expect(parsed.ok && parsed.policy.sites.slice(2)).toMatchObject([
    {
      id: 'profiles.secondary_social.services.tiktok',
      action: 'block',
      profiles: ['secondary_social'],
      because: 'Closed for secondary pupils in breaks and clubs.',
    },
    { id: 'profiles.secondary_social.services.youtube', action: 'allow' },
  ])
})

/** A change to the example file and the problem it must give, with its place. */
const MISTAKES: readonly [says: string, from: string, to: string, problem: RegExp][] = [
  [
    'a misspelt safe mode has a suggestion',
    '    safe_search: on',
    '    safe_serch: on',
    /profiles\.primary_lesson\.safe_serch: unknown key; did you mean `safe_search`\?/,
  ],
  [
    'a level that YouTube does not have is named',
    '    youtube: strict',
    '    youtube: medium',
    /profiles\.primary_lesson\.youtube: /,
  ],
  [
    'a safe search that is true is no word',
    '    safe_search: on',
    '    safe_search: true',
    /profiles\.primary_lesson\.safe_search: /,
  ],
  [
    'a misspelt key at the top has a suggestion',
    '\ntimetable:',
    '\ntimetabel:',
    /^p\.yaml:\d+:1: timetabel: unknown key; did you mean `timetable`\?$/,
  ],
  [
    'a misspelt key inside a rule has a suggestion',
    '      pupil_area: false\n      during: [break, lunch]',
    '      pupil_aera: false\n      during: [break, lunch]',
    /presets\.secondary\.0\.pupil_aera: unknown key; did you mean `pupil_area`\?/,
  ],
  [
    'a misspelt service has a suggestion',
    SITES,
    'allow: [bbc.co.uk, service: wikipdia]',
    /sites\.1\.allow\.1: no service `wikipdia`; did you mean `wikipedia`\?/,
  ],
  [
    'a misspelt service of a closed list has one too',
    'only: { hosts: [] }',
    'only: { hosts: [service: gooogle_docs] }',
    /profiles\.exam_allow_list\.only\.hosts\.0: no service `gooogle_docs`; did you mean `google_docs`\?/,
  ],
  [
    'a misspelt service of a profile has one too',
    'label: visitors',
    'label: visitors\n    services: { tictok: block }',
    /profiles\.visitor\.services\.tictok: no service `tictok`; did you mean `tiktok`\?/,
  ],
  [
    'a closed profile has no services beside its list',
    'label: an exam room',
    'label: an exam room\n    services: { desmos: allow }',
    /profiles\.exam_allow_list\.services: a profile with `only` is judged by that list alone/,
  ],
  [
    'a site that is a map of something else is told what a site is',
    SITES,
    'allow: [{ servise: wikipedia }]',
    /sites\.1\.allow\.0: a site is a host name or `service: NAME`/,
  ],
  [
    'a window that nobody defined is named',
    'during: reception_hours',
    'during: reception_huors',
    /access\.3\.during: no window `reception_huors`; did you mean `reception_hours`\?/,
  ],
  [
    'a zone that nobody defined is named',
    'zone: [staffroom, slt_office, staff_car_park]',
    'zone: [stafroom, slt_office, staff_car_park]',
    /no zone `stafroom`; did you mean `staffroom`\?/,
  ],
  [
    'a profile that nobody defined is named',
    'profile: staff_work',
    'profile: staff_wrok',
    /no profile `staff_wrok`; did you mean `staff_work`\?/,
  ],
  [
    'a phase profile must exist for every phase',
    '  sixth_social:\n    label: the sixth form in breaks and clubs\n    start_from: sixth\n    social: true\n',
    '',
    /no profile `sixth_social`/,
  ],
  [
    'a sealed category can not be opened',
    'change: { comms.webmail: block }',
    'change: { illegal.csam: allow }',
    /profiles\.staff_work\.change\.illegal\.csam: `illegal\.csam` is SEALED/,
  ],
  [
    'a help category can not be closed',
    'change: { comms.webmail: block }',
    'change: { support.wellbeing: block }',
    /`support\.wellbeing` is ALWAYS/,
  ],
  [
    'a locked category can not be allowed',
    'change: { comms.webmail: block }',
    'change: { harm.suicide: allow }',
    /`harm\.suicide` is LOCKED: only `block` and `grant` are possible/,
  ],
  [
    'a category that does not exist has a suggestion',
    'change: { comms.webmail: block }',
    'change: { comms.web_mail: block }',
    /no category `comms\.web_mail`; did you mean `comms\.webmail`\?/,
  ],
  ['a time of day that does not exist', "start: '08:30'", "start: '24:30'", /not a time of day/],
  ['a date that does not exist', 'to: 2026-12-18', 'to: 2026-12-32', /`2026-12-32` is not a date/],
  ['a term that ends before it begins', 'to: 2026-12-18', 'to: 2026-08-18', /before it begins/],
  ['a network that is none', '[127.10.10.0/24]', '[127.10.10.0/240]', /is not a network/],
  ['a time zone that does not exist', 'Europe/London', 'Europe/Lodnon', /is not a time zone/],
  ['a host that is none', 'allow: [bbc.co.uk, gov.uk]', 'allow: [bbc..uk]', /not a host name/],
  ['a missing part', '  name: Example All-Through School\n', '', /school\.name: missing/],
  ['a word outside its list', 'role: governor', 'role: govenor', /governor/],
  ['broken YAML', 'zones:', 'zones: [', /^p\.yaml:\d+:\d+: /],
]

test.each(MISTAKES)('%s', (_says, from, to, problem) => {
  expect(EXAMPLE).toContain(from)
  const parsed = parsePolicy(EXAMPLE.replace(from, to), 'p.yaml')
  expect(parsed.ok).toBe(false)
  const messages = parsed.ok ? [] : parsed.problems.map(describeProblem)
  expect(messages.join('\n')).toMatch(new RegExp(problem.source, 'm'))
})

/** Nine to the seventh `x`, were it expanded. */
const BOMB_PAIRS = ['ba', 'cb', 'dc', 'ed', 'fe', 'gf'].map(
  (pair) => [pair.charAt(0), pair.charAt(1)] as const,
)

test('an alias bomb is refused, not expanded', () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
  for (const [name, of] of BOMB_PAIRS)
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${of}`).join(',')}]`)
  expect(parsePolicy(bomb.join('\n'), 'p.yaml').ok).toBe(false)
})

test('a file of megabytes is refused before it is read', () => {
  expect(parsePolicy('#'.repeat(4 * 1024 * 1024 + 1), 'p.yaml')).toMatchObject({ ok: false })
})

test('any text gives a policy or problems with places, never an exception', () => {
  const lines = EXAMPLE.split('\n')
  const mutated = fc
    .tuple(fc.nat(lines.length - 1), fc.oneof(fc.string(), fc.constantFrom('[', '- ', ': ', '*x')))
    .map(([at, text]) => lines.with(at, text).join('\n'))
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 300 }), mutated), (text) => {
      const parsed = parsePolicy(text, 'p.yaml')
      if (parsed.ok) return
      expect(parsed.problems.length).toBeGreaterThan(0)
      for (const { line, col } of parsed.problems) {
        expect(line).toBeGreaterThan(0)
        expect(col).toBeGreaterThan(0)
      }
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 100) },
  )
})
