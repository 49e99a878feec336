import type { Probe } from '../../agent/probe.ts'

export interface ScriptedProbe extends Probe {
  /** Every command that was asked for, program and arguments. */
  readonly ran: readonly string[]
}

/** A machine on which only these commands and files are there. */
export function scriptedProbe({
  commands = {},
  files = {},
  changed = {},
  now = Date.parse('2026-11-25T12:00:00Z'),
  env = {},
}: {
  readonly commands?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  readonly changed?: Readonly<Record<string, number>>
  readonly now?: number
  readonly env?: Probe['env']
}): ScriptedProbe {
  const ran: string[] = []
  return {
    ran,
    now,
    env,
    run: (program, args) => {
      const command = [program, ...args].join(' ')
      ran.push(command)
      return Promise.resolve(commands[command] ?? null)
    },
    read: (path) => Promise.resolve(files[path] ?? null),
    changedAt: (path) => Promise.resolve(changed[path] ?? null),
  }
}
