import { parseArgs, type ParseArgsConfig } from 'node:util'

/** Exit codes of every command (design.md section 6). */
export const EXIT = { done: 0, no: 1, usage: 2, internal: 3 } as const

export type Options = NonNullable<ParseArgsConfig['options']>

export interface Parsed {
  readonly values: Readonly<
    Record<string, string | boolean | readonly (string | boolean)[] | undefined>
  >
  readonly positionals: readonly string[]
}

/** The arguments as options, or what is wrong with them in words. */
export function readArguments(args: readonly string[], options: Options): Parsed | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      strict: true,
    })
    return { values, positionals }
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

export function textOf(parsed: Parsed, name: string): string | undefined {
  const value = parsed.values[name]
  return typeof value === 'string' ? value : undefined
}

export function textsOf(parsed: Parsed, name: string): readonly string[] {
  const value = parsed.values[name]
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}

export function usage(text: string, problem?: string): number {
  if (problem !== undefined) process.stderr.write(`schoolgate: ${problem}\n`)
  process.stderr.write(`${text}\n`)
  return EXIT.usage
}
