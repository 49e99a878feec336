import { parsePolicy } from '../../rules/policy/parse-policy.ts'
import type { Problem } from '../../rules/policy/yaml-source.ts'
import type { Config } from '../config.ts'
import { parseUpstream } from '../dns/upstream-address.ts'
import { listSources } from './list-sources.ts'
import { registerOfFiles, schoolFilesOf } from './school-files.ts'

/** Everything that is wrong with the files of a configuration, and with what they name in turn. */
export function checkSchoolFiles(config: Config, directory: string): readonly Problem[] {
  const { register, report } = registerOfFiles(config, directory)
  const problems = [...report.problems]
  const at = (path: string, message: string): Problem => ({
    file: schoolFilesOf(config, directory).policy,
    line: 1,
    col: 1,
    path,
    message,
  })
  for (const upstream of config.dns.upstreams) {
    const parsed = parseUpstream(upstream)
    if (parsed.kind === 'problem') problems.push(at('dns.upstreams', parsed.message))
  }
  if (register.policy !== null) {
    const parsed = parsePolicy(register.policy.text, register.policy.name)
    if (parsed.ok)
      for (const message of listSources(parsed.policy, config, directory).missing)
        problems.push(at('lists', message))
  }
  return problems
}
