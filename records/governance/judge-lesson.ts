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
import { meetingsAt, phasesOf } from './class-meetings.ts'
import type { ClassFacts, LessonFacts } from './permission-facts.ts'

/** What a lesson does, and why it can't be: a class of the teacher's, until the bell at the latest. */
export function judgeLesson(
  lesson: LessonFacts,
  before: LessonFacts | null,
  { register, at, actor }: PermissionScene,
): JudgedPermission {
  const fault =
    faultOfTerm(lesson, at, 1) ??
    faultOfSites([...lesson.sites, ...(lesson.focus ?? [])]) ??
    faultOfClass(lesson, register, at) ??
    (actor === lesson.teacher ? faultOfPeriod(lesson, register, at) : undefined) ??
    faultOfBell(lesson, register, at)
  if (fault !== undefined) return fault
  const { pack, sites } = lesson
  const opens = pack !== null || sites.length > 0 || keepsPupilsAt(before, at)
  const judged = judgement(opens ? 'loosen' : 'tighten', ['pupil'])
  // A pack has had its second person, each site of it; what a teacher names himself has not.
  const isAgreed = sites.every((site) => isOfPack(site, register))
  return needing(isAgreed ? null : 'dsl', judged)
}

/** Leaders have agreed to it for lessons, or to what it is a part of. */
function isOfPack(site: string, { packs }: Register): boolean {
  const agreed = [...packs.values()].flatMap((pack) => pack.sites)
  return agreed.some((one) => one === site || site.endsWith(`.${one}`))
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

/** "Sees and runs only own class and period": a teacher of the class whose lesson it is not now, waits for his. */
function faultOfPeriod(
  { class: group, teacher, from }: LessonFacts,
  register: Register,
  at: number,
): string | undefined {
  const meetings = register.classes.get(group)?.meetings ?? []
  if (meetings.every((meeting) => meeting.teacher === undefined)) return undefined
  const begin = Math.max(at, Date.parse(from))
  const now = meetingsAt(register, begin).filter((meeting) => meeting.class === group)
  if (now.some(({ teachers }) => teachers.includes(teacher))) return undefined
  return `\`${teacher}\` does not have \`${group}\` at ${new Date(begin).toISOString()}`
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
  const time = new SchoolTime(policy.time)
  const bells = [...phasesOf(group, register)]
    .map((phase) => time.bellAfter(at, phase))
    .filter((bell) => bell !== null)
  return bells.length === 0 ? null : Math.min(...bells)
}
