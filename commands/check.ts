import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseConfig } from '../proxy/config.ts'
import { checkSchoolFiles } from '../proxy/policy/check-school-files.ts'
import { parsePolicy } from '../rules/policy/parse-policy.ts'
import { describeProblem, readYaml, type Problem } from '../rules/policy/yaml-source.ts'
import { EXIT, readArguments, usage } from './arguments.ts'

const USAGE =
  'usage: schoolgate check FILE...   (gate.yaml with all it names, or a policy.yaml alone)'

/** Prints every problem as `file:line:col: path: message`; 1 on any, 2 for a file that can't be read. */
export function check(args: readonly string[]): Promise<number> {
  return Promise.resolve(checkFiles(args))
}

function checkFiles(args: readonly string[]): number {
  const parsed = readArguments(args, {})
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  if (parsed.positionals.length === 0) return usage(USAGE)
  let problems = 0
  for (const file of parsed.positionals) {
    const found = checkFile(file)
    if (typeof found === 'string') return usage(USAGE, found)
    for (const problem of found) process.stdout.write(`${describeProblem(problem)}\n`)
    problems += found.length
  }
  const files = parsed.positionals.join(', ')
  if (problems === 0) process.stdout.write(`${files}: in order\n`)
  return problems === 0 ? EXIT.done : EXIT.no
}

/** The file's problems; a text where there is no file to have any. */
function checkFile(file: string): readonly Problem[] | string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    return `cannot read \`${file}\`: ${cause instanceof Error ? cause.message : String(cause)}`
  }
  if (isPolicy(text, file)) {
    const parsed = parsePolicy(text, file)
    return parsed.ok ? [] : parsed.problems
  }
  const parsed = parseConfig(text, file, [])
  if (!parsed.ok) return parsed.problems
  return checkSchoolFiles(parsed.config, {
    file: { text, name: file },
    directory: dirname(resolve(file)),
  })
}

/** Only a policy has a school; a file that is neither is judged as a configuration. */
function isPolicy(text: string, file: string): boolean {
  const source = readYaml(text, file)
  if (!('value' in source)) return /^school:/m.test(text)
  const { value } = source
  return value !== null && typeof value === 'object' && ('school' in value || 'zones' in value)
}
