import { expect, test } from 'vitest'
import { judgeClass } from '../../../records/governance/judge-class.ts'
import {
  grantFacts,
  type Grant,
  type LessonFacts,
} from '../../../records/governance/permission-facts.ts'
import { EMPTY_REGISTER, type Register } from '../../../records/register/register.ts'
import { AT, REASON, sampleDesk } from './sample-desk.ts'

const classOf = (...pupils: readonly string[]) => ({ teachers: ['t'], pupils, meetings: [] })
const GRANT: Grant = grantFacts.parse({
  ...{ type: 'site_unblock', person: null, device: null, class: '9b', zones: [], windows: [] },
  ...{ from: '2026-11-24T08:00:00Z', to: '2026-11-24T16:00:00Z', profile: null },
  ...{ sites: ['games.example'], purpose: null },
})
const LESSON: LessonFacts = {
  ...{ class: '9b', teacher: 't', pack: 'p', sites: [], focus: null },
  ...{ from: '2026-11-24T09:55:00Z', to: '2026-11-24T10:55:00Z' },
}

const having = (facts: { grant?: Grant; lesson?: LessonFacts }): Register => ({
  ...EMPTY_REGISTER,
  grants: new Map(facts.grant === undefined ? [] : [['g', facts.grant]]),
  lessons: new Map(facts.lesson === undefined ? [] : [['l', facts.lesson]]),
})

const NOTHING = having({})
const OPENED = having({ grant: GRANT })
const COMING = having({
  grant: { ...GRANT, from: '2026-11-30T08:00:00Z', to: '2026-12-01T08:00:00Z' },
})
const OVER = having({ grant: { ...GRANT, to: '2026-11-24T10:00:00Z' } })
const OTHERS = having({ grant: { ...GRANT, class: '7a' } })
const PACKED = having({ lesson: LESSON })
const FOCUSED = having({ lesson: { ...LESSON, pack: null, focus: ['maths.example'] } })

const WAITS = 'loosen for pupil, dsl'
const AT_ONCE = 'tighten for pupil, at once'
const NAMES = 'neutral for , at once'

type Class = ReturnType<typeof classOf> | null
const ROWS: readonly [says: string, was: Class, is: Class, register: Register, expected: string][] =
  [
    [
      'where nothing is opened a class is a list of names',
      classOf('a'),
      classOf('b'),
      NOTHING,
      NAMES,
    ],
    [
      'who joins a class with a running grant gets it',
      classOf('a'),
      classOf('a', 'b'),
      OPENED,
      WAITS,
    ],
    ['one that begins later counts, too', classOf('a'), classOf('a', 'b'), COMING, WAITS],
    ['one that is over gives nothing', classOf('a'), classOf('a', 'b'), OVER, NAMES],
    ['nor does another class’s', classOf('a'), classOf('a', 'b'), OTHERS, NAMES],
    ['who leaves loses it', classOf('a', 'b'), classOf('a'), OPENED, AT_ONCE],
    ['a swap gives it to somebody', classOf('a'), classOf('b'), OPENED, WAITS],
    [
      'other rooms and teachers change nothing',
      classOf('a'),
      { ...classOf('a'), teachers: ['x'] },
      OPENED,
      NAMES,
    ],
    ['a class that goes takes it from all', classOf('a'), null, OPENED, AT_ONCE],
    ['a class that comes back gives it to all', null, classOf('a'), OPENED, WAITS],
    ['a lesson with a pack opens as a grant does', classOf('a'), classOf('a', 'b'), PACKED, WAITS],
    [
      'who joins a lesson that is about one site has less',
      classOf('a'),
      classOf('a', 'b'),
      FOCUSED,
      AT_ONCE,
    ],
    ['and who leaves it has more', classOf('a', 'b'), classOf('a'), FOCUSED, WAITS],
  ]

test.each(ROWS)('%s', (...[, before, after, register, expected]) => {
  const answer = judgeClass('9b', { after, before }, { register, at: AT })
  if (typeof answer === 'string') throw new Error(answer)
  const { direction, affectedRoles, approvers } = answer
  expect(`${direction} for ${affectedRoles.join('+')}, ${approvers ?? 'at once'}`).toBe(expected)
})

test('a pupil who joins by a change of the register waits for the lead, and then has the class’s grant', async () => {
  const { desk, view, submit } = sampleDesk()
  const put = (...pupils: readonly string[]) =>
    submit([{ kind: 'class.put', objectId: '9b', after: classOf(...pupils) }], 'it')
  const approveAll = async () => {
    for (const [id, { state }] of view.current().proposals)
      if (state === 'waiting')
        expect(await desk.approve(id, 'dsl', REASON, AT)).toMatchObject({ kind: 'applied' })
  }
  await put('p-pupil')
  await submit([{ kind: 'grant.put', objectId: 'g', after: { ...GRANT } }], 'nm')
  await approveAll()
  expect(view.current().grants.size).toBe(1)
  expect(await put('p-pupil', 'p-new')).toMatchObject({ kind: 'waiting' })
  expect(view.current().classes.get('9b')?.pupils).toEqual(['p-pupil'])
  await approveAll()
  expect(view.current().classes.get('9b')?.pupils).toEqual(['p-pupil', 'p-new'])
})
