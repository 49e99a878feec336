import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

const run = promisify(execFile)

/** A gate's and a device's network, with a cable between them, gone when the running test is. */
export interface TwoNamespaces {
  readonly gate: string
  readonly device: string
  readonly gateLink: string
  readonly deviceLink: string
  /** What a program in the device's namespace prints. Rejects where it fails. */
  readonly onDevice: (...command: readonly string[]) => Promise<string>
  /** Gives the device other hardware, as one that comes after it would have; its addresses go. */
  readonly changeDevice: (mac: string) => Promise<void>
}

let made = 0

/** Needs root, as making namespaces does; `addresses` are the gate's, `10.77.0.1/24`. */
export function twoNamespaces(addresses: readonly string[]): TwoNamespaces {
  made += 1
  const name = `${process.pid}-${made}`
  const [gate, device] = [`sg-${name}`, `dev-${name}`]
  // At most 15 letters.
  const [gateLink, deviceLink] = [`g${name}`, `d${name}`]
  const ip = (...args: readonly string[]) => execFileSync('ip', args)
  for (const each of [gate, device]) ip('netns', 'add', each)
  onTestFinished(() => {
    for (const each of [gate, device]) ip('netns', 'del', each)
  })
  ip('link', 'add', gateLink, 'netns', gate, 'type', 'veth', 'peer', deviceLink, 'netns', device)
  for (const each of [gate, device]) ip('-n', each, 'link', 'set', 'lo', 'up')
  for (const address of addresses) {
    // Nobody else is on this link, and an address that is still looked for answers nobody.
    const certain = address.includes(':') ? ['nodad'] : []
    ip('-n', gate, 'address', 'add', address, 'dev', gateLink, ...certain)
  }
  ip('-n', gate, 'link', 'set', gateLink, 'up')
  const onDevice = async (...command: readonly string[]) => {
    const { stdout } = await run('ip', ['netns', 'exec', device, ...command])
    return stdout
  }
  const changeDevice = async (mac: string) => {
    await run('ip', ['-n', device, 'address', 'flush', 'dev', deviceLink])
    await run('ip', ['-n', device, 'link', 'set', deviceLink, 'down'])
    await run('ip', ['-n', device, 'link', 'set', deviceLink, 'address', mac])
    await run('ip', ['-n', device, 'link', 'set', deviceLink, 'up'])
  }
  return { gate, device, gateLink, deviceLink, onDevice, changeDevice }
}
