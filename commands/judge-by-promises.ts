import { promisesBrokenBy } from '../proxy/policy/judge-promises.ts'
import type { PromisesBrokenBy } from '../records/governance/change-desk.ts'
import { describeProblem } from '../rules/policy/yaml-source.ts'
import { configOfGate } from './gate-config.ts'
import type { LoadedConfig } from './read-config.ts'
import { listsBesideGate } from './shared-lists.ts'

/** What a policy would break of the school's promises, by the lists of this configuration. */
export function judgeByPromises(loaded: LoadedConfig, records: string): PromisesBrokenBy {
  return async ({ text, name: file }, register) => {
    const school = { ...loaded, register, imageDirectory: records, obtain: listsBesideGate }
    return (await promisesBrokenBy({ text, file }, school)).map(describeProblem)
  }
}

/**
 * The same by the configuration of the gate that keeps these records. Where that is not known nothing can
 * be judged, and whoever agrees is told so.
 */
export function judgeBesideGate(records: string, err: (line: string) => void): PromisesBrokenBy {
  return async (policy, register) => {
    const loaded = configOfGate(records)
    if (typeof loaded !== 'string') return judgeByPromises(loaded, records)(policy, register)
    err(`whether it breaks a promise was not judged: ${loaded}`)
    return []
  }
}
