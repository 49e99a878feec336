import { nearest } from './nearest-word.ts'
import type { PolicyDocument } from './policy-schema.ts'
import { suggestion, type Path } from './yaml-source.ts'

/** Where a check says what is wrong. */
export type Report = (path: Path, message: string) => void

/** ``no window `recption_hours`; did you mean `reception_hours`?`` */
export function unknown(what: string, word: string, known: readonly string[]): string {
  return `no ${what} \`${word}\`${suggestion(nearest(word, known))}`
}

/** What a rule's `during` may name: windows, and the slots of every timetable. */
export function windowNames(document: PolicyDocument): string[] {
  const timetables = [document, ...Object.values(document.day_types)].map(
    ({ timetable }) => timetable,
  )
  const slots = timetables.flatMap((timetable) => Object.values(timetable).flat())
  return [...new Set([...Object.keys(document.windows), ...slots.map(([name]) => name)])]
}
