import { SchoolTime } from '../../rules/time/school-time.ts'
import type { TimePolicy } from '../../rules/time/time-policy.ts'

export interface WeekDay {
  /** `YYYY-MM-DD`, the school's. */
  readonly date: string
  readonly kind: 'school' | 'inset' | 'closed'
  /** In force at any time of the day, by their beginning; minutes since midnight, half-open. */
  readonly windows: readonly {
    readonly name: string
    readonly from: number
    readonly to: number
  }[]
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** The seven days from the Monday of `at` (epoch ms), as the gate's own clock would have them. */
export function weekOf(policy: TimePolicy, at: number): readonly WeekDay[] {
  const time = new SchoolTime(policy)
  const noon = Date.parse(`${time.at(at).date}T12:00:00Z`)
  const sinceMonday = (new Date(noon).getUTCDay() + 6) % 7
  return Array.from({ length: 7 }, (_, day) => dayOf(time, noon + (day - sinceMonday) * DAY_MS))
}

/** A day from its first moment on; minutes are counted from there, so a clock change leaves no hole. */
function dayOf(time: SchoolTime, noon: number): WeekDay {
  const { date, dayKind: kind } = time.at(noon)
  let begin = noon
  while (time.at(begin - 1).date === date) begin = time.at(begin - 1).from
  const open = new Map<string, number>()
  const windows: { name: string; from: number; to: number }[] = []
  const close = (name: string, to: number): void => {
    windows.push({ name, from: open.get(name) ?? 0, to })
    open.delete(name)
  }
  let end = begin
  for (let moment = time.at(begin); moment.date === date; moment = time.at(moment.until)) {
    const names = moment.windowsOf(null)
    const minute = (moment.from - begin) / MINUTE_MS
    for (const name of [...open.keys()]) if (!names.includes(name)) close(name, minute)
    for (const name of names) if (!open.has(name)) open.set(name, minute)
    end = moment.until
  }
  for (const name of [...open.keys()]) close(name, (end - begin) / MINUTE_MS)
  return { date, kind, windows: windows.toSorted((a, b) => a.from - b.from || b.to - a.to) }
}
