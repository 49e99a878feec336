import { z } from 'zod'
import {
  meetingsAt,
  meetingsOn,
  type ClassMeeting,
} from '../../../records/governance/class-meetings.ts'
import type { LessonFacts } from '../../../records/governance/permission-facts.ts'
import { ProblemError } from '../problem.ts'
import { route, type Desk } from '../route.ts'

const PAGE = 100
/** What was asked for longer ago is found in the change log. */
const REMEMBERED_MS = 60 * 86_400_000

export const TEACHING_ROUTES = [
  route({
    method: 'GET',
    url: '/api/my-class',
    access: 'lessons.run',
    summary:
      'The classes that are taught now, by the timetable with its cover; a teacher sees his own',
    handle: ({ desk, scope, at }, { personRef }) => {
      const register = desk.school.register()
      const isHis = ({ teachers }: ClassMeeting) => scope !== 'own' || teachers.includes(personRef)
      const now = meetingsAt(register, at).filter(isHis)
      const next = meetingsOn(register, at).find((each) => each.from > at && isHis(each))
      return {
        headSeq: register.headSeq,
        now: now.map((meeting) => ({
          ...shown(meeting, desk),
          lessons: [...register.lessons].flatMap(([id, lesson]) =>
            lesson.class === meeting.class && isOn(lesson, at) ? [{ id, ...lesson }] : [],
          ),
          pupils: meeting.pupils.map((ref) => ({ ref, name: desk.school.nameOf(ref) })),
        })),
        next: next === undefined ? null : shown(next, desk),
        packs: [...register.packs].map(([id, pack]) => ({ id, ...pack })),
      }
    },
  }),
  route({
    method: 'GET',
    url: '/api/my-class/attempts',
    access: 'lessons.run',
    summary: 'What the class that you teach now was refused in this lesson',
    query: z.strictObject({ class: z.string().min(1).max(100) }),
    handle: ({ query, desk, at }, { personRef }) => {
      // Whoever may see more has a page of his own for it; here it is by whose lesson it is.
      const meeting = meetingsAt(desk.school.register(), at).find(
        (each) => each.class === query.class && each.teachers.includes(personRef),
      )
      if (meeting === undefined)
        throw new ProblemError('not_found', `you do not teach \`${query.class}\` now`)
      const { pupils: persons, from } = meeting
      const look = { viewer: personRef, role: 'teacher', at, reason: `lesson of ${query.class}` }
      const found = desk.school.readJournal(({ view }) =>
        view.ofLesson({ persons, from, to: at }, { limit: PAGE }, look),
      )
      return { rows: found?.rows ?? [] }
    },
  }),
  route({
    method: 'GET',
    url: '/api/requests',
    access: 'requests.raise',
    summary: 'What you have asked for, and what became of it',
    handle: ({ desk, at }, { personRef }) => {
      const mine = [...desk.school.register().proposals].filter(
        ([, { author, at: asked }]) =>
          author === personRef && Date.parse(asked) > at - REMEMBERED_MS,
      )
      return {
        headSeq: desk.school.register().headSeq,
        requests: mine.toReversed().map(([id, { at: asked, state, reason, closedBy }]) => ({
          ...{ id, at: asked, state, reason },
          closedName: closedBy === null ? null : desk.school.nameOf(closedBy),
          edits: (desk.school.desk.editsOf(id) ?? []).map(({ kind, objectId, after }) => {
            return { kind, objectId, after }
          }),
        })),
      }
    },
  }),
]

function shown({ teachers, ...meeting }: ClassMeeting, { school }: Desk) {
  return {
    ...meeting,
    pupils: meeting.pupils.length,
    from: new Date(meeting.from).toISOString(),
    until: new Date(meeting.until).toISOString(),
    teachers: teachers.map((ref) => ({ ref, name: school.nameOf(ref) })),
  }
}

function isOn({ from, to }: LessonFacts, at: number): boolean {
  return Date.parse(from) <= at && at < Date.parse(to)
}
