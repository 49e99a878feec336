import { describe, expect, test } from 'vitest'
import { NO_PERMISSIONS, type Permissions } from '../../rules/permissions/permissions.ts'
import { SchoolTime } from '../../rules/time/school-time.ts'
import { buildExampleEngine, readExampleDevices, readExamplePolicy } from './example-engine.ts'

/**
 * The floor of design.md section 4, steps 2 and 4: help beats every denial, and school systems are open
 * in every profile but `portal`. Over every device of the example school, every zone, and moments that
 * between them give every profile and every reason to refuse.
 */
const POLICY = readExamplePolicy()
const DEVICES = [null, ...readExampleDevices().values()]
const TIME = new SchoolTime(POLICY.time)

const MOMENTS = [
  '2026-11-24T10:00:00Z',
  '2026-11-24T10:40:00Z',
  '2026-11-24T13:30:00Z',
  '2026-11-24T16:00:00Z',
  '2026-11-26T18:00:00Z',
  '2026-11-28T12:00:00Z',
  '2027-01-12T10:00:00Z',
  '2027-05-12T09:00:00Z',
].map((text) => Date.parse(text))

/** Each device in each place at each moment. */
const STANDS = MOMENTS.flatMap((at) =>
  POLICY.zones.flatMap((zone) =>
    DEVICES.map((device) => ({ question: { device, zone, moment: TIME.at(at) }, at })),
  ),
)

const FOR_EVER = { from: 0, to: Infinity }
const NOBODY = { people: [], devices: [], years: [], profile: null, ...FOR_EVER }
const HALF = ['classroom', 'library', 'staffroom']

const SITUATIONS: readonly [says: string, permissions: Permissions][] = [
  ['as ever', NO_PERMISSIONS],
  [
    'in exam mode',
    {
      ...NO_PERMISSIONS,
      occasions: [
        { id: 'o1', kind: 'exam_room', zones: ['classroom'], ...NOBODY },
        { id: 'o2', kind: 'exam_rehearsal', zones: ['library'], ...NOBODY },
        { id: 'o3', kind: 'exam_release', zones: ['exam_hall'], ...NOBODY },
      ],
    },
  ],
  [
    'on an occasion of each profile',
    {
      ...NO_PERMISSIONS,
      occasions: POLICY.profiles.map(({ id }, index) => ({
        ...NOBODY,
        ...{ id: `p${index}`, kind: 'group' as const, years: [4, 9, 11, 12], profile: id },
        // Two profiles at a time: the first of them wins where both hold.
        ...{ zones: HALF, from: MOMENTS[index % MOMENTS.length] ?? 0, to: Infinity },
      })),
    },
  ],
  ['in a site emergency', { ...NO_PERMISSIONS, emergency: { kind: 'lockdown', ...FOR_EVER } }],
]

describe.each(SITUATIONS)('%s', (_says, permissions) => {
  const engine = buildExampleEngine(POLICY, permissions)
  const stances = new Set(STANDS.map(({ question, at }) => engine.judge(question, at)))

  test('help is open to everybody', () => {
    for (const stance of stances)
      for (const host of ['childline.org.uk', 'www.samaritans.org', 'support-wellbeing.cat.test'])
        expect(engine.decideHost(stance, host), `${host} by ${stance.ruleId}`).toMatchObject({
          action: 'allow',
          category: 'support.wellbeing',
          cause: 'Help and reporting services are always open.',
        })
  })

  test('school systems are open in every profile but `portal`, and in no denial', () => {
    for (const stance of stances) {
      const { action, reasonCode } = engine.decideHost(stance, 'support-systems.cat.test')
      const isOpen = stance.profile !== null && stance.profile !== 'portal'
      expect([action, reasonCode], stance.ruleId).toEqual(
        isOpen ? ['allow', null] : ['block', stance.reasonCode],
      )
    }
  })

  test('what is sealed is closed to everybody', () => {
    for (const stance of stances)
      expect(engine.decideHost(stance, 'illegal-csam.cat.test').reasonCode).toBe('sealed')
  })
})

test('the situations give every profile and every kind of refusal', () => {
  const seen = new Set<string>()
  for (const [, permissions] of SITUATIONS) {
    const engine = buildExampleEngine(POLICY, permissions)
    for (const { question, at } of STANDS) {
      const { profile, reasonCode } = engine.judge(question, at)
      seen.add(profile ?? reasonCode ?? '')
    }
  }
  const profiles = POLICY.profiles.map(({ id }) => id)
  const reasons = ['lost', 'exam', 'mobile_free_zone', 'reception_hours', 'out_of_hours', 'default']
  expect([...profiles, ...reasons].filter((each) => !seen.has(each))).toEqual([])
})

test('a page that an occasion closes names it', () => {
  const engine = buildExampleEngine(POLICY, SITUATIONS[1]?.[1])
  const library = POLICY.zones.find(({ id }) => id === 'library')
  const laptop = readExampleDevices().get('pupil-y9-laptop')
  const phone = readExampleDevices().get('staff-phone')
  if (library === undefined || laptop === undefined || phone === undefined) throw new Error('none')
  const at = MOMENTS[0] ?? 0
  const ask = (device: typeof laptop) =>
    engine.decideHost(engine.judge({ device, zone: library, moment: TIME.at(at) }, at), 'bbc.co.uk')
  expect(ask(laptop)).toMatchObject({
    profile: 'exam_allow_list',
    reasonCode: 'closed_profile',
    window: 'exam_rehearsal',
    cause:
      'Only a short list of sites is open here and now for an exam room (exam rehearsal `o2`).',
  })
  expect(ask(phone)).toMatchObject({
    reasonCode: 'exam',
    alert: true,
    ruleId: 'occasion.o2',
    cause:
      'Exam mode is being tried out here: personal devices are refused as in an exam (exam rehearsal `o2`).',
  })
})
