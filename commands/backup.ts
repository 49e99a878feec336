import { BackupRefused } from '../records/backup/backup-format.ts'
import { noteBackupRun } from '../records/backup/backup-log.ts'
import { makeBackup } from '../records/backup/make-backup.ts'
import { readPassphrase } from '../records/backup/passphrase-file.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { EXIT, readArguments, textOf, usage } from './arguments.ts'

export interface BackupDeps {
  /** `records.directory` of a gate's configuration file, or what is wrong with the file. */
  readonly resolveRecords: (configPath: string) => { directory: string } | { problem: string }
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

const USAGE = `usage: schoolgate backup FILE (--records DIR | --config FILE) [--passphrase-file F]
       everything of a gate in one file, beside the running gate; FILE must not exist yet`

const OPTIONS = {
  records: { type: 'string' },
  config: { type: 'string' },
  'passphrase-file': { type: 'string' },
} as const

/** `backup FILE`: exit code 0 done, 1 refused (a full disk, a ledger that does not verify), 2 wrong usage. */
export async function backup(args: readonly string[], deps: BackupDeps): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const [file, ...rest] = parsed.positionals
  if (file === undefined || rest.length > 0) return usage(USAGE)
  const place = recordsOf(
    { records: textOf(parsed, 'records'), config: textOf(parsed, 'config') },
    deps.resolveRecords,
  )
  if ('problem' in place) return usage(USAGE, place.problem)
  return orRefusal(deps.err, async () => {
    const passphraseFile = textOf(parsed, 'passphrase-file')
    const passphrase = passphraseFile === undefined ? null : readPassphrase(passphraseFile)
    const [began, now] = [performance.now(), Date.now()]
    const { directory } = place
    const { octets, manifest } = await makeBackup({ directory, file, passphrase, now })
    const tookMs = performance.now() - began
    const detail = `${manifest.parts.length} parts, ${octets} octets`
    noteBackupRun(directory, { kind: 'backup', at: now, file, ok: true, detail, tookMs })
    const { seq, hash } = manifest.ledger
    deps.out(`${detail} in \`${file}\`, read back; ledger verified up to ${seq}:${hash}`)
    if (passphrase === null)
      deps.err('the file is not encrypted and holds names and keys: keep it like the gate itself')
    return EXIT.done
  })
}

/** The records directory that `--records` or `--config` names. */
export function recordsOf(
  {
    records,
    config,
  }: { readonly records: string | undefined; readonly config: string | undefined },
  resolveRecords: BackupDeps['resolveRecords'],
): { directory: string } | { problem: string } {
  if (records !== undefined && config !== undefined)
    return { problem: 'give `--config` or `--records`, not both' }
  if (records !== undefined) return { directory: records }
  return config === undefined
    ? { problem: 'give `--records DIR` or `--config FILE`' }
    : resolveRecords(config)
}

/** What a person can mend is said and is exit code 1; everything else is a fault of ours. */
export async function orRefusal(
  err: (line: string) => void,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof BackupRefused || cause instanceof StoreRefused)) throw cause
    err(cause.message)
    return EXIT.no
  }
}
