import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseConfig, type Config } from '../proxy/config.ts'
import { describeProblem } from '../rules/policy/yaml-source.ts'

export const DEFAULT_CONFIG = 'gate.yaml'

/** A configuration and the folder that its paths are relative to. */
export interface LoadedConfig {
  readonly config: Config
  readonly directory: string
}

/** The configuration, or what to print when there is none to run with. */
export function readConfig(path: string, settings: readonly string[] = []): LoadedConfig | string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    return `cannot read \`${path}\`: ${cause instanceof Error ? cause.message : String(cause)}`
  }
  const parsed = parseConfig(text, path, settings)
  if (!parsed.ok) return parsed.problems.map(describeProblem).join('\n')
  return { config: parsed.config, directory: dirname(resolve(path)) }
}
