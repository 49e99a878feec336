import type { Alert } from './alert-store.ts'
import { answeringDuties, type Duty } from './told-duties.ts'

/** Those that are told of it, and whoever takes over from them; never the person that it is about. */
export function answersFor(
  { duties, personRef }: Pick<Alert, 'duties' | 'personRef'>,
  by: { readonly personRef: string; readonly duties: readonly Duty[] },
): boolean {
  const answering = answeringDuties(duties)
  return personRef !== by.personRef && by.duties.some((duty) => answering.has(duty))
}
