import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A program that tests or benches run, and the Debian package that holds it. */
export interface DebianProgram {
  readonly program: string
  readonly package: string
  readonly because: string
}

/** Real daemons where a daemon belongs: a mock of redis would pass where redis fails. */
export const TEST_PROGRAMS: readonly DebianProgram[] = [
  { program: 'redis-server', package: 'redis-server', because: 'the shared spine of the records' },
  { program: 'redis-cli', package: 'redis-tools', because: 'joins redis-servers to a cluster' },
  { program: 'openssl', package: 'openssl', because: 'certificates for redis over TLS' },
  { program: 'unbound', package: 'unbound', because: 'an upstream resolver that is not ours' },
  { program: 'named', package: 'bind9', because: 'a primary that transfers zones, signed' },
  { program: 'dig', package: 'bind9-dnsutils', because: 'the DNS client that operators use' },
  { program: 'kdig', package: 'knot-dnsutils', because: 'a DNS client that pads its queries' },
  { program: 'python3', package: 'python3', because: 'reads property lists that we write' },
  { program: 'curl', package: 'curl', because: 'the HTTP client that operators use' },
  { program: 'dnsperf', package: 'dnsperf', because: 'load on a gate while redis is killed' },
  { program: 'radclient', package: 'freeradius-utils', because: 'tells of sessions as a NAS does' },
  { program: 'freeradius', package: 'freeradius', because: 'ends sessions as a NAS does' },
  { program: 'dnsmasq', package: 'dnsmasq-base', because: 'a DHCP server that gives leases' },
  { program: 'udhcpc', package: 'udhcpc', because: 'a DHCP client that asks for them' },
  { program: 'ip', package: 'iproute2', because: 'a device in a network namespace of its own' },
  { program: 'slapd', package: 'slapd', because: 'a directory of people that is not ours' },
  { program: 'slapadd', package: 'slapd', because: 'fills it' },
  { program: 'chromium', package: 'chromium', because: 'the dashboard as people see it' },
  {
    program: 'promtool',
    package: 'prometheus',
    because: 'judges the metrics page and the alert rules',
  },
]

/** What `npm run bench load` needs besides: the peers under the same load. */
export const BENCH_PROGRAMS: readonly DebianProgram[] = [
  { program: 'dnsperf', package: 'dnsperf', because: 'the DNS load' },
  { program: 'unbound', package: 'unbound', because: 'the DNS peer and the upstream of both' },
  { program: 'squid', package: 'squid', because: 'the HTTP peer' },
  { program: 'taskset', package: 'util-linux', because: 'a core for the journal alone' },
]

/**
 * Leaves every program installed, or says which are missing and how to get them. As root it installs
 * them itself, so that `npm test` alone is enough on a fresh machine; it never asks for a password.
 */
export function ensurePrograms(programs: readonly DebianProgram[]): { readonly missing: string[] } {
  const before = programs.filter(({ program }) => !isInstalled(program))
  if (before.length === 0) return { missing: [] }
  if (process.getuid?.() === 0) install([...new Set(before.map((row) => row.package))])
  const after = before.filter(({ program }) => !isInstalled(program))
  return {
    missing: after.map((row) => `${row.program} (package ${row.package}): ${row.because}`),
  }
}

/** Daemons live in sbin, which a user's PATH often lacks; Debian's own path is searched as well. */
const DEBIAN_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** `PATH` by which both the user's and Debian's programs are found. */
export function searchPath(): string {
  const own = (process.env['PATH'] ?? '').split(delimiter)
  return [...new Set([...own, ...DEBIAN_PATH])].join(delimiter)
}

function isInstalled(program: string): boolean {
  return searchPath()
    .split(delimiter)
    .some((folder) => isExecutable(join(folder, program)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function install(packages: readonly string[]): void {
  console.error(`installing with apt-get: ${packages.join(' ')}`)
  // RUNLEVEL=1 tells Debian's service scripts to start nothing: the tests start daemons of their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  const options = { env, stdio: ['ignore', 2, 2] as ('ignore' | number)[] }
  spawnSync('apt-get', ['update', '--quiet'], options)
  spawnSync(
    'apt-get',
    ['install', '--yes', '--quiet', '--no-install-recommends', ...packages],
    options,
  )
}
