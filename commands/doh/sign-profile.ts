import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** By their own paths, never by a search path, which somebody else may have filled. */
const PROGRAMS: readonly string[] = ['/usr/bin/openssl', '/usr/local/bin/openssl']
const TIME_LIMIT_MS = 10_000
const MAX_OCTETS = 1 << 20

export interface Signer {
  /** PEM files: the certificate with those that lead to its authority, and its key. */
  readonly certificate: string
  readonly key: string
}

export type Signed =
  { readonly ok: true; readonly profile: Buffer } | { readonly ok: false; readonly problem: string }

/**
 * A profile wrapped into CMS SignedData (RFC 5652), as Apple's devices take it: they show who signed it, and what
 * was changed on the way is refused. Node signs no CMS, OpenSSL does. Never rejects.
 */
export async function signProfile(
  profile: string,
  signer: Signer,
  programs = PROGRAMS,
): Promise<Signed> {
  const program = programs.find((path) => existsSync(path))
  if (program === undefined)
    return { ok: false, problem: `there is no OpenSSL on this machine (${programs.join(', ')})` }
  const folder = mkdtempSync(join(tmpdir(), 'schoolgate-profile-'))
  try {
    return await runOpenssl(program, argumentsFor(signer, folder), profile)
  } catch (cause) {
    return { ok: false, problem: cause instanceof Error ? cause.message : String(cause) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The signer's own certificate may be named once only, so those behind it go into a file of their own. */
function argumentsFor({ certificate, key }: Signer, folder: string): readonly string[] {
  const [, ...authorities] = readFileSync(certificate, 'utf8').match(PEM_CERTIFICATE) ?? []
  const chain = join(folder, 'chain.pem')
  if (authorities.length > 0) writeFileSync(chain, authorities.join('\n'))
  return [
    ...['cms', '-sign', '-binary', '-nodetach', '-outform', 'DER', '-md', 'sha256'],
    ...['-signer', certificate, '-inkey', key],
    ...(authorities.length > 0 ? ['-certfile', chain] : []),
    // A passphrase is asked of nobody: a command that waits for one would wait for ever.
    ...['-passin', 'pass:'],
  ]
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

function runOpenssl(program: string, args: readonly string[], profile: string): Promise<Signed> {
  return new Promise((resolve) => {
    const options = { timeout: TIME_LIMIT_MS, maxBuffer: MAX_OCTETS, encoding: 'buffer' as const }
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null && stdout.length > 0) resolve({ ok: true, profile: stdout })
      else resolve({ ok: false, problem: problemOf(stderr, error) })
    })
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(profile)
  })
}

function problemOf(stderr: Buffer, error: Error | null): string {
  const [first = ''] = stderr.toString().trim().split('\n')
  return first === '' ? (error?.message ?? 'OpenSSL said nothing') : first.slice(0, 300)
}
