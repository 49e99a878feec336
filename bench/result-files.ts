import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'

/** The machine and the versions that a figure belongs to; without them it is a rumour. */
export interface Circumstances {
  readonly taken: string
  readonly command: string
  readonly machine: string
  readonly kernel: string
  readonly node: string
  readonly commit: string
  readonly versions: Readonly<Record<string, string>>
}

export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const RESULTS = join(import.meta.dirname, 'results')

export function circumstances(
  command: string,
  versions: Readonly<Record<string, string>> = {},
): Circumstances {
  const [cpu] = cpus()
  return {
    taken: new Date().toISOString(),
    command,
    machine: `${cpus().length} x ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    node: process.version,
    commit: commit(),
    versions,
  }
}

/** Writes `bench/results/NAME.json` and `NAME.md`, and prints the table. */
export function writeResults(
  name: string,
  title: string,
  parts: { readonly about: Circumstances; readonly data: unknown; readonly table: Table },
): void {
  const { about, data, table } = parts
  mkdirSync(RESULTS, { recursive: true })
  const json = `${JSON.stringify({ ...about, results: data }, null, 2)}\n`
  writeFileSync(join(RESULTS, `${name}.json`), json)
  const text = `# ${title}\n\n${describe(about)}\n\n${markdown(table)}\n`
  writeFileSync(join(RESULTS, `${name}.md`), text)
  console.log(`\n${text}\nwritten to bench/results/${name}.json and ${name}.md`)
}

function describe(about: Circumstances): string {
  const versions = Object.entries(about.versions).map(([name, version]) => `${name} ${version}`)
  return [
    `\`${about.command}\`, ${about.taken}, commit ${about.commit}.`,
    `${about.machine}, Linux ${about.kernel}, Node ${about.node}${versions.map((one) => `, ${one}`).join('')}.`,
  ].join('\n')
}

function markdown({ head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** `+` when the tree differs from the commit: such a figure can't be made again from it. */
function commit(): string {
  const git = (...args: string[]) => {
    return execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: 'pipe' })
  }
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no').trim() !== ''
    return `${git('rev-parse', '--short', 'HEAD').trim()}${changed ? '+' : ''}`
  } catch {
    return 'unknown'
  }
}
