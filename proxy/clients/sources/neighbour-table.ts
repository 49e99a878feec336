import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Sighting } from '../../../rules/identity/sighting.ts'
import { parseNeighbours } from './parse-neighbours.ts'
import type { SightingFeed } from './sighting-feed.ts'

/** Where distributions put iproute2. Never through `PATH`: the gate may run as root. */
const PLACES = ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip', '/bin/ip'] as const

/** With ages; both families. */
const ARGUMENTS = ['-s', '-j', 'neigh', 'show'] as const

/** 300,000 neighbours at some 200 octets. */
const MAX_OUTPUT_OCTETS = 64 * 1024 * 1024

const TIMEOUT_MS = 10_000

export interface NeighbourOptions {
  readonly everyMs: number
  /** Gate time, epoch ms. */
  readonly clock: () => number
  /** The program and its arguments before ours; null: the system's `ip`. */
  readonly command?: { readonly path: string; readonly args: readonly string[] } | null
}

/** The kernel's neighbour table, IPv4 and IPv6, read again and again. */
export class NeighbourTable implements SightingFeed {
  readonly name = 'neighbours'
  readonly #options: NeighbourOptions
  #timer: NodeJS.Timeout | null = null
  #reading: Promise<void> | null = null
  #problem: string | null = null
  #tell: (sighting: Sighting) => void = () => undefined

  constructor(options: NeighbourOptions) {
    this.#options = options
  }

  async start(onSighting: (sighting: Sighting) => void): Promise<void> {
    this.#tell = onSighting
    this.#timer = setInterval(() => {
      // One that hangs is not joined by another.
      this.#reading ??= this.read()
    }, this.#options.everyMs)
    this.#reading = this.read()
    await this.#reading
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#tell = () => undefined
    await this.#reading
  }

  problem(): string | null {
    return this.#problem
  }

  /** Reads the table once. Never rejects. */
  async read(): Promise<void> {
    const output = await this.#run()
    this.#reading = null
    if (typeof output !== 'string') {
      this.#problem = output.problem
      return
    }
    const read = parseNeighbours(output, this.#options.clock())
    this.#problem = typeof read === 'string' ? read : null
    if (typeof read === 'string') return
    if (read.bad > 0) this.#problem = `${read.bad} entries of the neighbour table can't be read`
    for (const sighting of read.sightings) this.#tell(sighting)
  }

  #run(): Promise<string | { readonly problem: string }> {
    const path = this.#options.command?.path ?? PLACES.find((place) => existsSync(place))
    if (path === undefined)
      return Promise.resolve({ problem: `iproute2 is not installed (${PLACES.join(', ')})` })
    const options = { maxBuffer: MAX_OUTPUT_OCTETS, timeout: TIMEOUT_MS, env: {} }
    return new Promise((resolve) => {
      const args = [...(this.#options.command?.args ?? []), ...ARGUMENTS]
      execFile(path, args, options, (error, output) => {
        resolve(error === null ? output : { problem: `\`${path}\`: ${lineOf(error)}` })
      })
    })
  }
}

function lineOf({ message }: Error): string {
  return message.split('\n', 1)[0]?.slice(0, 200) ?? ''
}
