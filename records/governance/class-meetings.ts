import { SchoolTime } from '../../rules/time/school-time.ts'
import type { DaySlot } from '../../rules/time/school-day.ts'
import type { Register } from '../register/register.ts'
import { policyOf } from './judged-permission.ts'
import type { ClassFacts } from './permission-facts.ts'

/** A class that is taught, as its timetable says; epoch ms, half-open. */
export interface ClassMeeting {
  readonly class: string
  readonly period: string
  readonly room: string | null
  /** Whose it is: on a day with cover whoever stands in. */
  readonly teachers: readonly string[]
  readonly pupils: readonly string[]
  readonly from: number
  readonly until: number
}

/** The classes that are taught at `at` (epoch ms). */
export function meetingsAt(register: Register, at: number): readonly ClassMeeting[] {
  return meetingsOn(register, at).filter(({ from, until }) => from <= at && at < until)
}

/** The classes of the date of `at`, in the order of the day; none where the policy can't be read. */
export function meetingsOn(register: Register, at: number): readonly ClassMeeting[] {
  const policy = policyOf(register)
  if (policy === null) return []
  const time = new SchoolTime(policy.time)
  const { date } = time.at(at)
  const slots = new Map<string, readonly DaySlot[]>()
  const slotsOf = (phase: string): readonly DaySlot[] => {
    const known = slots.get(phase) ?? time.slotsOn(at, phase)
    slots.set(phase, known)
    return known
  }
  return [...register.classes]
    .flatMap(([id, facts]) => {
      const day = [...phasesOf(id, register)].map(slotsOf)[0] ?? []
      return timesOn(facts, date).flatMap((when) => meetingOf(id, { facts, time: when, day }))
    })
    .toSorted((a, b) => a.from - b.from)
}

/** Whose bells ring for a class: the phases of its pupils' devices. */
export function phasesOf(group: string, { classes, devices }: Register): ReadonlySet<string> {
  const pupils = new Set(classes.get(group)?.pupils)
  return new Set(
    [...devices.values()].flatMap(({ personRef, phase }) =>
      phase !== null && personRef !== null && pupils.has(personRef) ? [phase] : [],
    ),
  )
}

type ClassTime = ClassFacts['meetings'][number]

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** Of that weekday; where somebody stands in on the date, with him in place of its teacher. */
function timesOn({ meetings, cover = [] }: ClassFacts, date: string): readonly ClassTime[] {
  const weekday = DAYS[new Date(`${date}T00:00:00Z`).getUTCDay()]
  return meetings
    .filter(({ day }) => day === weekday)
    .map((time) => {
      const stands = cover.find((one) => one.date === date && one.period === time.period)
      return stands === undefined ? time : { ...time, teacher: stands.teacher }
    })
}

interface Timed {
  readonly facts: ClassFacts
  readonly time: ClassTime
  readonly day: readonly DaySlot[]
}

function meetingOf(id: string, { facts, time, day }: Timed): readonly ClassMeeting[] {
  const slot = day.find((one) => isNamed(one, time.period))
  if (slot === undefined) return []
  const { period, room, teacher } = time
  const teachers = teacher === undefined ? facts.teachers : [teacher]
  const { from, until } = slot
  return [{ class: id, period, room, teachers, pupils: facts.pupils, from, until }]
}

/** Timetables count lessons (`2`); registration and tutor time have their names. */
function isNamed({ name, number }: DaySlot, period: string): boolean {
  return /^\d+$/.test(period) ? name === 'lesson' && number === Number(period) : name === period
}
