import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { checkReferences } from '../../../rules/policy/check-references.ts'
import { policySchema } from '../../../rules/policy/policy-schema.ts'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { readPolicySource } from '../../../rules/policy/policy-source.ts'

const EXAMPLE = readFileSync(new URL('../../../examples/policy.yaml', import.meta.url), 'utf8')

/** The example with the value at a dotted path replaced, or taken out where `value` is undefined. */
function changed(path: string, value: unknown): string {
  const document = parse(EXAMPLE) as Record<string, unknown>
  const steps = path.split('.')
  const last = steps.pop() ?? ''
  let at = document
  for (const step of steps) at = at[step] as Record<string, unknown>
  if (value === undefined) Reflect.deleteProperty(at, last)
  else at[last] = value
  return stringify(document)
}

function problemsOf(text: string): string[] {
  const source = readPolicySource(text, 'p.yaml')
  if (!('value' in source)) throw new Error('not YAML')
  const document = policySchema.parse(source.value)
  return checkReferences(document, source).map(({ path, message }) => `${path}: ${message}`)
}

test('the example has no problem', () => {
  expect(problemsOf(EXAMPLE)).toEqual([])
})

const rule = (more: object) => [{ role: 'staff', profile: 'staff_work', ...more }]
const site = (more: object) => [{ because: 'why', ...more }]
const exam = { date: '2027-01-12', start: '09:00', end: '12:00', zone: 'exam_hall', paper: 'Maths' }

const PROBLEMS: readonly [says: string, path: string, value: unknown, problem: string][] = [
  [
    'a site rule that ends before it begins',
    'sites',
    site({ allow: ['a.example'], from: '2026-12-18', until: '2026-12-17' }),
    'sites.0.until: it would end at `2026-12-17`, before it begins',
  ],
  [
    'a site rule until some word',
    'sites',
    site({ allow: ['a.example'], until: 'Friday' }),
    "sites.0.until: `Friday` is no time: write a date (2026-12-18) or one with the school's time of day (2026-12-18T15:30)",
  ],
  [
    'a closed day that does not exist',
    'calendar.closed.0.from',
    '2026-02-30',
    'calendar.closed.0.from: `2026-02-30` is not a date',
  ],
  [
    'an INSET day that does not exist',
    'calendar.inset',
    ['2026-11-31'],
    'calendar.inset.0: `2026-11-31` is not a date',
  ],
  [
    'a window that has no length',
    'windows.staff_day',
    { start: '07:30', end: '07:30' },
    'windows.staff_day.end: starts and ends at the same time',
  ],
  [
    'a slot at a time that does not exist',
    'timetable.sixth',
    [['lesson', '08:60', '09:00']],
    'timetable.sixth.0.start: `08:60` is not a time of day',
  ],
  [
    'a timetable for a phase that the school has not',
    'timetable.nursery',
    [],
    'timetable.nursery: no phase `nursery`',
  ],
  [
    'an exam in a zone that nobody defined',
    'exams',
    [{ ...exam, zone: 'exam_hal' }],
    'exams.0.zone: no zone `exam_hal`; did you mean `exam_hall`?',
  ],
  [
    'an exam in a zone that every object has',
    'exams',
    [{ ...exam, zone: 'constructor' }],
    'exams.0.zone: no zone `constructor`',
  ],
  [
    'an exam in a room that is no exam room',
    'exams',
    [{ ...exam, zone: 'library' }],
    'exams.0.zone: zone `library` is not marked `exam: true`',
  ],
  [
    'an access point in a zone that is not there',
    'identify.places',
    { 'library-aps': 'libary' },
    'identify.places.library-aps: no zone `libary`; did you mean `library`?',
  ],
  [
    'an exam on no date',
    'exams',
    [{ ...exam, date: '2027-13-01' }],
    'exams.0.date: `2027-13-01` is not a date',
  ],
  [
    'no unknown zone',
    'zones.unknown',
    undefined,
    'zones: zone `unknown` is missing: it is where an unmapped address is',
  ],
  [
    'a network in two zones',
    'zones.library.networks',
    ['127.10.10.0/24'],
    'zones.library.networks.0: `127.10.10.0/24` is already zone `classroom`',
  ],
  [
    'last octets of an IPv6 network',
    'identify.last_octet',
    ['fd00::/64'],
    'identify.last_octet.0: `fd00::/64` is not an IPv4 network',
  ],
  [
    'no portal',
    'profiles.portal',
    undefined,
    'profiles: profile `portal` is missing, or has no `only`',
  ],
  [
    'a quarantine that is open',
    'profiles.quarantine',
    { start_from: 'staff' },
    'profiles: profile `quarantine` is missing, or has no `only`',
  ],
  [
    'a profile that is open and closed',
    'profiles.medical',
    { start_from: 'staff', only: {} },
    'profiles.medical: a profile has either `start_from` (a column of the taxonomy) or `only`',
  ],
  [
    'a profile that is neither',
    'profiles.visitor',
    { social: true },
    'profiles.visitor: a profile has either `start_from` (a column of the taxonomy) or `only`',
  ],
  [
    'a closed list of an unknown category',
    'profiles.medical.only',
    { categories: ['files.update'] },
    'profiles.medical.only.categories.0: no category `files.update`; did you mean `files.updates`?',
  ],
  [
    'a closed list of no host',
    'profiles.medical.only',
    { hosts: ['https://x.example'] },
    'profiles.medical.only.hosts.0: `https://x.example` is not a host name',
  ],
  [
    'a locked category that warns',
    'profiles.visitor.change',
    { 'bypass.vpn': 'warn' },
    'profiles.visitor.change.bypass.vpn: `bypass.vpn` is LOCKED: only `block` and `grant` are possible',
  ],
  [
    'a category that every object has',
    'profiles.visitor.change',
    { constructor: 'warn' },
    'profiles.visitor.change.constructor: no category `constructor`',
  ],
  [
    'timed outside of no window',
    'profiles.visitor.timed_outside',
    'reception',
    'profiles.visitor.timed_outside: no window `reception`',
  ],
  [
    'timed outside of a window that every object has',
    'profiles.visitor.timed_outside',
    'constructor',
    'profiles.visitor.timed_outside: no window `constructor`',
  ],
  [
    'a grant of no profile',
    'grants.medical',
    'medicl',
    'grants.medical: no profile `medicl`; did you mean `medical`?',
  ],
  [
    'a rule that decides nothing',
    'access',
    rule({ profile: undefined }),
    'access.0: a rule has either `profile` or `deny`',
  ],
  [
    'a rule that decides twice',
    'access',
    rule({ deny: 'no_phones' }),
    'access.0: a rule has either `profile` or `deny`',
  ],
  [
    "a reason that is the gate's own",
    'access',
    rule({ profile: undefined, deny: 'lost' }),
    "access.0.deny: `lost` is one of the gate's own reasons",
  ],
  [
    'a rule for no zone',
    'access',
    rule({ zone: 'stafroom' }),
    'access.0.zone: no zone `stafroom`; did you mean `staffroom`?',
  ],
  [
    'a rule for no window',
    'access',
    rule({ during: ['lesson', 'breack'] }),
    'access.0.during: no window `breack`; did you mean `break`?',
  ],
  [
    "a preset's rule is checked where it is not chosen",
    'presets.secondary',
    rule({ profile: 'staf_work' }),
    'presets.secondary.0.profile: no profile `staf_work`; did you mean `staff_work`?',
  ],
  [
    'a preset that nobody wrote',
    'preset',
    'strickt',
    'preset: no preset `strickt`; did you mean `strict`?',
  ],
  ['a preset that every object has', 'preset', 'constructor', 'preset: no preset `constructor`'],
  [
    'a site rule that does nothing',
    'sites',
    site({}),
    'sites.0: a rule has either `allow` or `block`',
  ],
  [
    'a site rule that does both',
    'sites',
    site({ allow: ['a.example'], block: ['b.example'] }),
    'sites.0: a rule has either `allow` or `block`',
  ],
  [
    'a site rule for no host',
    'sites',
    site({ block: ['a.example', '*'] }),
    'sites.0.block.1: `*` is not a host name',
  ],
  [
    'a site rule for no profile',
    'sites',
    site({ block: ['a.example'], profiles: ['governor_*'] }),
    'sites.0.profiles.0: no profile `governor_*`',
  ],
  [
    'a correction that changes nothing',
    'corrections',
    site({ host: 'a.example' }),
    'corrections.0: a correction adds or removes a category',
  ],
  [
    'a correction of an unknown category',
    'corrections',
    site({ host: 'a.example', add: 'media.game' }),
    'corrections.0.add: no category `media.game`; did you mean `media.games`?',
  ],
  [
    'a correction that seals',
    'corrections',
    site({ host: 'a.example', add: 'illegal.other' }),
    'corrections.0.add: `illegal.other` is SEALED: no correction reaches it',
  ],
  [
    'a correction that unseals',
    'corrections',
    site({ host: 'a.example', remove: 'illegal.csam' }),
    'corrections.0.remove: `illegal.csam` is SEALED: no correction reaches it',
  ],
  [
    'a list from nowhere',
    'lists',
    [{ id: 'a' }],
    'lists.0: a list has one of `folder`, `path` and `url`',
  ],
  [
    'a list from two places',
    'lists',
    [{ id: 'a', folder: 'x', path: 'y', category: 'media.games' }],
    'lists.0: a list has one of `folder`, `path` and `url`',
  ],
  [
    'a file without a category',
    'lists',
    [{ id: 'a', path: 'y' }],
    'lists.0: a list with `path` or `url` needs a `category`',
  ],
  [
    'a file of an unknown category',
    'lists',
    [{ id: 'a', path: 'y', category: 'media.gamez' }],
    'lists.0.category: no category `media.gamez`; did you mean `media.games`?',
  ],
]

test.each(PROBLEMS)('%s', (_says, path, value, problem) => {
  const found = problemsOf(changed(path, value))
  expect(
    found.find((line) => line.startsWith(problem)),
    found.join('\n'),
  ).toBeDefined()
})

test('every problem is told at once', () => {
  const text = changed('sites', site({})).replace('timezone: Europe/London', 'timezone: London')
  expect(problemsOf(text)).toHaveLength(2)
  expect(parsePolicy(text, 'p.yaml').ok).toBe(false)
})
