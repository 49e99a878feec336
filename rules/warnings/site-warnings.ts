import type { Policy } from '../policy/policy.ts'
import type { PolicyDocument } from '../policy/policy-schema.ts'
import { termOfSite } from '../policy/term-of-site.ts'
import type { Warning } from './policy-warnings.ts'

/** Site rules that are over at `at` (epoch ms), or that repeat another's id. They hold nothing up, and hide what does. */
export function siteWarnings(
  { time }: Policy,
  { sites }: PolicyDocument,
  at: number,
): readonly Warning[] {
  const first = new Map<string, number>()
  return sites.flatMap((rule, index) => {
    const warnings: Warning[] = []
    const term = termOfSite(rule, time.timezone)
    const name = rule.id ?? `sites.${index + 1}`
    if (term !== null && term.to <= at)
      warnings.push({
        path: ['sites', index, 'until'],
        message: `\`${name}\` is over since \`${rule.until ?? ''}\`: it opens and closes nothing any more`,
        finding: { kind: 'expired', rule: name },
      })
    const known = first.get(name)
    if (known === undefined) first.set(name, index)
    else
      warnings.push({
        path: ['sites', index, 'id'],
        message: `\`${name}\` is the id of \`sites.${known}\` too`,
        finding: { kind: 'duplicate', rule: name },
      })
    return warnings
  })
}
