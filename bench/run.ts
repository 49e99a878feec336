/**
 * `npm run bench`: all benches, or the named ones (`npm run bench -- micro`, `-- load school-mix`).
 * Results with machine, versions and command go to bench/results/.
 */
import { fork } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runRecords } from './load/records.ts'
import { runLoad } from './load/run-load.ts'
import { runSchoolMix } from './load/school-mix.ts'
import type { Measurement } from './micro/measure.ts'
import { circumstances, writeResults } from './result-files.ts'
import { runScale } from './scale/run-scale.ts'

const RUNS: Readonly<Record<string, () => Promise<void>>> = {
  micro: runMicro,
  load: runLoad,
  'school-mix': runSchoolMix,
  records: runRecords,
  scale: runScale,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(RUNS, name))
if (unknown.length > 0) {
  console.error(`no bench \`${unknown.join(' ')}\`; there are ${Object.keys(RUNS).join(', ')}`)
  process.exitCode = 2
} else {
  for (const [name, run] of Object.entries(RUNS)) {
    if (wanted.length === 0 || wanted.includes(name)) await run()
  }
}

/** Each file in a process of its own: what one leaves on the heap must not slow the next. */
async function runMicro(): Promise<void> {
  const folder = join(import.meta.dirname, 'micro')
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'measure.ts')
  const rows: Measurement[] = []
  for (const file of files.toSorted()) {
    console.log(`\n${file}`)
    rows.push(...(await measurementsOf(join(folder, file))))
  }
  writeResults('micro', 'What one call costs', {
    about: circumstances('npm run bench -- micro'),
    data: rows,
    table: {
      head: ['case', 'ns/op', 'bytes/op', 'ops/s'],
      rows: rows.map(({ name, nsPerOp, bytesPerOp, opsPerSecond }) => [
        name,
        `${nsPerOp}`,
        `${bytesPerOp}`,
        opsPerSecond.toLocaleString('en'),
      ]),
    },
  })
}

function measurementsOf(path: string): Promise<readonly Measurement[]> {
  return new Promise((resolve, reject) => {
    const rows: Measurement[] = []
    const child = fork(path)
    child.on('message', (row) => rows.push(row as Measurement))
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0) resolve(rows)
      else reject(new Error(`${path} ended with code ${code ?? 'none'}`))
    })
  })
}
