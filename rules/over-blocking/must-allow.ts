import type { Engine } from '../engine.ts'
import type { Policy } from '../policy/policy.ts'
import type { Ruling } from '../verdict.ts'
import { openProfiles } from './measure-blocking.ts'

/** A site that must be open and is not, for a profile. */
export interface ClosedSite {
  readonly host: string
  readonly profile: string
  readonly ruling: Ruling
}

/**
 * Sites of a must-allow corpus (help, sex education, exam boards: requirements.md V33) that an open
 * profile closes or warns of. A profile for primary pupils is left out: much of the corpus is not for
 * them, and what is, `support.wellbeing`, is open to everybody.
 */
export function closedSites(
  { engine, policy }: { readonly engine: Engine; readonly policy: Policy },
  hosts: readonly string[],
): readonly ClosedSite[] {
  const closed: ClosedSite[] = []
  for (const { id, social, startFrom } of openProfiles(policy)) {
    const stance = startFrom === 'primary' ? null : engine.stanceIn(id, social)
    if (stance === null) continue
    for (const host of hosts.flatMap((site) => [site, `www.${site}`])) {
      const ruling = engine.decideHost(stance, host)
      if (ruling.action === 'block' || ruling.warn) closed.push({ host, profile: id, ruling })
    }
  }
  return closed
}
