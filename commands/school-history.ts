import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openBundle, type Revision } from '../proxy/policy/bundle.ts'
import { makeBundle } from '../proxy/policy/make-bundle.ts'
import { recordsDirectoryOf } from '../proxy/policy/school-files.ts'
import { LEDGER_FILE } from '../records/ledger/ledger-schema.ts'
import { openLedger, type Ledger } from '../records/ledger/ledger.ts'
import { RegisterView } from '../records/register/register-view.ts'
import type { Register } from '../records/register/register.ts'
import { ListImage } from '../rules/lists/list-image.ts'
import type { Policy } from '../rules/policy/policy.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { UsageStore, type Usage } from '../records/usage/usage-store.ts'
import { SavedUsage } from './explain-bandwidth.ts'
import { givenBy, type GivenBy } from './given-by.ts'
import type { LoadedConfig } from './read-config.ts'
import { registerFromFiles } from './read-school.ts'
import { sharedLists } from './shared-lists.ts'

/** A school as it was, is or will be at a moment. */
export interface SchoolThen {
  readonly revision: Revision
  readonly register: Register
  readonly lists: ListImage
  readonly policy: Policy
  /** What devices have used of their quotas. */
  readonly usage: SavedUsage
  /** What had to be taken for true to answer for that moment, in words. */
  readonly assumed: readonly string[]
}

/** Each has an engine of its own; a batch that jumps about in years of changes must not keep them all. */
const MAX_KEPT = 32

/**
 * The school at any moment: by its ledger, which has the policy, devices and grants of then, else by its
 * files. The lists are always those of now: what a list held on a day long past is kept nowhere.
 */
export class SchoolHistory implements Disposable {
  readonly #loaded: LoadedConfig
  readonly #ledger: Ledger | null
  readonly #view: RegisterView | null
  readonly #kept = new Map<number, SchoolThen>()
  readonly #obtain = sharedLists()

  private constructor(loaded: LoadedConfig, ledger: Ledger | null) {
    this.#loaded = loaded
    this.#ledger = ledger
    this.#view = ledger === null ? null : new RegisterView(ledger)
  }

  /** Throws `StoreRefused` for a ledger that is none of this site. */
  static open(loaded: LoadedConfig): SchoolHistory {
    const { config, directory } = loaded
    const records = recordsDirectoryOf(config, directory)
    if (!existsSync(join(records, LEDGER_FILE))) return new SchoolHistory(loaded, null)
    const ledger = openLedger(records, { site: config.site, readOnly: true })
    if (ledger.head().seq > 0) return new SchoolHistory(loaded, ledger)
    ledger.close()
    return new SchoolHistory(loaded, null)
  }

  /** What was in force at `at` (epoch ms, gate time); a text says why there is nothing to judge by. */
  async at(at: number): Promise<SchoolThen | string> {
    const ledger = this.#ledger
    if (ledger === null) return this.#kept.get(0) ?? this.#keep(0, () => this.#fromFiles())
    const seq = ledger.seqAt(at)
    return this.#kept.get(seq) ?? this.#keep(seq, () => this.#afterEntry(seq))
  }

  /** Who gave what these rules go by at `at`; nobody that is known where the files are what is in force. */
  given(rules: readonly string[], { register }: SchoolThen, at: number): readonly GivenBy[] {
    const ledger = this.#ledger
    if (ledger === null) return []
    return givenBy(ledger, rules, { lessons: register.lessons, upTo: ledger.seqAt(at) })
  }

  [Symbol.dispose](): void {
    this.#ledger?.close()
  }

  async #keep(seq: number, read: () => Promise<SchoolThen | string>): Promise<SchoolThen | string> {
    const school = await read()
    if (typeof school === 'string') return school
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear()
    this.#kept.set(seq, school)
    return school
  }

  async #fromFiles(): Promise<SchoolThen | string> {
    const register = registerFromFiles(this.#loaded)
    if (typeof register === 'string') return register
    return this.#open(register, ['the files are what is in force: there is no ledger yet'])
  }

  async #afterEntry(seq: number): Promise<SchoolThen | string> {
    const [view, ledger] = [this.#view, this.#ledger]
    if (view === null || ledger === null) return 'no ledger'
    const head = ledger.head().seq
    if (seq === head) return this.#open(view.current(), [])
    const lists = 'the lists held then what they hold now'
    if (seq > 0) return this.#open(view.after(seq), [lists])
    const [first] = ledger.entries(0, 1)
    const founded = first?.ts ?? ''
    // The founding is one batch, and all of its entries have one time.
    const register = view.at(Date.parse(founded))
    return this.#open(register, [`what was in force first, at ${founded}, held before, too`, lists])
  }

  async #open(register: Register, assumed: readonly string[]): Promise<SchoolThen | string> {
    const { config, directory } = this.#loaded
    const imageDirectory = recordsDirectoryOf(config, directory)
    const made = await makeBundle({
      ...{ register, config, directory, imageDirectory, obtain: this.#obtain },
    })
    if (!made.ok) return made.problems.join('\n')
    const usage = new SavedUsage(
      usagesIn(recordsDirectoryOf(config, directory)),
      made.bundle.policy,
    )
    const revision = openBundle(made.bundle, {
      ...{ indices: { next: 0 }, bindings: null },
      isSpent: usage.isSpent,
    })
    const lists = ListImage.open(made.bundle.listImage)
    if ('problem' in lists) return lists.problem
    return { revision, register, lists, policy: made.bundle.policy, assumed, usage }
  }
}

/** None of a gate that never ran, or is of another version. */
export function usagesIn(records: string): readonly Usage[] {
  try {
    using store = UsageStore.read(records)
    return store?.all() ?? []
  } catch (cause) {
    if (cause instanceof StoreRefused) return []
    throw cause
  }
}
