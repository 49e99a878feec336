import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { Resolver } from 'node:dns/promises'
import { join } from 'node:path'
import { freePort, startDaemon } from './daemon.ts'
import type { Daemon } from './daemon.ts'
import { allowedName, writeBlockedNames } from './workload.ts'

export interface Peer extends Daemon {
  readonly endpoint: string
}

/** Where the origin listens, and what the upstream answers for every name. */
export const ORIGIN_ADDRESS = '127.9.9.9'

/** What unbound needs to answer fast, from shared/bench/peer-conf/unbound-lz.conf. */
const UNBOUND_BASE = `
  do-daemonize: no
  use-syslog: no
  username: ""
  chroot: ""
  pidfile: ""
  num-threads: 1
  so-reuseport: yes
  so-rcvbuf: 4m
  so-sndbuf: 4m
  outgoing-range: 1024
  num-queries-per-thread: 1024
  minimal-responses: yes
  do-not-query-localhost: no
  module-config: "iterator"
  access-control: 127.0.0.0/8 allow
`

/** An upstream that knows every name: gate and peer ask the same one. */
export async function startUpstream(folder: string): Promise<Peer> {
  return startUnbound(folder, 'upstream', '', [
    '  local-zone: "." redirect',
    `  local-data: ". 300 IN A ${ORIGIN_ADDRESS}"`,
  ])
}

/** unbound as a filter: the same blocked names as local zones, everything else from the upstream. */
export async function startUnboundFilter(folder: string, upstream: string): Promise<Peer> {
  const names = join(folder, 'unbound-blocked.conf')
  writeBlockedNames(names, 'local-zone: "', '" always_nxdomain')
  const forward = `forward-zone:\n  name: "."\n  forward-addr: ${upstream.replace(':', '@')}\n`
  return startUnbound(folder, 'unbound', forward, [
    '  msg-cache-size: 128m',
    '  rrset-cache-size: 256m',
    `  include: "${names}"`,
  ])
}

async function startUnbound(
  folder: string,
  name: string,
  after: string,
  lines: readonly string[],
): Promise<Peer> {
  const port = await freePort()
  const path = join(folder, `${name}.conf`)
  writeFileSync(
    path,
    `server:\n  interface: 127.0.0.1@${port}\n  directory: "${folder}"${UNBOUND_BASE}${lines.join('\n')}\n` +
      `${after}remote-control:\n  control-enable: no\n`,
  )
  const endpoint = `127.0.0.1:${port}`
  const daemon = await startDaemon(['unbound', '-d', '-c', path], () => answersDns(endpoint))
  return { ...daemon, endpoint }
}

async function answersDns(endpoint: string): Promise<boolean> {
  const resolver = new Resolver({ timeout: 500, tries: 1 })
  resolver.setServers([endpoint])
  try {
    await resolver.resolve4(allowedName(0))
    return true
  } catch {
    return false
  }
}

/** squid as a filter: the same blocked names as a domain list; refusals are logged, as ours are. */
export async function startSquid(folder: string, connectPort: number): Promise<Peer> {
  const port = await freePort()
  const run = join(folder, 'squid')
  mkdirSync(run, { recursive: true })
  // Started by root, squid becomes Debian's user `proxy`, who must get in and write here.
  chmodSync(folder, 0o755)
  chmodSync(run, 0o777)
  const blocked = join(run, 'blocked.txt')
  writeBlockedNames(blocked)
  const hosts = join(run, 'hosts')
  const names = Array.from({ length: 1_000 }, (_, index) => allowedName(index))
  writeFileSync(hosts, names.map((name) => `${ORIGIN_ADDRESS} ${name}\n`).join(''))
  const path = join(run, 'squid.conf')
  writeFileSync(
    path,
    `http_port 127.0.0.1:${port}
pid_filename ${run}/squid.pid
coredump_dir ${run}
cache_log ${run}/cache.log
visible_hostname bench
hosts_file ${hosts}
cache deny all
cache_mem 8 MB
shutdown_lifetime 0 seconds
workers 1
pinger_enable off
netdb_filename none
acl all_src src 127.0.0.0/8
acl CONNECT method CONNECT
acl connect_ports port ${connectPort}
acl blocked dstdomain "${blocked}"
access_log stdio:${run}/access.log blocked
http_access deny blocked
http_access deny CONNECT !connect_ports
http_access allow all_src
http_access deny all
`,
  )
  // A name of its own: squids share memory by service name, and another one may run on this machine.
  const command = ['squid', '-N', '-n', `bench${port}`, '-f', path] as const
  const daemon = await startDaemon(command, () => accepts(port))
  return { ...daemon, endpoint: `127.0.0.1:${port}` }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  })
}
