import { makeBundle } from '../../../proxy/policy/make-bundle.ts'
import type { Bundle } from '../../../proxy/policy/bundle.ts'
import { schoolFolder, SCHOOL_FILES } from '../../support/school-folder.ts'

/** Ten o'clock on a Tuesday in term. */
export const TEN = Date.UTC(2026, 10, 24, 10)

/** The small school with these promises (YAML list items, indented by two). */
export async function promisingBundle(promises: string): Promise<Bundle> {
  const text = `${SCHOOL_FILES['policy.yaml'] ?? ''}promises:\n${promises}`
  const school = schoolFolder({ 'policy.yaml': text })
  const { directory } = school
  const made = await makeBundle({
    ...{ register: school.register(), config: school.config(), directory, imageDirectory: null },
  })
  if (!made.ok) throw new Error(made.problems.join('\n'))
  return made.bundle
}
