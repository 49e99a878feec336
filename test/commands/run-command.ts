import type { DeskCommandDeps } from '../../commands/desk-command.ts'
import { AT, DIRECTION_OF } from '../records/governance/sample-desk.ts'

/** What a person at a terminal sees of a command. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command of the desk with these arguments, on the sample day at ten unless `deps` say otherwise. */
export async function runCommand<Deps extends Partial<DeskCommandDeps>>(
  command: (args: readonly string[], deps: DeskCommandDeps & Deps) => Promise<number>,
  args: readonly string[],
  deps: Deps,
): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await command(args, {
    resolveRecords: () => ({ problem: 'no file' }),
    directionOf: DIRECTION_OF,
    now: () => AT,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    ...deps,
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}
