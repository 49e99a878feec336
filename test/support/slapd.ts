import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { searchPath } from './debian-packages.ts'
import { makeCertificates } from './redis-tls.ts'
import { until } from './until.ts'

export const SUFFIX = 'dc=school,dc=test'
export const ADMIN = { dn: `cn=admin,${SUFFIX}`, password: 'a test’s secret' }

/** A real slapd of Debian on loopback, with these entries (LDIF), over LDAP and LDAPS. */
export class Slapd implements AsyncDisposable {
  readonly url: string
  readonly secureUrl: string
  /** Who signed its certificate, PEM. */
  readonly ca: string
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, ports: readonly [number, number], ca: string) {
    this.#process = process
    this.url = `ldap://127.0.0.1:${ports[0]}`
    this.secureUrl = `ldaps://127.0.0.1:${ports[1]}`
    this.ca = ca
  }

  static async start(directory: string, ldif: string): Promise<Slapd> {
    const database = join(directory, 'slapd')
    mkdirSync(database)
    const { ca, certificate, key } = makeCertificates(directory)
    const configuration = join(directory, 'slapd.conf')
    writeFileSync(
      configuration,
      [
        ...['core', 'cosine', 'inetorgperson'].map(
          (one) => `include /etc/ldap/schema/${one}.schema`,
        ),
        ...['modulepath /usr/lib/ldap', 'moduleload back_mdb'],
        ...[`TLSCACertificateFile ${ca}`, `TLSCertificateFile ${certificate}`],
        ...[`TLSCertificateKeyFile ${key}`, 'sizelimit size.hard=unlimited size.soft=600'],
        ...['database mdb', `suffix "${SUFFIX}"`, `directory ${database}`, 'maxsize 104857600'],
        ...[`rootdn "${ADMIN.dn}"`, `rootpw "${ADMIN.password}"`],
        'access to * by users read by * auth',
        '',
      ].join('\n'),
    )
    const entries = join(directory, 'entries.ldif')
    writeFileSync(entries, ldif)
    const env = { ...process.env, PATH: searchPath() }
    execFileSync('slapadd', ['-q', '-f', configuration, '-l', entries], { env })
    const ports = [await freePort(), await freePort()] as const
    const urls = `ldap://127.0.0.1:${ports[0]}/ ldaps://127.0.0.1:${ports[1]}/`
    const args = ['-f', configuration, '-h', urls, '-d', '0']
    const daemon = spawn('slapd', args, { env, stdio: 'ignore' })
    for (const port of ports) await until(() => isOpen(port), Boolean)
    return new Slapd(daemon, ports, ca)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await gone
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
