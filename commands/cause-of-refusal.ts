import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { existsSync } from 'node:fs'
import { recordsDirectoryOf } from '../proxy/policy/school-files.ts'
import { describeEntry } from '../records/ledger/describe-entry.ts'
import type { LedgerEntry } from '../records/ledger/entry.ts'
import { LEDGER_FILE } from '../records/ledger/ledger-schema.ts'
import { openLedger, type Ledger } from '../records/ledger/ledger.ts'
import type { StoredRow } from '../records/journal/journal-search.ts'
import { parsePolicy } from '../rules/policy/parse-policy.ts'
import type { Verdict } from '../rules/verdict.ts'
import { describeRule } from './describe-rule.ts'
import { answerTo, type Question } from './explain-question.ts'
import type { LoadedConfig } from './read-config.ts'
import { SchoolHistory } from './school-history.ts'

/** Why something was refused: the rule, who put it there, and the decision made again. */
export interface Cause {
  /** What the rule says; null for a rule of the gate itself. */
  readonly rule: string | null
  /** The ledger's entry that put the policy in force. */
  readonly policy: string | null
  /** The same question at that moment, answered again; null where it can't be. */
  readonly then: Verdict | null
  /** The same question now. */
  readonly now: Verdict | null
  /** What could not be told, and why. */
  readonly missing: readonly string[]
}

export interface CauseDeps {
  readonly db: DatabaseSync
  readonly loaded: LoadedConfig
  /** Epoch ms. */
  readonly now: number
}

/** The whole cause of a journal entry, given as any viewer may see it; who it was is not told. */
export async function causeOf(row: StoredRow, { db, loaded, now }: CauseDeps): Promise<Cause> {
  const put = policyEntryOf(loaded, Number(row['policy_version']), String(row['rule_id']))
  const cause = { rule: put?.rule ?? null, policy: put?.entry ?? null }
  if (row['reason_code'] === 'sealed') return { ...cause, then: null, now: null, missing: [SEALED] }
  const question = questionOf(db, Number(row['seq']))
  if (question === null) return { ...cause, then: null, now: null, missing: [GONE] }
  using history = SchoolHistory.open(loaded)
  const [then, today] = [
    await judged(history, question),
    await judged(history, { ...question, at: now }),
  ]
  const missing = typeof then === 'string' ? [then] : differences(row, then)
  return { ...cause, then: verdictOr(then), now: verdictOr(today), missing }
}

const SEALED = 'the site is on a sealed list; its name is kept nowhere in the clear'
const GONE = 'the entry is gone by now'

function verdictOr(answer: Verdict | string): Verdict | null {
  return typeof answer === 'string' ? null : answer
}

async function judged(history: SchoolHistory, question: Question): Promise<Verdict | string> {
  const school = await history.at(question.at)
  return typeof school === 'string' ? school : answerTo(school.revision, question)
}

/** The decision made again must be the one that is on record; where it is not, a person must know. */
function differences(row: StoredRow, then: Verdict): readonly string[] {
  const same = row['reason_code'] === then.reason_code || row['action'] !== 'block'
  if (same) return []
  const answer = then.reason_code ?? then.action
  return [
    `judged again it is \`${answer}\`: the lists have changed since, or a grant that was not kept`,
  ]
}

/** From the row itself, which a viewer without names does not see whole. */
function questionOf(db: DatabaseSync, seq: number): Question | null {
  const row = db
    .prepare('SELECT device_id, ip, zone, host, url_path, ts FROM journal WHERE seq = ?')
    .get(seq)
  if (row === undefined) return null
  const [device, host, path] = [row['device_id'], String(row['host']), row['url_path']]
  return {
    ...(typeof device === 'string' ? { device } : { address: String(row['ip']) }),
    zone: String(row['zone']),
    url: `${host}${typeof path === 'string' ? path : ''}`,
    at: Date.parse(String(row['ts'])),
  }
}

interface PutPolicy {
  readonly entry: string
  readonly rule: string | null
}

/** Who put the revision in force, and what its rule says. */
function policyEntryOf(
  { config, directory }: LoadedConfig,
  revision: number,
  ruleId: string,
): PutPolicy | null {
  const records = recordsDirectoryOf(config, directory)
  if (!existsSync(join(records, LEDGER_FILE))) return null
  const ledger = openLedger(records, { readOnly: true })
  try {
    const entry = entryOfRevision(ledger, revision)
    if (entry === null) return null
    const { document, name } = entry.after as { document: string; name: string }
    const parsed = parsePolicy(ledger.findDocument(document) ?? '', name)
    const rule = parsed.ok ? describeRule(parsed.policy, ruleId) : null
    return { entry: describeEntry(entry), rule }
  } finally {
    ledger.close()
  }
}

/** Revisions only grow, so the entry that made one is found by halving: a million entries take twenty reads. */
function entryOfRevision(ledger: Ledger, revision: number): LedgerEntry | null {
  let [low, high] = [1, ledger.head().seq]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const entry = entryAt(ledger, middle)
    if (entry === null) return null
    if (entry.policy_version_to >= revision) high = middle
    else low = middle + 1
  }
  const found = entryAt(ledger, low)
  return found?.kind === 'policy.put' && found.policy_version_to === revision ? found : null
}

function entryAt(ledger: Ledger, seq: number): LedgerEntry | null {
  const [entry] = ledger.entries(seq - 1, seq)
  return entry ?? null
}
