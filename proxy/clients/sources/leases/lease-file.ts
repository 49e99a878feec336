import type { Sighting } from '../../../../rules/identity/sighting.ts'
import type { MacAddress } from '../../../../rules/identity/mac-address.ts'
import { FollowedFile, type FileReader } from '../followed-file.ts'
import { LineCutter } from '../line-cutter.ts'
import type { SightingFeed } from '../sighting-feed.ts'
import type { DuidBook } from './duid-book.ts'
import type { Lease, LeaseFormat, LineReading, ReadLine } from './lease.ts'

export interface LeaseFileOptions {
  readonly path: string
  readonly format: LeaseFormat
  /** What the leases of all files tell of clients of DHCPv6. */
  readonly duids: DuidBook
  readonly everyMs: number
  /** Gate time, epoch ms. */
  readonly clock: () => number
  /** Gate time less the system's, by which DHCP servers write. */
  readonly clockOffsetMs: number
}

/** A lease is some 150 octets, of ISC some 400: ten times the largest school's. */
const MAX_OCTETS = 256 * 1024 * 1024

/** Of one lease, or one statement of it. */
const MAX_LINE_OCTETS = 4_096

const MAX_LEASES = 300_000

/** Well before a sighting without an end stops counting (`evidence-life.ts`). */
const TELL_AGAIN_MS = 15 * 60_000

/** As long as a `Sighting.reporter` may be; the end of a path says more than its beginning. */
const MAX_REPORTER_LETTERS = 128

interface Known {
  readonly lease: Lease
  /** Gate time at which this very lease was first seen. */
  readonly seen: number
  told: number
  mac: MacAddress | null
}

/**
 * The leases of one DHCP server, as its file has them. A record that can't be read is counted and changes
 * nothing: what was told of its address before holds until it expires.
 */
export class LeaseFile implements SightingFeed {
  readonly name: string
  readonly #options: LeaseFileOptions
  readonly #file: FollowedFile
  readonly #cutter: LineCutter
  readonly #known = new Map<string, Known>()
  /** What was read since the last end, the newest of each address. */
  #read = new Map<string, Lease>()
  #readLine: ReadLine = () => 'nothing'
  #duidsSeen = 0
  /** In the file as it is now. */
  #bad = 0
  #refused = 0
  #tell: (sighting: Sighting) => void = () => undefined

  constructor(options: LeaseFileOptions) {
    const { path, format, everyMs } = options
    this.#options = options
    this.name = `leases ${path}`
    const before = format.before
    const file = { path, mode: format.mode, everyMs, maxOctets: MAX_OCTETS }
    this.#file = new FollowedFile(
      before === undefined ? file : { ...file, before: () => before(path) },
      this.#reader(),
    )
    this.#cutter = new LineCutter(MAX_LINE_OCTETS, {
      line: (line) => {
        this.#take(this.#readLine(line))
      },
      tooLong: () => {
        this.#take('refused')
      },
    })
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
    const unread = this.#bad === 0 ? null : `${this.#bad} of its records can't be read`
    return this.#file.problem() ?? unread
  }

  /** Records refused since the start. */
  refused(): { readonly source: 'dhcp'; readonly count: number } {
    return { source: 'dhcp', count: this.#refused }
  }

  #reader(): FileReader {
    return {
      begin: () => {
        this.#cutter.reset()
        this.#read = new Map()
        this.#readLine = this.#options.format.reader()
        this.#bad = 0
      },
      take: (piece) => {
        this.#cutter.push(piece)
      },
      end: () => {
        this.#commit()
      },
      looked: () => {
        this.#tellAgain()
      },
    }
  }

  #take(reading: LineReading): void {
    if (reading === 'nothing') return
    const isFull =
      reading !== 'refused' && this.#read.size >= MAX_LEASES && !this.#read.has(reading.address)
    if (reading === 'refused' || isFull) this.#bad += 1
    else this.#read.set(reading.address, reading)
  }

  #commit(): void {
    const read = [...this.#read.values()]
    this.#read = new Map()
    this.#countRefused()
    // All first: an IPv4 lease may tell whose the IPv6 leases before it are.
    for (const lease of read) this.#options.duids.learn(lease)
    for (const lease of read) this.#note(lease)
    if (this.#options.format.mode === 'whole')
      this.#letGo(new Set(read.map(({ address }) => address)))
  }

  /** What holds for ever is told again only as long as the file has it; then its sighting runs out. */
  #letGo(named: ReadonlySet<string>): void {
    for (const [address, { lease }] of this.#known)
      if (lease.until === null && !named.has(address)) this.#known.delete(address)
  }

  #counted = 0

  /** A whole file is read again and again with the same bad record in it. */
  #countRefused(): void {
    if (this.#bad > this.#counted) this.#refused += this.#bad - this.#counted
    this.#counted = this.#bad
  }

  #note(lease: Lease): void {
    const now = this.#options.clock()
    const known = this.#known.get(lease.address)
    if (lease.ended) {
      this.#known.delete(lease.address)
      if (known !== undefined) this.#tell(this.#sightingOf({ ...known, lease }, now))
      return
    }
    if (known !== undefined && isSameLease(known.lease, lease)) return
    const ends = this.#gateTime(lease.until)
    if (ends !== null && ends <= now) {
      this.#known.delete(lease.address)
      return
    }
    if (known === undefined && this.#known.size >= MAX_LEASES) this.#makeRoom(now)
    const mac = this.#options.duids.hardwareOf(lease)
    const fresh = { lease, seen: now, told: now, mac }
    this.#known.set(lease.address, fresh)
    this.#tell(this.#sightingOf(fresh, now))
  }

  /** What holds for ever, and leases of whose client more is known by now. */
  #tellAgain(): void {
    const { clock, duids } = this.#options
    const now = clock()
    const hasLearnt = duids.version !== this.#duidsSeen
    this.#duidsSeen = duids.version
    for (const [address, known] of this.#known) {
      const ends = this.#gateTime(known.lease.until)
      if (ends !== null && ends <= now) this.#known.delete(address)
      else if (ends === null && now - known.told >= TELL_AGAIN_MS) this.#tellOf(known, now)
      else if (hasLearnt && duids.hardwareOf(known.lease) !== known.mac) this.#tellOf(known, now)
    }
  }

  #tellOf(known: Known, now: number): void {
    known.told = now
    known.mac = this.#options.duids.hardwareOf(known.lease)
    this.#tell(this.#sightingOf(known, now))
  }

  #makeRoom(now: number): void {
    for (const [address, { lease }] of this.#known)
      if ((this.#gateTime(lease.until) ?? Infinity) <= now) this.#known.delete(address)
    const [oldest] = this.#known.keys()
    if (this.#known.size >= MAX_LEASES && oldest !== undefined) this.#known.delete(oldest)
  }

  #sightingOf({ lease, seen, mac }: Known, now: number): Sighting {
    const until = this.#gateTime(lease.until)
    const from = Math.min(this.#gateTime(lease.from) ?? seen, now)
    return {
      source: 'dhcp',
      reporter: this.#options.path.slice(-MAX_REPORTER_LETTERS),
      addresses: [lease.address],
      mac,
      device: null,
      account: null,
      hostName: lease.hostName,
      place: null,
      at: lease.ended || until === null ? now : from,
      until,
      ended: lease.ended,
    }
  }

  #gateTime(serverTime: number | null): number | null {
    return serverTime === null ? null : serverTime + this.#options.clockOffsetMs
  }
}

function isSameLease(a: Lease, b: Lease): boolean {
  return a.mac === b.mac && a.duid === b.duid && a.until === b.until && a.from === b.from
}
