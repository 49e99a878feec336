import { z } from 'zod'
import { policyOf } from '../../../records/governance/judged-permission.ts'
import type { Register } from '../../../records/register/register.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import type { ExamSession } from '../../../rules/time/time-policy.ts'
import { emergencyAt } from '../emergency-at.ts'
import { route } from '../route.ts'
import { rowsOf } from '../rows-of.ts'

/** Somebody who looks for a person types on. */
const FOUND = 20

export const DAY_ROUTES = [
  route({
    method: 'GET',
    url: '/api/occasions',
    access: 'occasions.run',
    summary: 'Occasions that run or are to come, the site emergency, and what a new one may name',
    handle: ({ desk, at }) => {
      const register = desk.school.register()
      const policy = policyOf(register)
      return {
        headSeq: register.headSeq,
        occasions: rowsOf(register.occasions).filter(({ to }) => Date.parse(to) > at),
        emergency: emergencyAt(register, at),
        zones: policy?.zones.map(({ id, exam }) => ({ id, exam })) ?? [],
        profiles: policy?.profiles.map(({ id, label }) => ({ id, label })) ?? [],
      }
    },
  }),
  route({
    method: 'GET',
    url: '/api/occasions/people',
    access: 'occasions.run',
    summary: 'People to name in an occasion, by a part of the name',
    query: z.strictObject({ text: z.string().min(2).max(100) }),
    handle: ({ query, desk }) => {
      const text = query.text.toLowerCase()
      const people = [...desk.school.register().people]
        .map(([ref, { role, year }]) => ({ ref, role, year, name: desk.school.nameOf(ref) }))
        .filter(({ ref, name }) => ref === text || name?.toLowerCase().includes(text))
      return { people: people.slice(0, FOUND) }
    },
  }),
  route({
    method: 'GET',
    url: '/api/exam-day',
    access: 'exams.run',
    summary: 'The exams of today, or of the next day that has any, with what runs beside them',
    handle: ({ desk, at }) => {
      const register = desk.school.register()
      const policy = policyOf(register)
      if (policy === null) return { today: '', date: null, exams: [] }
      const today = new SchoolTime(policy.time).at(at).date
      const dates = policy.time.exams.map(({ date }) => date).filter((date) => date >= today)
      const [date = null] = dates.toSorted()
      const exams = policy.time.exams
        .filter((exam) => exam.date === date)
        .toSorted((a, b) => a.startSeconds - b.startSeconds)
      return { today, date, exams: exams.map((exam) => shown(exam, register)) }
    },
  }),
]

function shown(exam: ExamSession, { devices }: Register) {
  const { paper, zone, candidatesYear, startSeconds, endSeconds } = exam
  const sits = [...devices.values()].filter(({ examCandidate, year }) =>
    candidatesYear === null ? examCandidate : year === candidatesYear,
  )
  return {
    ...{ paper, zone, candidatesYear, start: clockText(startSeconds), end: clockText(endSeconds) },
    candidates: new Set(sits.map(({ personRef, id }) => personRef ?? id)).size,
    devices: sits.length,
  }
}

function clockText(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  return `${two((seconds / 3_600) % 24)}:${two((seconds / 60) % 60)}`
}
