import { readFileSync, statSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parseHostname } from '../../rules/names/hostname.ts'

/** Ten times a list of a million names; more is no list of hosts. */
const MAX_OCTETS = 256 * 1024 * 1024

/** Names of the column, in a file with one: `rank<TAB>domain`. */
const COLUMNS = ['domain', 'host']

/**
 * Hosts of a file, in its order, each once, at most `limit`: one a line, or the column `domain` or `host`
 * of tab-separated values; gzip or not. A text says why there are none.
 */
export function readHosts(path: string, limit: number): readonly string[] | string {
  const text = readBounded(path)
  if (typeof text !== 'string') return `cannot read \`${path}\`: ${text.problem}`
  const [head = '', ...rest] = text.split('\n')
  const column = head.split('\t').findIndex((name) => COLUMNS.includes(name.trim()))
  const hosts = new Set<string>()
  for (const line of column < 0 ? [head, ...rest] : rest) {
    const cell = (line.split('\t')[Math.max(0, column)] ?? '').trim()
    const host = cell.startsWith('#') ? undefined : parseHostname(cell)
    if (host !== undefined) hosts.add(host)
    if (hosts.size === limit) break
  }
  return hosts.size === 0 ? `\`${path}\` names no host` : [...hosts]
}

function readBounded(path: string): string | { readonly problem: string } {
  try {
    if (statSync(path).size > MAX_OCTETS) return { problem: 'it is too big' }
    const bytes = readFileSync(path)
    const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b
    return (zipped ? gunzipSync(bytes, { maxOutputLength: MAX_OCTETS }) : bytes).toString('utf8')
  } catch (cause) {
    return { problem: cause instanceof Error ? cause.message : String(cause) }
  }
}
