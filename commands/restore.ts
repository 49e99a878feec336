import { noteBackupRun } from '../records/backup/backup-log.ts'
import { drillBackup } from '../records/backup/drill-backup.ts'
import { readPassphrase } from '../records/backup/passphrase-file.ts'
import { restoreBackup } from '../records/backup/restore-backup.ts'
import { EXIT, readArguments, textOf, usage } from './arguments.ts'
import { orRefusal, recordsOf, type BackupDeps } from './backup.ts'

const USAGE = `usage: schoolgate restore FILE (--records DIR | --config FILE) [--passphrase-file F] [--drill]
       puts a backup into DIR, which must be empty or absent, when everything in it has verified
       --drill tries the backup out in a temporary directory and notes the result in DIR`

const OPTIONS = {
  records: { type: 'string' },
  config: { type: 'string' },
  'passphrase-file': { type: 'string' },
  drill: { type: 'boolean' },
} as const

/** `restore FILE`: exit code 0 done, 1 refused or a drill that failed, 2 wrong usage. */
export async function restore(args: readonly string[], deps: BackupDeps): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const [file, ...rest] = parsed.positionals
  if (file === undefined || rest.length > 0) return usage(USAGE)
  const place = recordsOf(
    { records: textOf(parsed, 'records'), config: textOf(parsed, 'config') },
    deps.resolveRecords,
  )
  if ('problem' in place) return usage(USAGE, place.problem)
  const { directory } = place
  return orRefusal(deps.err, async () => {
    const passphraseFile = textOf(parsed, 'passphrase-file')
    const passphrase = passphraseFile === undefined ? null : readPassphrase(passphraseFile)
    const order = { file, directory, passphrase }
    return parsed.values['drill'] === true ? await drill(order, deps) : await putBack(order, deps)
  })
}

interface Order {
  readonly file: string
  readonly directory: string
  readonly passphrase: string | null
}

async function putBack(order: Order, { out }: BackupDeps): Promise<number> {
  const began = performance.now()
  const { created_at, parts, ledger } = await restoreBackup(order)
  const tookMs = performance.now() - began
  const detail = `${parts.length} parts of ${created_at}, ledger verified up to ${ledger.seq}:${ledger.hash}`
  const { directory, file } = order
  noteBackupRun(directory, { kind: 'restore', at: Date.now(), file, ok: true, detail, tookMs })
  out(`restored ${detail}`)
  return EXIT.done
}

async function drill({ file, directory, passphrase }: Order, deps: BackupDeps): Promise<number> {
  const { ok, detail, tookMs } = await drillBackup(file, passphrase)
  noteBackupRun(directory, { kind: 'drill', at: Date.now(), file, ok, detail, tookMs })
  const say = ok ? deps.out : deps.err
  say(`drill ${ok ? 'passed' : 'failed'} in ${tookMs} ms: ${detail}`)
  return ok ? EXIT.done : EXIT.no
}
