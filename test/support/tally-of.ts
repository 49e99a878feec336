import { mkdirSync } from 'node:fs'
import { JournalStore } from '../../records/journal/journal-store.ts'
import type { TallyDelta } from '../../records/tally/tally-codec.ts'
import { TEN_O_CLOCK } from './refusals.ts'

/** What a gate would have counted in the last hour: host, profile, devices (at most 256), requests. */
export type TallyLine = readonly [host: string, profile: string, devices: number, requests: number]

/** A journal in `directory` with this tally and nothing else. */
export function writeTally(directory: string, lines: readonly TallyLine[]): void {
  mkdirSync(directory, { recursive: true })
  const store = JournalStore.open({ directory, site: 'ex', gate: 'gate-1', now: TEN_O_CLOCK })
  const hour = Math.floor(TEN_O_CLOCK / 3_600_000)
  const tally = lines.map(([host, profile, devices, requests]): TallyDelta => {
    const sketch = new Uint8Array(32)
    for (let bit = 0; bit < devices; bit += 1)
      sketch[bit >> 3] = (sketch[bit >> 3] ?? 0) | (1 << (bit & 7))
    return { hour, host, profile, verdict: 'block', requests, sketch }
  })
  store.write({ entries: [], grown: [], closed: [], tally, now: TEN_O_CLOCK })
  store.db.close()
}
