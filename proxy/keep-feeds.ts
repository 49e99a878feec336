import { resolve } from 'node:path'
import type { Register } from '../records/register/register.ts'
import type { Config } from './config.ts'
import type { GateOptions } from './gate-options.ts'
import { FETCH_LIMITS } from './lists/feeds/fetch-limits.ts'
import { FeedKeeper } from './lists/feeds/feed-keeper.ts'
import type { FeedOutcome } from './lists/feeds/update-feed.ts'
import { updateInWorker, type UpdateOrder } from './lists/feeds/update-in-worker.ts'
import type { Bundle } from './policy/bundle.ts'
import { recordsDirectoryOf } from './policy/school-files.ts'
import { readCanaryReport } from './trust/canary-report.ts'
import { whyCopyHeld } from './trust/choose-parent.ts'

export interface KeepFeedsDeps {
  readonly register: () => Register
  /** What is in force. */
  readonly bundle: () => Bundle
  /** Called after each attempt, and when somebody else made one or decided. */
  readonly onChange: () => void
  /** Ends an attempt that is under way. */
  readonly signal: AbortSignal
}

/** Keeps the lists that the policy fetches up to date, and says in the log what became of each attempt. */
export function keepFeeds(
  { config, directory, log }: Pick<GateOptions, 'config' | 'directory' | 'log'>,
  { register, bundle, onChange, signal }: KeepFeedsDeps,
): FeedKeeper {
  const place = placeOf(config, directory)
  const current = () => ({ policy: bundle().policy, choices: register().listChoices })
  return new FeedKeeper({
    ...{ records: place.records, now: Date.now, random: Math.random, current },
    update: (list) => {
      const { policy, permissions, listImage } = bundle()
      const choice = register().listChoices.get(list.id)
      const against = { policy, permissions, listImage }
      return updateInWorker({ list, choice, against, ...place }, signal)
    },
    onOutcome: (list, outcome) => {
      tell(log, list, outcome)
      onChange()
    },
    onChange,
    whyWaits: (list, digest) => {
      const report = place.follows ? reportOf(config, directory) : undefined
      if (report === undefined) return null
      return whyCopyHeld(list, digest, {
        report,
        holdHours: config.trust.holdHours,
        now: Date.now(),
      })
    },
  })
}

/** What the canary last said; null where it has said nothing that can be read. */
function reportOf({ trust }: Config, directory: string) {
  return trust.report === null ? null : readCanaryReport(resolve(directory, trust.report))
}

/** What an attempt needs besides the list and what is in force. */
export function placeOf(
  config: Config,
  directory: string,
): Omit<UpdateOrder, 'list' | 'choice' | 'against'> {
  const { dns, http, blockPage, metrics, lists, trust } = config
  const own = [dns.udp, dns.tcp, http.listen, blockPage.listen, metrics.listen]
  const beside = (path: string | null) => (path === null ? null : resolve(directory, path))
  return {
    directory,
    records: recordsDirectoryOf(config, directory),
    limits: FETCH_LIMITS,
    rules: {
      allowTargets: lists.fetch.allowTargets,
      ownEndpoints: own.filter((endpoint) => endpoint !== null),
    },
    caFile: beside(lists.fetch.caFile),
    follows: trust.ring === 'follow' && trust.report !== null,
    sites: { mustAllow: beside(lists.mustAllow), popular: beside(lists.popular) },
  }
}

const SAID: Readonly<Record<FeedOutcome['kind'], readonly ['error' | 'warn' | 'info', string]>> = {
  refused: ['error', 'a list was not updated; its old copy stays'],
  held: ['warn', 'a newer copy of a list waits for a person'],
  updated: ['info', 'a list was updated'],
  same: ['info', 'a list is current'],
  busy: ['info', 'a list is asked for later'],
}

function tell(
  log: GateOptions['log'],
  list: string,
  { kind, message, warnings = [] }: FeedOutcome,
): void {
  for (const warning of warnings) log.warn({ list }, warning)
  const [level, words] = SAID[kind]
  log[level]({ list, message }, words)
}
