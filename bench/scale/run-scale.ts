import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { circumstances, writeResults } from '../result-files.ts'
import type { ScaleFigures } from './measure-school.ts'
import { FULL, type ScaleSizes } from './scale-school.ts'

/** Rules and devices a hundred times as many, over the same million names: the cost of a query must not follow. */
const STEPS: readonly ScaleSizes[] = [1, 10, 100].map((factor) => ({
  profiles: FULL.profiles,
  rules: (FULL.rules / 100) * factor,
  devices: (FULL.devices / 100) * factor,
  names: 1_000_000,
}))

/** The widest bar of the plot, in characters. */
const WIDTH = 40

interface ScaleRow extends ScaleFigures {
  readonly sizes: ScaleSizes
}

/** `npm run bench -- scale`: the sizes, and how a query's cost goes with them. */
export async function runScale(): Promise<void> {
  const rows: ScaleRow[] = []
  for (const sizes of [...STEPS, FULL]) rows.push({ sizes, ...(await figuresOf(sizes)) })
  const widest = Math.max(...rows.map(({ decideNs }) => decideNs))
  writeResults('scale', 'A school a hundred times as large', {
    about: circumstances('npm run bench -- scale'),
    data: rows,
    table: { head: HEAD, rows: rows.map((row) => cellsOf(row, widest)) },
  })
}

const HEAD = [
  ...['rules', 'devices', 'names', 'load ms (cpu)', 'RSS MiB before, after (peak)'],
  ...['changed rule: make + copy + open, cpu ms', 'list image kept', 'query, cpu ns', 'plot'],
]

function cellsOf(row: ScaleRow, widest: number): readonly string[] {
  const { rules, devices, names } = row.sizes
  const whole = (value: number) => Math.round(value).toLocaleString('en')
  return [
    ...[rules, devices, names].map(whole),
    `${whole(row.loadMs)} (${whole(row.loadCpuMs)})`,
    `${whole(row.beforeMb)}, ${whole(row.residentMb)} (${whole(row.peakMb)})`,
    [row.changeMs, row.copyMs, row.openMs].map(whole).join(' + '),
    row.imageIsKept ? 'yes' : 'no',
    whole(row.decideNs),
    '#'.repeat(Math.max(1, Math.round((row.decideNs / widest) * WIDTH))),
  ]
}

/** What `schoolgate` starts Node with. */
const AS_SHIPPED = ['--max-semi-space-size=4', '--no-parallel-scavenge']

/** Made by one process and measured by another, so that what the making leaves on the heap is not counted. */
async function figuresOf(sizes: ScaleSizes): Promise<ScaleFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'schoolgate-scale-'))
  try {
    const prepared = await messageOf('prepare.ts', folder, sizes)
    console.log(JSON.stringify({ ...sizes, prepared }))
    return (await messageOf('measure-school.ts', folder, sizes)) as ScaleFigures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function messageOf(script: string, folder: string, sizes: ScaleSizes): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let said: unknown
    const child = fork(join(import.meta.dirname, script), [folder, JSON.stringify(sizes)], {
      execArgv: AS_SHIPPED,
    })
    child.on('message', (message) => {
      said = message
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0 && said !== undefined) resolve(said)
      else reject(new Error(`${script} ended with code ${code ?? 'none'}`))
    })
  })
}
