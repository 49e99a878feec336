import { parseHostPattern } from '../policy/host-pattern.ts'
import type { PolicyDocument } from '../policy/policy-schema.ts'
import { unknown, type Report } from '../policy/unknown-name.ts'
import { CATEGORIES } from '../taxonomy/taxonomy.ts'

/** What well-formed `sanctions` and `dns_tunnel` still get wrong. */
export function checkSanctions(document: PolicyDocument, report: Report): void {
  const path = ['sanctions', 'bypass']
  const { profile, counts = [] } = document.sanctions?.bypass ?? {}
  const closed = Object.entries(document.profiles).filter(([, { only }]) => only !== undefined)
  if (profile !== undefined && !Object.hasOwn(document.profiles, profile))
    report([...path, 'profile'], unknown('profile', profile, Object.keys(document.profiles)))
  else if (profile !== undefined && !closed.some(([id]) => id === profile))
    report(
      [...path, 'profile'],
      `profile \`${profile}\` has no \`only\`: a lock-out leaves a list of sites`,
    )
  const bypass = CATEGORIES.map(({ id }) => id).filter((id) => id.startsWith('bypass.'))
  counts.forEach((category, index) => {
    if (!bypass.includes(category))
      report([...path, 'counts', index], unknown('category of `bypass`', category, bypass))
  })
  document.dns_tunnel?.except.forEach((host, index) => {
    if (parseHostPattern(host) === undefined)
      report(['dns_tunnel', 'except', index], `\`${host.slice(0, 80)}\` is not a host name`)
  })
}
