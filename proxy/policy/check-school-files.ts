import { parsePolicy } from '../../rules/policy/parse-policy.ts'
import { readPolicySource } from '../../rules/policy/policy-source.ts'
import type { Path, Problem } from '../../rules/policy/yaml-source.ts'
import { placedWarnings } from '../../rules/warnings/placed-warnings.ts'
import type { Config } from '../config.ts'
import { parseUpstream } from '../dns/upstream-address.ts'
import { UNCHAINED, unchainedZones } from './unchained-zones.ts'
import { parentProblem } from '../trust/parent-signature.ts'
import { listSources } from './list-sources.ts'
import { registerOfFiles, schoolFilesOf } from './school-files.ts'

/** A file as it was read. */
interface ReadFile {
  readonly text: string
  readonly name: string
}

export interface CheckedFiles {
  readonly problems: readonly Problem[]
  /** Only where the policy can be read: what it says for nothing. */
  readonly warnings: readonly Problem[]
}

interface SchoolPlace {
  /** The configuration. */
  readonly file: ReadFile
  readonly directory: string
  /** Epoch ms: what is over by then is warned of. */
  readonly at: number
}

/** Everything that is wrong with the files of a configuration, and with what they name in turn. */
export function checkSchoolFiles(
  config: Config,
  { file, directory, at }: SchoolPlace,
): CheckedFiles {
  const { register, report } = registerOfFiles(config, directory)
  const problems = [...report.problems]
  const { upstreams, chain } = config.dns
  for (const [path, texts] of [
    [['dns', 'upstreams'], upstreams],
    [['dns', 'chain', 'upstreams'], chain?.upstreams ?? []],
  ] as const)
    texts.forEach((upstream, index) => {
      const parsed = parseUpstream(upstream)
      if (parsed.kind === 'problem') problems.push(placed(file, [...path, index], parsed.message))
    })
  if (register.policy === null) return { problems, warnings: [] }
  const { text } = register.policy
  const policy = { text, name: schoolFilesOf(config, directory).policy }
  const parsed = parsePolicy(text, policy.name)
  if (!parsed.ok) return { problems, warnings: [] }
  const foreign = parentProblem(text, config, directory)
  if (foreign !== null) problems.push(placed(policy, ['extends'], foreign))
  for (const zone of unchainedZones(parsed.policy, config))
    problems.push(placed(policy, ['zones', zone, 'mode'], UNCHAINED))
  for (const message of listSources(parsed.policy, config, directory).missing)
    problems.push(placed(policy, ['lists'], message))
  return { problems, warnings: placedWarnings(parsed, at) }
}

/** The problem at its line; both files have been read as YAML before, without one. */
function placed({ text, name }: ReadFile, path: Path, message: string): Problem {
  const source = readPolicySource(text, name)
  return 'value' in source
    ? source.problem(path, message)
    : { file: name, line: 1, col: 1, path: path.join('.'), message }
}
