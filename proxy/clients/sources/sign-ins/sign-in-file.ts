import type { Sighting } from '../../../../rules/identity/sighting.ts'
import { FollowedFile } from '../followed-file.ts'
import { LineCutter } from '../line-cutter.ts'
import type { SightingFeed } from '../sighting-feed.ts'
import { parseSignIn, type SignIn, type SignInRules } from './parse-sign-in.ts'

export interface SignInFileOptions extends SignInRules {
  readonly path: string
  readonly everyMs: number
  /** Gate time less the system's, by which events are written. */
  readonly clockOffsetMs: number
}

/** A day of a large school; of a file that is never turned the last part is read. */
const MAX_OCTETS = 64 * 1024 * 1024

/** An event with its message is some kilobytes. */
const MAX_LINE_OCTETS = 64 * 1024

const MAX_REPORTER_LETTERS = 128

/** Sign-ins at a Windows domain (event 4624), which its controllers' events are forwarded into a file of. */
export class SignInFile implements SightingFeed {
  readonly name: string
  readonly #options: SignInFileOptions
  readonly #file: FollowedFile
  #refused = 0
  #tell: (sighting: Sighting) => void = () => undefined

  constructor(options: SignInFileOptions) {
    const { path, everyMs } = options
    this.name = `sign-ins ${path}`
    this.#options = options
    const cutter = new LineCutter(MAX_LINE_OCTETS, {
      line: (line) => {
        this.#take(line)
      },
      tooLong: () => {
        this.#refused += 1
      },
    })
    this.#file = new FollowedFile(
      { path, mode: 'grows', everyMs, maxOctets: MAX_OCTETS },
      {
        begin: () => {
          cutter.reset()
        },
        take: (piece) => {
          cutter.push(piece)
        },
        end: () => undefined,
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
    return this.#file.problem()
  }

  refused(): { readonly source: 'sign_in'; readonly count: number } {
    return { source: 'sign_in', count: this.#refused }
  }

  #take(line: string): void {
    if (line === '') return
    const read = parseSignIn(line, this.#options)
    if (read === 'refused') this.#refused += 1
    else if (read !== 'ignored') this.#tell(this.#sightingOf(read))
  }

  #sightingOf({ account, address, at }: SignIn): Sighting {
    return {
      source: 'sign_in',
      reporter: this.#options.path.slice(-MAX_REPORTER_LETTERS),
      addresses: [address],
      mac: null,
      device: null,
      account,
      hostName: null,
      place: null,
      at: at + this.#options.clockOffsetMs,
      until: null,
      ended: false,
    }
  }
}
