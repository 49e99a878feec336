import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { GateRefused } from '../gate-refused.ts'
import { selfSigned } from './self-signed.ts'

/** How the gate shows itself to whoever speaks TLS with it. PEM; plain text, so that it can go to other threads. */
export interface ServerIdentity {
  /** The server's certificate first, then those that lead to an authority. */
  readonly certificate: string
  readonly key: string
  /** Made here: nobody has a reason to believe it. */
  readonly isSelfSigned: boolean
  /** Epoch ms. */
  readonly expires: number
}

export interface IdentityFiles {
  /** `tls.certificate` and `tls.key`; null where none is configured. */
  readonly certificate: string | null
  readonly key: string | null
  /** What they are relative to. */
  readonly directory: string
  /** Where one that is made here is kept. */
  readonly records: string
  /** Epoch ms. */
  readonly now: number
}

/** A chain of a few certificates; more is the wrong file. */
const MAX_OCTETS = 256 * 1024

/** One that was made here is made anew before it runs out. */
const RENEW_MS = 30 * 86_400_000

/** Names by which a gate on one's own machine, or the block page's host, is reached. */
const OWN_NAMES = ['localhost', 'schoolgate.internal', '127.0.0.1', '::1']

/** The configured certificate and key, or a self-signed one. Throws `GateRefused` with the key of gate.yaml that is wrong. */
export function readIdentity(files: IdentityFiles): ServerIdentity {
  const { certificate, key, directory } = files
  if (certificate === null && key === null) return ownIdentity(files)
  if (certificate === null || key === null)
    throw new GateRefused('tls: `tls.certificate` and `tls.key` go together')
  return checked(
    { where: 'tls.certificate', text: textOf('tls.certificate', resolve(directory, certificate)) },
    { where: 'tls.key', text: textOf('tls.key', resolve(directory, key)) },
  )
}

interface Pem {
  readonly where: string
  readonly text: string
}

function checked(certificate: Pem, key: Pem): ServerIdentity {
  const leaf = parsed(certificate.where, () => new X509Certificate(certificate.text))
  const secret: KeyObject = parsed(key.where, () => createPrivateKey(key.text))
  if (!leaf.checkPrivateKey(secret))
    throw new GateRefused(
      'tls.key: it is not the key of the first certificate of `tls.certificate`',
    )
  const expires = Date.parse(leaf.validTo)
  return { certificate: certificate.text, key: key.text, isSelfSigned: false, expires }
}

function ownIdentity({ records, now }: IdentityFiles): ServerIdentity {
  const path = join(records, 'self-signed.pem')
  const kept = existsSync(path) ? readOwn(path) : null
  if (kept !== null && kept.expires - now > RENEW_MS) return kept
  const { certificate, key } = selfSigned(OWN_NAMES, now)
  // Whole under another name first: two gates of one folder must not read half a key.
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, certificate + key, { mode: 0o600 })
  chmodSync(draft, 0o600)
  renameSync(draft, path)
  const expires = Date.parse(new X509Certificate(certificate).validTo)
  return { certificate, key, isSelfSigned: true, expires }
}

/** Null for a file that is none of ours any more: another one is made in its place. */
function readOwn(path: string): ServerIdentity | null {
  try {
    const text = textOf('tls.certificate', path)
    const at = text.indexOf('-----BEGIN PRIVATE KEY-----')
    const [certificate, key] = [text.slice(0, at), text.slice(at)]
    const pem = checked({ where: path, text: certificate }, { where: path, text: key })
    return { ...pem, isSelfSigned: true }
  } catch (problem) {
    if (problem instanceof GateRefused) return null
    throw problem
  }
}

function textOf(where: string, path: string): string {
  try {
    if (statSync(path).size > MAX_OCTETS) throw new Error(`\`${path}\` is too long to be one`)
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw refused(where, cause)
  }
}

function parsed<T>(where: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw refused(where, cause, 'no PEM of one without a passphrase')
  }
}

function refused(where: string, cause: unknown, what = ''): GateRefused {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new GateRefused(`${where}: ${what === '' ? message : `${what} (${message})`}`, { cause })
}
