import { resolve } from 'node:path'
import { backupsBefore } from '../records/backup/backup-schedule.ts'
import { foundedAt, lostSince, readMark, writeMark } from '../records/ledger/ledger-mark.ts'
import type { Ledger } from '../records/ledger/ledger.ts'
import type { GateOptions } from './gate-options.ts'
import type { GateWatch } from './gate-watch.ts'
import { recordsDirectoryOf } from './policy/school-files.ts'

/** As often as checkpoints are looked at; a mark that is a minute old tells a lost ledger as well. */
const TICK_MS = 60_000

export interface MarkKeeper {
  /** Looks now, and resolves when it is known whether anything is lost. Never rejects. */
  look(): Promise<void>
  stop(): void
}

/**
 * Notices a ledger that begins anew. An empty records directory founds one without a word, and a gate must
 * filter all the same, so what the ledger had come to is also written beside the records (`records.mark`), and
 * backups older than the first entry tell it, too. While anything is lost the mark stays as it is: it goes on
 * being told after a restart, until a backup is restored or somebody removes the mark.
 */
export function keepMark(
  { config, directory, clockOffsetMs, log }: GateOptions,
  { ledger, watch }: { readonly ledger: Ledger; readonly watch: Pick<GateWatch, 'saw'> },
): MarkKeeper {
  const { site, records, backup } = config
  const path = resolve(directory, records.mark ?? `${recordsDirectoryOf(config, directory)}.mark`)
  const target = backup.directory === null ? null : resolve(directory, backup.directory)
  let [marked, isTold] = ['', false]
  const put = (): void => {
    const { seq, hash } = ledger.head()
    if (seq === 0 || hash === marked) return
    try {
      writeMark(path, { site, seq, hash, ts: new Date(Date.now() + clockOffsetMs).toISOString() })
      marked = hash
    } catch (cause) {
      if (!isTold) log.warn({ err: cause, path }, UNMARKED)
      isTold = true
    }
  }
  const look = async (): Promise<void> => {
    const lost = await lostOf(ledger, { path, target, site })
    watch.saw({ ledgerLost: lost })
    if (lost === null) put()
  }
  const ticking = setInterval(() => void look(), TICK_MS)
  return {
    look,
    stop: () => {
      clearInterval(ticking)
      const mark = readMark(path, site)
      if (mark !== null && lostSince(ledger, mark) === null) put()
    },
  }
}

const UNMARKED =
  'what the ledger has come to cannot be kept beside the records: name a file that can be written in `records.mark`'

interface Place {
  readonly path: string
  /** The folder of backups; null for a gate that makes none. */
  readonly target: string | null
  readonly site: string
}

async function lostOf(ledger: Ledger, { path, target, site }: Place): Promise<string | null> {
  const mark = readMark(path, site)
  if (mark !== null) {
    const lost = lostSince(ledger, mark)
    return lost && `${lost}; ${RESTORE}, or remove \`${path}\` if that is meant`
  }
  const founded = foundedAt(ledger)
  if (target === null || founded === null) return null
  const newest = (await backupsBefore(target, site, Date.parse(founded))).at(-1)
  if (newest === undefined) return null
  const words = `the ledger begins anew on ${founded}, and \`${target}\` has backups of before`
  return `${words} (${newest}); ${RESTORE}, or move those away if that is meant`
}

const RESTORE = 'stop the gate and `schoolgate restore` the newest backup into an empty directory'
