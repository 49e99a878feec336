import { readFileSync, statSync } from 'node:fs'
import { BackupRefused } from './backup-format.ts'

/** Somebody who has the file can try passphrases; scrypt makes each try cost, length makes it hopeless. */
const MIN_PASSPHRASE_LETTERS = 12
const MAX_PASSPHRASE_OCTETS = 4_096

/** The first line of a file that nobody else may read. Throws `BackupRefused`. */
export function readPassphrase(path: string): string {
  const refuse = (found: string, advice: string) => new BackupRefused(path, found, advice)
  let text: string
  try {
    const { mode, size } = statSync(path)
    if ((mode & 0o077) !== 0)
      throw refuse('can be read by others', 'make it private with chmod 600')
    if (size > MAX_PASSPHRASE_OCTETS) throw refuse('is too long for a passphrase', 'name another')
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof BackupRefused) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw refuse(`cannot be read (${why})`, 'check its name and mode')
  }
  const passphrase = text.split(/\r?\n/, 1)[0] ?? ''
  if (passphrase.length < MIN_PASSPHRASE_LETTERS)
    throw refuse(
      `holds a passphrase of ${passphrase.length} letters`,
      `write ${MIN_PASSPHRASE_LETTERS} or more on its first line`,
    )
  return passphrase
}
