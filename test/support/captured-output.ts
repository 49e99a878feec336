import { vi } from 'vitest'

/** What a command wrote and answered. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command in this process with its output kept. */
export async function captured(command: () => Promise<number> | number): Promise<Ran> {
  const written = { out: '', err: '' }
  const keep = (which: 'out' | 'err') => (text: string | Uint8Array) => {
    written[which] += String(text)
    return true
  }
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(keep('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(keep('err')),
  ]
  try {
    const code = await command()
    return { code, ...written }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
