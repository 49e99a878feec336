import { SchoolTime } from '../../rules/time/school-time.ts'
import type { Register } from '../register/register.ts'
import {
  faultOfSites,
  faultOfTerm,
  needing,
  policyOf,
  type JudgedPermission,
  type PermissionScene,
} from './judged-permission.ts'
import { judgement } from './judgement.ts'
import type { ClassFacts, LessonFacts } from './permission-facts.ts'

/** What a lesson does, and why it can't be: a class of the teacher's, until the bell at the latest. */
export function judgeLesson(
  lesson: LessonFacts,
  before: LessonFacts | null,
  { register, at }: PermissionScene,
): JudgedPermission {
  const fault =
    faultOfTerm(lesson, at, 1) ??
    faultOfSites([...lesson.sites, ...(lesson.focus ?? [])]) ??
    faultOfClass(lesson, register, at) ??
    faultOfBell(lesson, register, at)
  if (fault !== undefined) return fault
  const { pack, sites } = lesson
  const opens = pack !== null || sites.length > 0 || keepsPupilsAt(before, at)
  const judged = judgement(opens ? 'loosen' : 'tighten', ['pupil'])
  // A pack has had its second person; what a teacher names himself has not.
  return needing(sites.length > 0 ? 'dsl' : null, judged)
}

/**
 * His own lesson is over. One that kept pupils on its sites opens the web again, so it loosens; but to
 * no more than the policy has opened anyway, with its second person, so nobody else need agree.
 */
export function judgeLessonEnd(
  lesson: LessonFacts,
  { at }: Pick<PermissionScene, 'at'>,
): JudgedPermission {
  return needing(null, judgement(keepsPupilsAt(lesson, at) ? 'loosen' : 'tighten', ['pupil']))
}

/** It holds pupils to its sites at `at`, or will. */
function keepsPupilsAt(lesson: LessonFacts | null, at: number): boolean {
  return lesson !== null && lesson.focus !== null && Date.parse(lesson.to) > at
}

function faultOfClass(lesson: LessonFacts, register: Register, at: number): string | undefined {
  const { class: group, teacher, pack, sites, focus } = lesson
  const known = register.classes.get(group)
  if (known === undefined) return `there is no class \`${group}\``
  const begin = Math.max(at, Date.parse(lesson.from))
  const day = known.cover === undefined ? '' : dayAt(begin, register)
  if (!teaches(teacher, known, day)) return `\`${teacher}\` does not teach \`${group}\``
  if (pack !== null && !register.packs.has(pack)) return `there is no pack \`${pack}\``
  return pack === null && sites.length === 0 && focus === null ? 'it opens nothing' : undefined
}

/** On his own, or in another's place on that day of the school. */
export function teaches(
  person: string,
  { teachers, cover = [] }: ClassFacts,
  day: string,
): boolean {
  return (
    teachers.includes(person) ||
    cover.some(({ date, teacher }) => date === day && teacher === person)
  )
}

/** The school's day at an instant (epoch ms), as 2026-11-25; the UTC one before there is a policy. */
export function dayAt(at: number, register: Register): string {
  const timeZone = policyOf(register)?.time.timezone ?? 'UTC'
  // The Swedish way to write a date is that of ISO 8601.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at)
}

function faultOfBell(lesson: LessonFacts, register: Register, at: number): string | undefined {
  const begin = Math.max(at, Date.parse(lesson.from))
  const bell = bellOf(lesson.class, register, begin)
  if (bell === null) return `\`${lesson.class}\` has no lesson at ${new Date(begin).toISOString()}`
  if (Date.parse(lesson.to) <= bell) return undefined
  return `the bell is at ${new Date(bell).toISOString()}, and a lesson ends there`
}

/** When what the class is in at `at` ends (epoch ms); null where its timetable has nothing then. */
export function bellOf(group: string, register: Register, at: number): number | null {
  const policy = policyOf(register)
  if (policy === null) return null
  const pupils = new Set(register.classes.get(group)?.pupils)
  const time = new SchoolTime(policy.time)
  const phases = new Set(
    [...register.devices.values()].flatMap(({ personRef, phase }) =>
      phase !== null && personRef !== null && pupils.has(personRef) ? [phase] : [],
    ),
  )
  const bells = [...phases]
    .map((phase) => time.bellAfter(at, phase))
    .filter((bell) => bell !== null)
  return bells.length === 0 ? null : Math.min(...bells)
}
