import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Files of a private authority and of a server certificate for 127.0.0.1 in `directory`. */
export function makeCertificates(directory: string): {
  readonly ca: string
  readonly certificate: string
  readonly key: string
} {
  const [ca, caKey] = [join(directory, 'ca.pem'), join(directory, 'ca.key')]
  const [certificate, key] = [join(directory, 'server.pem'), join(directory, 'server.key')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const make = (...args: readonly string[]): void => {
    execFileSync('openssl', ['req', '-x509', ...curve, ...args], { stdio: 'ignore' })
  }
  make('-keyout', caKey, '-out', ca, '-subj', '/CN=Test authority')
  const names = ['-subj', '/CN=redis', '-addext', 'subjectAltName=IP:127.0.0.1']
  const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE']
  make('-CA', ca, '-CAkey', caKey, '-keyout', key, '-out', certificate, ...names, ...leaf)
  return { ca, certificate, key }
}
