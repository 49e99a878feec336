import { spawn, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where every name of the upstream lives; an origin of the test listens there. */
export const ORIGIN = '127.9.3.1'

/**
 * A real unbound that answers every name with `ORIGIN`, and `aliases` (below cat.test) with a CNAME: an
 * upstream that is not ours, so that the gate's DNS is tested against somebody else's.
 */
export class UnboundUpstream implements AsyncDisposable {
  readonly port: number
  readonly #child: ChildProcess
  readonly #directory: string

  private constructor(child: ChildProcess, port: number, directory: string) {
    this.#child = child
    this.port = port
    this.#directory = directory
  }

  /** `records` by name, in zone-file words; such a name has these and no others. */
  static async start(
    aliases: Readonly<Record<string, string>> = {},
    records: Readonly<Record<string, readonly string[]>> = {},
  ): Promise<UnboundUpstream> {
    const directory = mkdtempSync(join(tmpdir(), 'schoolgate-unbound-'))
    const port = await freePort()
    const file = join(directory, 'unbound.conf')
    writeFileSync(file, configOf(port, directory, records))
    writeFileSync(join(directory, ZONE_FILE), zoneOf(aliases))
    const child = spawn('unbound', ['-d', '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
    let log = ''
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        log += chunk.toString()
        if (log.includes('start of service')) resolve()
      })
      child.once('exit', () => {
        reject(new Error(`unbound ended: ${log}`))
      })
    })
    return new UnboundUpstream(child, port, directory)
  }

  get url(): string {
    return `udp://127.0.0.1:${this.port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      const gone = once(this.#child, 'exit')
      this.#child.kill('SIGTERM')
      await gone
    }
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/**
 * Everything is `ORIGIN`; the fixtures' zone is a zone of its own, so that its CNAMEs are followed. Below
 * `gone.test` nothing exists, below `nodata.test` nothing has an address, `broken.test` is refused.
 */
function configOf(
  port: number,
  directory: string,
  records: Readonly<Record<string, readonly string[]>>,
): string {
  const own = Object.entries(records).map(([name, rows]) =>
    [
      `  local-zone: "${name}." static`,
      ...rows.map((row) => `  local-data: '${name}. 300 IN ${row}'`),
    ].join('\n'),
  )
  return `server:
  interface: 127.0.0.1@${port}
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "${directory}"
  pidfile: ""
  use-syslog: no
  verbosity: 1
  access-control: 127.0.0.0/8 allow
  module-config: "iterator"
  local-zone: "." redirect
  local-data: ". 3600 A ${ORIGIN}"
  local-zone: "cat.test." transparent
  local-zone: "gone.test." always_nxdomain
  local-zone: "nodata.test." always_nodata
  local-zone: "broken.test." always_refuse
${own.join('\n')}
auth-zone:
  name: "cat.test."
  zonefile: "${join(directory, ZONE_FILE)}"
  for-downstream: no
  for-upstream: yes
`
}

const ZONE_FILE = 'cat.test.zone'

function zoneOf(aliases: Readonly<Record<string, string>>): string {
  const rows = Object.entries(aliases).map(([name, target]) => `${name}. 60 CNAME ${target}.`)
  return `$ORIGIN cat.test.
@ 3600 SOA ns hostmaster 1 3600 600 86400 60
@ 3600 NS ns
* 3600 A ${ORIGIN}
${rows.join('\n')}
`
}

/** A port that is free for UDP and TCP alike; unbound wants both. */
async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const socket = createSocket('udp4')
    const isFree = await new Promise<boolean>((resolve) => {
      socket.once('error', () => {
        resolve(false)
      })
      socket.bind(port, '127.0.0.1', () => {
        resolve(true)
      })
    })
    if (isFree) await new Promise<void>((resolve) => socket.close(resolve))
    await new Promise((resolve) => server.close(resolve))
    if (isFree) return port
  }
}
