import type { Register } from '../register/register.ts'
import { MAX_YEAR } from '../register/devices-csv.ts'

/** Which phase of the school a year is in. */
export interface PhaseOfYears {
  readonly phase: string
  readonly from: number
  readonly to: number
}

/** England's, for schools that call their phases so. */
const ENGLISH: readonly PhaseOfYears[] = [
  { phase: 'primary', from: 0, to: 6 },
  { phase: 'secondary', from: 7, to: 11 },
  { phase: 'sixth', from: 12, to: MAX_YEAR },
]

/** `primary=0-6,secondary=7-11` as somebody typed it; a text says what is wrong. */
export function readPhases(text: string): readonly PhaseOfYears[] | string {
  const phases: PhaseOfYears[] = []
  for (const part of text.split(',')) {
    const [, phase = '', from = '', to = from] =
      /^\s*([a-z][a-z0-9_]{0,31})=(\d{1,2})(?:-(\d{1,2}))?\s*$/.exec(part) ?? []
    if (phase === '' || Number(to) > MAX_YEAR || Number(from) > Number(to))
      return `\`${part.slice(0, 40)}\` is no phase and its years, as in primary=0-6`
    phases.push({ phase, from: Number(from), to: Number(to) })
  }
  return phases
}

/**
 * The phase of a year: as it was said, else as all pupils of that year in the register have it, else as in
 * England. Null where nobody can tell; then a pupil has none, and his devices keep theirs.
 */
export function phaseOf(
  year: number | null,
  told: readonly PhaseOfYears[] | null,
  { people }: Pick<Register, 'people'>,
): string | null {
  if (year === null) return null
  if (told !== null) return phaseIn(told, year)
  const known = new Set<string>()
  for (const person of people.values())
    if (person.role === 'pupil' && person.year === year && person.phase !== null)
      known.add(person.phase)
  const [only] = known
  return known.size === 1 ? (only ?? null) : phaseIn(ENGLISH, year)
}

function phaseIn(phases: readonly PhaseOfYears[], year: number): string | null {
  return phases.find(({ from, to }) => from <= year && year <= to)?.phase ?? null
}

/** The year that a grade of OneRoster or a directory means: `9`, `09`, `Year 9`, `R`; null for others. */
export function yearOf(grade: string): number | null {
  const word = grade.trim().toUpperCase()
  if (word === 'R' || word === 'KG' || word === 'RECEPTION') return 0
  const [, digits] = /^(?:Y|YR|YEAR|GRADE)?\s*(\d{1,2})$/.exec(word) ?? []
  const year = digits === undefined ? NaN : Number(digits)
  return year <= MAX_YEAR ? year : null
}
