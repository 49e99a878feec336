import { readFileSync } from 'node:fs'
import { sha256 } from '../ledger/chain.ts'

/** Where the code of the fold begins; what it imports belongs to it. */
const ROOT = new URL('./register.ts', import.meta.url)

let version: string | undefined

/**
 * Names the code that folds entries into a register: a hash of its sources. A snapshot that other code
 * made is worth nothing, and a number that a person has to raise would be forgotten.
 */
export function foldVersion(): string {
  version ??= hashOfSources(ROOT)
  return version
}

/** SHA-256 (hex) over `root` and every file of ours that runs with it; types don't run. */
export function hashOfSources(root: URL): string {
  const sources = new Map<string, string>()
  const pending = [root]
  for (let url = pending.pop(); url !== undefined; url = pending.pop()) {
    if (sources.has(url.href)) continue
    const text = readFileSync(url, 'utf8')
    sources.set(url.href, text)
    for (const [, clause, target] of text.matchAll(IMPORT)) {
      if (clause?.startsWith('type ') !== true) pending.push(new URL(target ?? '', url))
    }
  }
  // In the order of reading, which the sources fix: the installation's path must not count.
  return sha256([...sources.values()].map((text) => sha256(text)).join())
}

/** An import or re-export of a relative file, as Prettier writes it. */
const IMPORT = /^(?:import|export) (?:([^'"]*?) ?from )?'(\.[^']+)'/gms
