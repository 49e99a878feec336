import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempDirectory } from '../support/temp-directory.ts'
import type { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'

export interface DnsLoad {
  /** The device that asks, by its address. */
  readonly from: string
  readonly names: readonly string[]
  readonly seconds: number
  readonly perSecond: number
}

/** dnsperf's own count of what it sent and what was answered; it asks for the names in turn, type A. */
export async function dnsLoad(
  gate: GateProcess,
  { from, names, seconds, perSecond }: DnsLoad,
): Promise<{ sent: number; completed: number }> {
  const file = join(tempDirectory(), 'queries')
  writeFileSync(file, names.map((name) => `${name} A\n`).join(''))
  const where = ['-s', gate.dns.host, '-p', `${gate.dns.port}`, '-a', from, '-d', file]
  const rate = ['-l', `${seconds}`, '-Q', `${perSecond}`, '-q', '50', '-t', '5']
  const { out, err } = await run('dnsperf', [...where, ...rate])
  const count = (name: string): number => {
    const found = new RegExp(`${name}:\\s+(\\d+)`).exec(out)?.[1]
    if (found === undefined) throw new Error(`dnsperf did not say: ${out}${err}`)
    return Number(found)
  }
  return { sent: count('Queries sent'), completed: count('Queries completed') }
}
