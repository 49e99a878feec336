import type { DeskImportReport } from '../../records/governance/import-through-desk.ts'
import type { ImportReport } from '../../records/register/import-files.ts'
import { ListImage } from '../../rules/lists/list-image.ts'
import { describeProblem } from '../../rules/policy/yaml-source.ts'
import type { SwapResult } from '../fleet.ts'
import { ThreadTotals } from '../metrics/thread-totals.ts'
import { openBundle, type Bundle } from './bundle.ts'

interface Made {
  readonly bundle: Bundle
  readonly alarms: readonly string[]
}

/** What is in force and what is wrong with what was to be: for `/readyz`, the gauges and the log. */
export class RevisionStatus {
  readonly totals = new ThreadTotals()
  rejectedCount = 0
  lastSwapSeconds = 0
  #made: Made
  #lists: readonly ListFigure[]
  #sealedMissing: boolean
  /** Problems of the files as they are now; empty when they are what is in force. */
  #fileProblems: readonly string[] = []
  #rejection: readonly string[] = []
  #importWaits: string | null = null

  constructor(made: Made) {
    this.#made = made
    this.#lists = listFigures(made.bundle)
    this.#sealedMissing = openBundle(made.bundle).engine.sealedMissing
  }

  /** What is in force. */
  get bundle(): Bundle {
    return this.#made.bundle
  }

  get revision(): number {
    return this.#made.bundle.revision
  }

  /** Nothing keeps illegal sites shut, so the gate serves help alone. */
  get sealedMissing(): boolean {
    return this.#sealedMissing
  }

  get lists(): readonly ListFigure[] {
    return this.#lists
  }

  /** Devices by state, for the gauge. */
  standings(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { state } of this.#made.bundle.devices)
      counts.set(state, (counts.get(state) ?? 0) + 1)
    return counts
  }

  /** Why what the files change is not in the ledger yet; null where nothing waits. */
  get importWaits(): string | null {
    return this.#importWaits
  }

  imported(report: ImportReport & Partial<Pick<DeskImportReport, 'unavailable'>>): void {
    this.#importWaits = report.unavailable ?? null
    this.#fileProblems = report.problems.map(describeProblem)
    if (report.policyRefused) this.rejectedCount += 1
  }

  rejected(problems: readonly string[]): void {
    this.rejectedCount += 1
    this.#rejection = problems
  }

  swapped(made: Made, results: readonly SwapResult[]): void {
    this.#made = made
    this.#lists = listFigures(made.bundle)
    this.#sealedMissing = openBundle(made.bundle).engine.sealedMissing
    const failed = results.flatMap((result) =>
      result.ok ? [] : [`thread ${result.thread}: ${result.message}`],
    )
    this.#rejection = failed
    const slowest = Math.max(0, ...results.map((result) => (result.ok ? result.tookMs : 0)))
    this.lastSwapSeconds = slowest / 1000
  }

  /** Sentences for `/readyz`; none when all is well. */
  degraded(): readonly string[] {
    const sealed = this.#sealedMissing
      ? ['no sealed list is loaded: only support.* and the portal are served']
      : []
    return [
      ...sealed,
      ...this.#fileProblems.map((problem) => `file refused: ${problem}`),
      ...(this.#importWaits === null ? [] : [`what the files change waits: ${this.#importWaits}`]),
      ...this.#rejection.map((problem) => `revision rejected: ${problem}`),
      ...this.#made.alarms,
    ]
  }
}

export interface ListFigure {
  /** The list's id; the files of a folder are summed up. */
  readonly id: string
  readonly domains: number
  /** Epoch ms. */
  readonly builtAt: number
}

function listFigures({ listImage }: Bundle): readonly ListFigure[] {
  const image = ListImage.trust(listImage)
  if (!(image instanceof ListImage)) return []
  const domains = new Map<string, number>()
  for (const { id, entries, urls } of image.lists)
    domains.set(id, (domains.get(id) ?? 0) + entries + urls)
  const builtAt = Date.parse(image.builtAt)
  return [...domains].map(([id, count]) => ({ id, domains: count, builtAt }))
}
