import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BACKUP_SUFFIX } from './backup-format.ts'
import { backupInWorker, type BackupAnswer } from './backup-in-worker.ts'
import { noteBackupRun } from './backup-log.ts'
import type { BackupOrder } from './make-backup.ts'

export interface BackupPlan {
  readonly records: string
  /** Where the backups go; better another disk than the records'. */
  readonly target: string
  readonly site: string
  /** How many of ours stay in `target`. */
  readonly keep: number
  readonly everyMs: number
  readonly passphrase: string | null
}

/** A target that is away (a share, a stick) is tried again, without a backup's load each minute. */
const RETRY_MS = 3_600_000

/** Makes a backup when the newest in the target is too old, and removes the oldest beyond `keep`. */
export class BackupSchedule {
  readonly #plan: BackupPlan
  readonly #make: (order: BackupOrder) => Promise<BackupAnswer>
  #alarm: string | null = null
  #notBefore = 0
  #running: Promise<void> | null = null

  constructor(plan: BackupPlan, make = backupInWorker) {
    this.#plan = plan
    this.#make = make
  }

  /** A sentence for `degraded`; null while the last backup that was due was made. */
  get alarm(): string | null {
    return this.#alarm
  }

  /** Call every minute or so with gate time; resolves when what was due is done. Never rejects. */
  tick(now: number): Promise<void> {
    this.#running ??= this.#tick(now).finally(() => {
      this.#running = null
    })
    return this.#running
  }

  async #tick(now: number): Promise<void> {
    if (now < this.#notBefore) return
    try {
      const newest = (await this.#ours()).at(-1)
      if (newest !== undefined && now - timeOf(newest) < this.#plan.everyMs) return
      await this.#run(now)
    } catch (cause) {
      this.#fail(now, cause instanceof Error ? cause.message : String(cause))
    }
  }

  async #run(now: number): Promise<void> {
    const { records: directory, target, site, passphrase, keep } = this.#plan
    const file = join(target, `${prefixOf(site)}${stampOf(now)}${BACKUP_SUFFIX}`)
    const began = performance.now()
    const { ok, detail } = await this.#make({ directory, file, passphrase, now })
    const tookMs = performance.now() - began
    noteBackupRun(directory, { kind: 'backup', at: now, file, ok, detail, tookMs })
    if (!ok) {
      this.#fail(now, detail)
      return
    }
    this.#alarm = null
    const ours = await this.#ours()
    for (const name of ours.slice(0, Math.max(0, ours.length - keep))) await rm(join(target, name))
  }

  #fail(now: number, why: string): void {
    this.#alarm = `no backup could be made: ${why}`
    this.#notBefore = now + RETRY_MS
  }

  #ours(): Promise<readonly string[]> {
    return backupsIn(this.#plan.target, this.#plan.site)
  }
}

/** Names of the site's backups that were made before `at` (epoch ms), oldest first; none in a folder that can't be read. */
export async function backupsBefore(
  target: string,
  site: string,
  at: number,
): Promise<readonly string[]> {
  try {
    // A name has whole seconds: one of the same second may be of after it.
    return (await backupsIn(target, site)).filter((name) => timeOf(name) + 1_000 <= at)
  } catch {
    return []
  }
}

/** A site's backups, oldest first; other people's files are not looked at. */
async function backupsIn(target: string, site: string): Promise<readonly string[]> {
  const prefix = prefixOf(site)
  const names = await readdir(target)
  return names.filter((name) => name.startsWith(prefix) && !Number.isNaN(timeOf(name))).toSorted()
}

function prefixOf(site: string): string {
  return `schoolgate-${site.replaceAll(/[^\w-]/g, '_')}-`
}

/** `20261124T100000Z`: sorts as it was made, on any file system. */
function stampOf(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '')
}

function timeOf(name: string): number {
  const match = /-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.sgbackup$/.exec(name)
  if (match === null) return Number.NaN
  const [year, month, day, hour, minute, second] = match.slice(1)
  return Date.parse(
    `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`,
  )
}
