import { expect, test } from 'vitest'
import { directionOfPolicy } from '../../../rules/direction/direction-of-policy.ts'
import { joinPolicyTexts } from '../../../rules/policy/policy-text.ts'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import type { Policy } from '../../../rules/policy/policy.ts'
import { describeProblem } from '../../../rules/policy/yaml-source.ts'
import { NO_PERMISSIONS } from '../../../rules/permissions/permissions.ts'
import { hostsNamed } from '../../../rules/services/hosts-named.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import { engineFrom } from '../../support/arbitrary-policy.ts'
import { deviceOf } from '../../support/sample-facts.ts'
import { SCHOOL_FILES } from '../../support/school-folder.ts'

const PARENT = `floor:
  actions:
    staff:
      comms.social: block
      media.press: warn
      media.video_audio: timed
corrections:
  - { host: fine.example, remove: comms.social, because: The trust has looked. }
access:
  - { id: trust-visitors, role: visitor, deny: no_visitors }
`
const OWN = `extends: trust.yaml\n${SCHOOL_FILES['policy.yaml'] ?? ''}`

function parsed(own: string, parent = PARENT): Policy {
  const read = parsePolicy(
    joinPolicyTexts(own, { name: 'trust.yaml', text: parent }),
    'policy.yaml',
  )
  if (!read.ok) throw new Error(read.problems.map(describeProblem).join('\n'))
  return read.policy
}

function problems(own: string, parent = PARENT): readonly string[] {
  const read = parsePolicy(
    joinPolicyTexts(own, { name: 'trust.yaml', text: parent }),
    'policy.yaml',
  )
  return read.ok ? [] : read.problems.map(describeProblem)
}

const staff = ({ profiles }: Policy) => profiles.find(({ id }) => id === 'staff')

test('the parent’s rules come first, and its floor is laid under the school’s profiles', () => {
  const policy = parsed(OWN)
  expect(policy.access.map(({ id }) => id)).toEqual([
    'trust-visitors',
    'staff-office',
    'staff-hours',
  ])
  expect(staff(policy)).toMatchObject({ floor: ['comms.social'], change: { 'comms.social': 'B' } })
  expect(policy.corrections).toMatchObject([{ ofTrust: true }])
})

test('what is as strict as the floor or stricter is the school’s own affair', () => {
  const own = OWN.replace(
    '{ start_from: staff, ',
    '{ start_from: staff, change: { media.press: restrict, media.video_audio: block }, ',
  )
  expect(problems(own)).toEqual([])
  expect(staff(parsed(own))?.change).toMatchObject({ 'media.press': 'R', 'media.video_audio': 'B' })
})

const change = (words: string) => (own: string) =>
  own.replace('{ start_from: staff, ', `{ start_from: staff, change: { ${words} }, `)

const LOOSENINGS: readonly [says: string, edit: (own: string) => string, problem: RegExp][] = [
  [
    'an action that is milder',
    change('comms.social: warn'),
    /^policy\.yaml:\d+:\d+: profiles\.staff\.change\.comms\.social: `warn` is milder than `block`, the floor of the trust$/,
  ],
  ['open where a warning is due', change('media.press: allow'), /`allow` is milder than `warn`/],
  [
    'open at times where a warning is due',
    change('media.press: timed'),
    /`timed` is milder than `warn`/,
  ],
  [
    'a warning at all times where it is closed at times',
    change('media.video_audio: warn'),
    /`warn` is milder than `timed`/,
  ],
  [
    'a correction',
    (own) => `${own}corrections:\n  - { host: x.example, remove: comms.social, because: x }\n`,
    /^policy\.yaml:\d+:\d+: corrections\.0\.remove: `comms\.social` is closed by the floor/,
  ],
  [
    'a closed list',
    (own) =>
      own.replace(
        'quarantine: { only: {} }',
        'quarantine: { only: { categories: [comms.social] } }',
      ),
    /profiles\.quarantine\.only\.categories\.0: `comms\.social` is closed/,
  ],
  [
    'an observed zone',
    (own) => own.replace('pupil_area: false }', 'pupil_area: false, mode: observe }'),
    /zones\.office\.mode: the floor of the trust allows no zone/,
  ],
  [
    'a floor of the school’s own',
    (own) => `${own}floor: {}\n`,
    /^policy\.yaml:\d+:\d+: floor: only a parent has a floor/,
  ],
]

test.each(LOOSENINGS)('%s is refused at its place', (_says, edit, problem) => {
  const own = edit(OWN)
  expect(own).not.toBe(OWN)
  expect(problems(own)).toEqual([expect.stringMatching(problem)])
})

test('a mistake of the parent is told at its place in the parent', () => {
  const wrong = PARENT.replace('comms.social: block', 'comms.socail: block')
  expect(problems(OWN, wrong)).toEqual([
    expect.stringMatching(
      /^trust\.yaml:4:7: floor\.actions\.staff\.comms\.socail: no category .*did you mean `comms\.social`/,
    ),
  ])
  expect(problems(OWN, PARENT.replace('no_visitors', 'sealed'))[0]).toMatch(/^trust\.yaml:10:/)
  expect(problems(OWN, `${PARENT}extends: more.yaml\n`)[0]).toMatch(
    /^trust\.yaml:\d+:\d+: extends: a parent/,
  )
  expect(problems(OWN, PARENT.replace('actions:', 'action:'))[0]).toMatch(
    /^trust\.yaml:2:3: floor\.action: unknown key; did you mean `actions`/,
  )
  expect(problems(OWN, PARENT.replace('comms.social: block', 'illegal.csam: block'))[0]).toMatch(
    /SEALED/,
  )
})

test('a parent that is not there is a problem of the line that names it', () => {
  const read = parsePolicy(OWN, 'policy.yaml')
  expect(read.ok ? [] : read.problems.map(describeProblem)).toEqual([
    'policy.yaml:1:1: extends: the parent `trust.yaml` is not there',
  ])
  expect(problems(OWN.replace('extends: trust.yaml\n', ''))[0]).toContain('`extends` is missing')
})

test('a floor that is lowered loosens, one that is raised tightens', () => {
  const lower = parsed(OWN, PARENT.replace('      comms.social: block\n', ''))
  expect(directionOfPolicy(parsed(OWN), lower).direction).toBe('loosen')
  expect(directionOfPolicy(lower, parsed(OWN)).direction).toBe('tighten')
})

test('a site that the trust closes is closed whatever a school’s rule, grant or lesson says', () => {
  const parent = `${PARENT}sites:
  - { id: trust-mail, block: [mail.example], because: The trust has its own. }
  - { id: trust-post, allow: [post.mail.example], because: But for this. }
`
  const policy = parsed(OWN, parent)
  expect(policy.sites.map(({ id, ofTrust }) => [id, ofTrust])).toEqual([
    ['trust-mail', true],
    ['trust-post', true],
  ])
  const term = { from: 0, to: Infinity }
  const hosts = ['deep.mail.example', 'post.mail.example'].flatMap((text) => hostsNamed(text) ?? [])
  const grant = {
    ...{
      id: 'g',
      medical: false,
      person: 'p-1',
      device: null,
      class: null,
      zones: [],
      windows: [],
    },
    ...{ profile: 'staff', hosts, categories: [], locked: true, ...term },
  }
  const engine = engineFrom(policy, [], { ...NO_PERMISSIONS, grants: [grant] })
  const device = deviceOf({ id: 'phone' })
  const zone = { id: 'office', pupilArea: false, mobileFree: false, exam: false }
  const at = Date.parse('2026-11-24T10:00:00Z')
  const moment = new SchoolTime(policy.time).at(at)
  const stance = engine.judge({ device, zone, moment }, at)
  const answers = ['mail.example', 'deep.mail.example', 'post.mail.example'].map((host) => {
    const { action, ruleId } = engine.decideHost(stance, host)
    return `${action} by ${ruleId}`
  })
  expect(answers).toEqual(['block by trust-mail', 'block by trust-mail', 'allow by trust-post'])
})
