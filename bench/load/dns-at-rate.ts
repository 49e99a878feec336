import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Endpoint } from '../../test/e2e/gate-process.ts'
import { onCores } from './pin-cores.ts'
import { searchPath } from '../../test/support/debian-packages.ts'

export interface AtRate {
  /** File of queries. */
  readonly queries: string
  /** Null: once through the file, as fast as it goes. */
  readonly extent: { readonly seconds: number; readonly perSecond: number } | null
  /** Where dnsperf runs; null: anywhere. */
  readonly cores?: string | null
}

/** dnsperf's own count of what was answered; the rate is what it tries, not what it reaches. */
export async function dnsAtRate(
  { host, port }: Endpoint,
  { queries, extent, cores = null }: AtRate,
): Promise<{ readonly answered: number; readonly seconds: number }> {
  const bound =
    extent === null ? ['-n', '1'] : ['-l', `${extent.seconds}`, '-Q', `${extent.perSecond}`]
  const args = ['-s', host, '-p', `${port}`, '-d', queries, '-q', '100', '-c', '10', ...bound]
  const env = { ...process.env, PATH: searchPath() }
  const { stdout } = await promisify(execFile)(...onCores('dnsperf', args, cores), { env })
  const figure = (pattern: RegExp): number => {
    const found = pattern.exec(stdout)?.[1]
    if (found === undefined) throw new Error(`dnsperf said something else:\n${stdout}`)
    return Number(found)
  }
  return { answered: figure(/completed:\s+(\d+)/), seconds: figure(/Run time \(s\):\s+([\d.]+)/) }
}
