import { readFileSync, statSync } from 'node:fs'
import type { Problem } from '../../rules/policy/yaml-source.ts'

/** The text of a UTF-8 file of at most `maxOctets`, or why it can't be had. Never throws. */
export function readText(path: string, maxOctets: number): { text: string } | Problem {
  const problem = (message: string): Problem => ({ file: path, line: 1, col: 1, path: '', message })
  try {
    const stats = statSync(path)
    // A device or a pipe has no size to check, and may never end.
    if (!stats.isFile()) return problem('not a file')
    if (stats.size > maxOctets) {
      return problem(`larger than ${Math.floor(maxOctets / 1024 / 1024)} MiB`)
    }
    return { text: decoder.decode(readFileSync(path)) }
  } catch (error) {
    // A replaced letter would become a new name or host; the file must say what it means.
    if (error instanceof TypeError) return problem('not UTF-8; save the file as UTF-8')
    return problem(`can't be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true })
