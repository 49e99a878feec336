import type { Sighting } from '../../../../rules/identity/sighting.ts'
import { FollowedFile } from '../followed-file.ts'
import type { SightingFeed } from '../sighting-feed.ts'
import { parseUnifi, type UnifiClient } from './parse-unifi.ts'

export interface UnifiFileOptions {
  readonly path: string
  readonly everyMs: number
  /** Gate time, epoch ms. */
  readonly clock: () => number
  /** Gate time less the system's, by which controllers write. */
  readonly clockOffsetMs: number
}

/** 10,000 clients at some 2 KiB, half more. */
const MAX_OCTETS = 32 * 1024 * 1024

const MAX_REPORTER_LETTERS = 128

/** The clients of a UniFi controller, which somebody fetches into a file each minute. */
export class UnifiFile implements SightingFeed {
  readonly name: string
  readonly #options: UnifiFileOptions
  readonly #file: FollowedFile
  #pieces: Buffer[] = []
  #bad = 0
  #refused = 0
  #problem: string | null = null
  #tell: (sighting: Sighting) => void = () => undefined

  constructor(options: UnifiFileOptions) {
    const { path, everyMs } = options
    this.name = `unifi ${path}`
    this.#options = options
    this.#file = new FollowedFile(
      { path, mode: 'whole', everyMs, maxOctets: MAX_OCTETS },
      {
        begin: () => {
          this.#pieces = []
        },
        take: (piece) => {
          // A copy: the piece is filled again.
          this.#pieces.push(Buffer.from(piece))
        },
        end: () => {
          this.#read()
        },
      },
    )
  }

  async start(onSighting: (sighting: Sighting) => void): Promise<void> {
    this.#tell = onSighting
    await this.#file.start()
  }

  async stop(): Promise<void> {
    this.#tell = () => undefined
    await this.#file.stop()
  }

  problem(): string | null {
    const unread = this.#bad === 0 ? null : `${this.#bad} of its clients can't be read`
    return this.#file.problem() ?? this.#problem ?? unread
  }

  refused(): { readonly source: 'controller'; readonly count: number } {
    return { source: 'controller', count: this.#refused }
  }

  /** A file that is half written says nothing; the clients of the one before count until they run out. */
  #read(): void {
    const read = parseUnifi(Buffer.concat(this.#pieces).toString('utf8'))
    this.#pieces = []
    this.#problem = typeof read === 'string' ? read : null
    this.#bad = typeof read === 'string' ? 0 : read.bad
    this.#refused += typeof read === 'string' ? 1 : read.bad
    if (typeof read === 'string') return
    for (const client of read.clients) this.#tell(this.#sightingOf(client))
  }

  #sightingOf({ at, ...client }: UnifiClient): Sighting {
    const { path, clock, clockOffsetMs } = this.#options
    return {
      ...client,
      source: 'controller',
      reporter: path.slice(-MAX_REPORTER_LETTERS),
      device: null,
      at: at === null ? clock() : Math.min(at + clockOffsetMs, clock()),
      until: null,
      ended: false,
    }
  }
}
