/** `node measure-school.ts FOLDER SIZES`: what a school that `prepare.ts` has made costs, as rows to `run-scale.ts`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { readConfig } from '../../commands/read-config.ts'
import { openBundle } from '../../proxy/policy/bundle.ts'
import { DeviceMemory } from '../../proxy/policy/device-memory.ts'
import { ListMemory } from '../../proxy/policy/list-memory.ts'
import { makeBundle, type BundleOrder } from '../../proxy/policy/make-bundle.ts'
import { probeBundle } from '../../proxy/policy/probe-bundle.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { RegisterView } from '../../records/register/register-view.ts'
import { wireName } from '../../test/support/wire-name.ts'
import { deviceAddress, scalePolicy, type ScaleSizes } from './scale-school.ts'

/** A lesson of the example school. */
const LESSON = Date.parse('2026-11-24T10:30:00Z')
const TRIALS = 7
const QUERIES = 200_000
/** Fewer than a subject table keeps, so that an address is met once and known from then on. */
const ADDRESSES = 20_000

export interface ScaleFigures {
  readonly loadMs: number
  /** This thread's time on a processor, as are the next: a loaded machine stretches it less than the clock's. */
  readonly loadCpuMs: number
  /** Before the school was read, and after a collection; the most while it loaded. */
  readonly beforeMb: number
  readonly residentMb: number
  readonly peakMb: number
  /** From the changed text to a revision that is made and probed; what a data thread adds, of that the copy. */
  readonly changeMs: number
  readonly copyMs: number
  readonly openMs: number
  readonly imageIsKept: boolean
  readonly decideNs: number
}

const [folder = '', sizesText = '{}'] = process.argv.slice(2)
const sizes = JSON.parse(sizesText) as ScaleSizes
const loaded = readConfig(join(folder, 'gate.yaml'))
if (typeof loaded === 'string') throw new Error(loaded)
const records = join(folder, 'records')
const kept = { obtain: new ListMemory().obtain, devicesOf: new DeviceMemory().listOf }
const base = { ...loaded, imageDirectory: records, ...kept, sealed: null, at: LESSON }

const beforeMb = process.memoryUsage.rss() / 2 ** 20
const began = performance.now()
const cpuBegan = cpuMs()
const register = registerOf()
const bundle = await bundleOf({ ...base, register })
const { engine, subjects } = openBundle(bundle)
const loadMs = performance.now() - began
const loadCpuMs = cpuMs() - cpuBegan
const peakMb = process.resourceUsage().maxRSS / 1024
collectGarbage()
const residentMb = process.memoryUsage.rss() / 2 ** 20

const changes: (Pick<ScaleFigures, 'changeMs' | 'copyMs' | 'openMs'> & { isKept: boolean })[] = []
for (let trial = 0; trial < TRIALS; trial += 1) changes.push(await changeOneRule(trial))
const figures: ScaleFigures = {
  ...{ loadMs, loadCpuMs, beforeMb, residentMb, peakMb },
  changeMs: median(changes.map(({ changeMs }) => changeMs)),
  copyMs: median(changes.map(({ copyMs }) => copyMs)),
  openMs: median(changes.map(({ openMs }) => openMs)),
  imageIsKept: changes.every(({ isKept }) => isKept),
  decideNs: median(Array.from({ length: TRIALS }, decideAll())),
}
process.send?.(figures)

function registerOf() {
  const ledger = openLedger(records, { readOnly: true })
  const found = new RegisterView(ledger).current()
  ledger.close()
  return found
}

async function bundleOf(order: BundleOrder) {
  const made = await makeBundle(order)
  if (!made.ok) throw new Error(made.problems.join('\n'))
  return made.bundle
}

/** What the gate does between a ledger entry and its answer to the data threads, one thread's share included. */
async function changeOneRule(trial: number) {
  const { policy } = register
  if (policy === null) throw new Error('no policy')
  const text = scalePolicy(sizes, ` (change ${trial})`)
  const from = cpuMs()
  const changed = await bundleOf({
    ...base,
    register: { ...register, policy: { ...policy, text } },
  })
  const problems = probeBundle(changed)
  const made = cpuMs()
  // As `Fleet.swap` sends it: the devices are the same, and not sent.
  const isSame = changed.devices === bundle.devices
  const received = structuredClone({ ...changed, devices: isSame ? [] : changed.devices })
  const copied = cpuMs()
  openBundle({ ...received, devices: changed.devices })
  const opened = cpuMs()
  if (problems.length > 0) throw new Error(problems.join('\n'))
  const isKept = changed.listImage === bundle.listImage
  return { changeMs: made - from, copyMs: copied - made, openMs: opened - copied, isKept }
}

/** Address to subject, name to ruling: half of the names listed, as many addresses as a large site has at once. */
function decideAll(): () => number {
  const sample = JSON.parse(readFileSync(join(folder, 'sample.json'), 'utf8')) as string[]
  const names = Array.from({ length: QUERIES }, (_, n) => {
    const name = sample[n % sample.length] ?? ''
    return wireName(n % 2 === 0 ? name : `x${name}`)
  })
  const count = Math.min(ADDRESSES, sizes.devices)
  const addresses = Array.from({ length: count }, (_, n) =>
    deviceAddress(Math.floor((n * sizes.devices) / count)),
  )
  const pass = () => {
    names.forEach((name, n) => {
      const { stance } = subjects.at(addresses[n % count] ?? '', LESSON)
      engine.decideWire(stance, name, 0)
    })
  }
  pass()
  return () => {
    const from = cpuMs()
    pass()
    return ((cpuMs() - from) * 1e6) / QUERIES
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}
