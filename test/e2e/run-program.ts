import { spawn } from 'node:child_process'

export interface ProgramResult {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A real client (dig, curl, dnsperf) run to its end; never rejects for a bad exit code. */
export async function run(
  program: string,
  args: readonly string[],
  input = '',
): Promise<ProgramResult> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }
}
