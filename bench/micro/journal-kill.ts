import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sums } from '../../records/journal/journal-reads.ts'
import { JournalStore } from '../../records/journal/journal-store.ts'
import { sizeOf } from './measure.ts'

/**
 * What a kill -9 of a gate at 20,000 refusals a second costs: attempts made minus attempts that the next
 * start finds, also as the time in which so many are made. `node bench/micro/journal-kill.ts`.
 */
const CHILD = fileURLToPath(new URL('../../test/support/records-child.ts', import.meta.url))
const KILLS = sizeOf('JOURNAL_KILLS', { alone: 7, among: 3 })
const LOAD_MS = 2_500
const ALLOWED_MS = 50
const STALL_TICKS = 200

interface Kill {
  readonly made: number
  readonly perSecond: number
  readonly lost: number
  readonly lostMs: number
  /** The longest that the load itself stood still for in its last 200 ticks: the machine's part. */
  readonly stallMs: number
}

async function kill(): Promise<Kill> {
  const directory = mkdtempSync(join(tmpdir(), 'schoolgate-bench-'))
  try {
    const lines = await accountOf(directory)
    const [first, last] = [lines[0], lines.at(-1)]
    if (first === undefined || last === undefined) throw new Error('the load never began')
    const perSecond = ((last.total - first.total) / (last.at - first.at)) * 1_000
    const next = JournalStore.open({ directory, site: 'ex', gate: 'g1', now: Date.now() })
    const lost = Math.max(last.total - sums(next.db).attempts, 0)
    next.close(Date.now())
    const recent = lines.slice(-STALL_TICKS)
    const stalls = recent.map(({ at }, index) => at - (recent[index - 1]?.at ?? at))
    const lostMs = (lost / perSecond) * 1_000
    return { made: last.total, perSecond, lost, lostMs, stallMs: Math.max(...stalls) }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** What the killed process says it had made by when. */
async function accountOf(directory: string): Promise<readonly Line[]> {
  const child = spawn(process.execPath, [CHILD, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  await once(child.stdout, 'data')
  await new Promise((resolve) => setTimeout(resolve, LOAD_MS))
  child.kill('SIGKILL')
  await once(child, 'close')
  const whole = text.split('\n').filter((line) => line.endsWith('}'))
  return whole.map((line) => JSON.parse(line) as Line)
}

interface Line {
  readonly total: number
  readonly at: number
}

console.log('kill -9 at 20,000/s'.padEnd(24), 'made'.padStart(9), 'per second'.padStart(12), 'lost')
const kills: Kill[] = []
for (let i = 0; i < KILLS; i += 1) {
  const one = await kill()
  kills.push(one)
  const { made, perSecond, lost, lostMs, stallMs } = one
  const rate = Math.round(perSecond).toLocaleString('en')
  console.log(
    ''.padEnd(24),
    `${made}`.padStart(9),
    rate.padStart(12),
    `${lost} (${lostMs.toFixed(1)} ms' worth; the load itself stood still for up to ${stallMs} ms)`,
  )
}
const worst = Math.max(...kills.map(({ lostMs }) => lostMs))
const verdict = worst <= ALLOWED_MS ? 'within' : 'over'
console.log(`worst ${worst.toFixed(1)} ms' worth, ${verdict} ${ALLOWED_MS} ms`)
