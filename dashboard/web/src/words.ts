import type { Duty } from './types.ts'

/** Words that several pages use; one place, so that they stay the same words. */
export const DUTY_NAMES: Readonly<Record<Duty, string>> = {
  network_manager: 'Network manager',
  dsl: 'Safeguarding lead',
  deputy_dsl: 'Deputy safeguarding lead',
  head: 'Headteacher',
  slt: 'Senior leader',
  it: 'IT',
  reception: 'Reception',
  teacher: 'Teacher',
  governor: 'Governor',
  chair_of_governors: 'Chair of governors',
  exams_officer: 'Exams officer',
  dpo: 'Data protection officer',
}

export const DIRECTION_NAMES: Readonly<Record<string, string>> = {
  loosen: 'Opens',
  tighten: 'Closes',
  neutral: 'Neutral',
}

export const ACTION_NAMES: Readonly<Record<string, string>> = {
  allow: 'Allowed',
  restrict: 'Allowed in safe mode',
  warn: 'Warned first',
  block: 'Blocked',
}

const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** `Tue 24 Nov, 10:05`; whoever needs the second hovers over it. */
export function when(moment: string | number | null): string {
  if (moment === null) return 'never'
  const date = new Date(moment)
  return `${DAY.format(date)}, ${TIME.format(date)}`
}

const NUMBER = new Intl.NumberFormat('en-GB')

export function count(value: number): string {
  return NUMBER.format(value)
}
