import { cpus } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What one case costs: medians over the trials, so that one trial beside a busy neighbour is no result. */
export interface Measurement {
  readonly name: string
  readonly nsPerOp: number
  /** Heap bytes a call allocates; the minimum over the trials, because noise only adds. */
  readonly bytesPerOp: number
  readonly opsPerSecond: number
  readonly trials: number
}

/** Odd, so that the median is a trial that really ran. */
const TRIALS = 9
/** A trial shorter than this measures the timer and the scheduler rather than the work. */
const TRIAL_MS = 100
/** V8 optimises within this time; without it the first trials would measure the interpreter. */
const WARM_UP_MS = 150

let headPrinted = false

/**
 * How much a bench of whole files works on: what the environment's `variable` says, else `alone` for a
 * bench that somebody started by itself and `among` for one that `npm run bench` runs with the others.
 */
export function sizeOf(
  variable: string,
  { alone, among }: Record<'alone' | 'among', number>,
): number {
  const wanted = process.env[variable]
  const isAmong = process.send !== undefined
  const size = wanted === undefined ? (isAmong ? among : alone) : Number(wanted)
  if (!Number.isSafeInteger(size) || size < 1)
    throw new Error(`\`${variable}\` is no whole number above 0`)
  return size
}

/**
 * Times `work` over `inputs` in turn, prints a row and returns it. `inputs` are the seeded corpus of
 * one branch of the code (style.md habit 38); whatever `work` returns is kept, so that V8 can't drop it.
 */
export function measure<Input>(
  name: string,
  inputs: readonly Input[],
  work: (input: Input) => unknown,
): Measurement {
  if (inputs.length === 0) throw new Error(`bench case \`${name}\` has no inputs`)
  const rounds = calibrate(inputs, work)
  const times: number[] = []
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const started = process.hrtime.bigint()
    runRounds(rounds, inputs, work)
    times.push(Number(process.hrtime.bigint() - started) / (rounds * inputs.length))
  }
  return report(name, times, allocatedPerOp(inputs, work))
}

function report(name: string, times: number[], bytes: number): Measurement {
  const nsPerOp = times.toSorted((a, b) => a - b)[times.length >> 1] ?? NaN
  const row = {
    name,
    nsPerOp: round(nsPerOp),
    bytesPerOp: round(bytes),
    opsPerSecond: Math.round(1e9 / nsPerOp),
    trials: TRIALS,
  }
  if (!headPrinted) printHeader()
  console.log(tableRow(name, `${row.nsPerOp}`, formatBytes(row.bytesPerOp), `${row.opsPerSecond}`))
  // To `bench/run.ts`, which started this process; nobody where it was started by hand.
  process.send?.(row)
  return row
}

function printHeader(): void {
  headPrinted = true
  console.log(`node ${process.version}, ${cpus()[0]?.model ?? 'unknown cpu'} x ${cpus().length}`)
  console.log(tableRow('case', 'ns/op', 'bytes/op', 'ops/s'))
}

function tableRow(name: string, ...cells: readonly [string, string, string]): string {
  return name.padEnd(52) + cells.map((cell) => cell.padStart(13)).join('')
}

/** No object is smaller than this many octets, so less is the noise of the trial itself. */
const SMALLEST_OBJECT_OCTETS = 8

function formatBytes(bytes: number): string {
  return bytes < SMALLEST_OBJECT_OCTETS / 2 ? '0' : bytes.toFixed(1)
}

function round(value: number): number {
  return value < 100 ? Math.round(value * 100) / 100 : Math.round(value)
}

/** How many passes over the inputs make a trial of `TRIAL_MS`; warms the code up on the way. */
function calibrate<Input>(inputs: readonly Input[], work: (input: Input) => unknown): number {
  const started = performance.now()
  let passes = 0
  while (performance.now() - started < WARM_UP_MS) {
    runRounds(1, inputs, work)
    passes += 1
  }
  const passMs = (performance.now() - started) / passes
  return Math.max(1, Math.ceil(TRIAL_MS / passMs))
}

/** Well under V8's first semi-space (1 MiB), so that no collection falls into the measured calls. */
const MAX_TRIAL_OCTETS = 256 * 1024
const MAX_TRIAL_CALLS = 16_384

/** Heap growth over so few calls that nothing is collected meanwhile; more calls, less noise. */
function allocatedPerOp<Input>(inputs: readonly Input[], work: (input: Input) => unknown): number {
  let least = Infinity
  for (let calls = 16; calls <= MAX_TRIAL_CALLS; calls *= 2) {
    let grown = Infinity
    for (let trial = 0; trial < TRIALS; trial += 1) {
      grown = Math.min(grown, heapGrowth(calls, inputs, work))
    }
    least = grown / calls
    if (grown > MAX_TRIAL_OCTETS) break
  }
  return Math.max(0, least)
}

function heapGrowth<Input>(
  calls: number,
  inputs: readonly Input[],
  work: (input: Input) => unknown,
): number {
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  for (let call = 0; call < calls; call += 1) sink = work(inputs[call % inputs.length] as Input)
  return process.memoryUsage().heapUsed - before
}

const NEVER_RETURNED = {}
let sink: unknown = null

function runRounds<Input>(
  rounds: number,
  inputs: readonly Input[],
  work: (input: Input) => unknown,
): void {
  for (let round = 0; round < rounds; round += 1) {
    for (const input of inputs) sink = work(input)
  }
  // Read once, so that the writes above are observable and stay.
  if (sink === NEVER_RETURNED) throw new Error('unreachable: nobody has this object')
}

/** `--expose-gc` without a flag, so that a bench file runs with a bare `node bench/micro/x.ts`. */
const collectGarbage: () => void = (() => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
})()
