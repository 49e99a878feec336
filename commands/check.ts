import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseConfig, type Config } from '../proxy/config.ts'
import { checkSchoolFiles, type CheckedFiles } from '../proxy/policy/check-school-files.ts'
import { unkeptPromises } from '../proxy/policy/judge-promises.ts'
import { makeBundle } from '../proxy/policy/make-bundle.ts'
import { recordsDirectoryOf, registerOfFiles, schoolFilesOf } from '../proxy/policy/school-files.ts'
import { withParent } from '../records/register/policy-file.ts'
import { parsePolicy } from '../rules/policy/parse-policy.ts'
import { describeProblem, readYaml, type Problem } from '../rules/policy/yaml-source.ts'
import { placedWarnings } from '../rules/warnings/placed-warnings.ts'
import { EXIT, readArguments, usage } from './arguments.ts'
import { mustAllowPromise } from './must-allow.ts'
import type { LoadedConfig } from './read-config.ts'
import { listsBesideGate } from './shared-lists.ts'

const USAGE =
  'usage: schoolgate check FILE...   (gate.yaml with all it names, or a policy.yaml alone)'

/**
 * Prints every problem and every warning as `file:line:col: path: message`; 1 on a problem, 0 where
 * there are warnings alone, 2 for a file that can't be read.
 */
export async function check(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {})
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  if (parsed.positionals.length === 0) return usage(USAGE)
  let problems = 0
  let warnings = 0
  for (const file of parsed.positionals) {
    const found = await checkFile(file)
    if (typeof found === 'string') return usage(USAGE, found)
    for (const problem of [...found.problems, ...found.warnings])
      process.stdout.write(`${describeProblem(problem)}\n`)
    problems += found.problems.length
    warnings += found.warnings.length
  }
  if (problems > 0) return EXIT.no
  const files = parsed.positionals.join(', ')
  process.stdout.write(`${files}: in order${warnings === 0 ? '' : `, ${counted(warnings)}`}\n`)
  return EXIT.done
}

function counted(warnings: number): string {
  return warnings === 1 ? '1 warning' : `${warnings} warnings`
}

/** What is wrong with the file; a text where there is no file to be wrong. */
async function checkFile(file: string): Promise<CheckedFiles | string> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    return `cannot read \`${file}\`: ${cause instanceof Error ? cause.message : String(cause)}`
  }
  if (isPolicy(text, file)) {
    const whole = withParent(text, file)
    if (!('text' in whole)) return { problems: [whole], warnings: [] }
    const parsed = parsePolicy(whole.text, file)
    if (!parsed.ok) return { problems: parsed.problems, warnings: [] }
    return { problems: [], warnings: placedWarnings(parsed, Date.now()) }
  }
  const parsed = parseConfig(text, file, [])
  if (!parsed.ok) return { problems: parsed.problems, warnings: [] }
  const { config } = parsed
  const directory = dirname(resolve(file))
  const found = checkSchoolFiles(config, {
    ...{ file: { text, name: file }, directory, at: Date.now() },
  })
  if (found.problems.length > 0) return found
  const problems = await checkPromises(config, directory)
  const must = await checkMustAllow({ config, directory })
  return {
    ...found,
    problems: must === null ? problems : [...problems, placedIn(must, text, file)],
  }
}

/** With the lists, which a policy alone does not have; and only of a school that is in order otherwise. */
function checkPromises(config: Config, directory: string): Promise<readonly Problem[]> {
  const { register } = registerOfFiles(config, directory)
  const imageDirectory = recordsDirectoryOf(config, directory)
  const school = { register, config, directory, imageDirectory, obtain: listsBesideGate }
  return unkeptPromises(school, schoolFilesOf(config, directory).policy)
}

/** What of `lists.mustAllow` is closed, or can't be read; null where all is open, or there is no such file. */
async function checkMustAllow(loaded: LoadedConfig): Promise<string | null> {
  if (loaded.config.lists.mustAllow === null) return null
  const { config, directory } = loaded
  const { register } = registerOfFiles(config, directory)
  const imageDirectory = recordsDirectoryOf(config, directory)
  const order = { register, config, directory, imageDirectory, obtain: listsBesideGate }
  const made = await makeBundle(order)
  const must = made.ok ? mustAllowPromise(made.bundle, loaded) : null
  if (typeof must === 'string') return must
  return must?.kept === false ? must.lines.map((line) => line.trim()).join('; ') : null
}

function placedIn(message: string, text: string, file: string): Problem {
  const source = readYaml(text, file)
  if ('value' in source) return source.problem(['lists', 'mustAllow'], message)
  return { file, line: 1, col: 1, path: 'lists.mustAllow', message }
}

/** Only a policy has a school; a file that is neither is judged as a configuration. */
function isPolicy(text: string, file: string): boolean {
  const source = readYaml(text, file)
  if (!('value' in source)) return /^school:/m.test(text)
  const { value } = source
  return (
    value !== null &&
    typeof value === 'object' &&
    ('school' in value || 'zones' in value || 'extends' in value)
  )
}
