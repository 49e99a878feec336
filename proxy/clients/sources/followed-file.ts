import { constants, watch, type BigIntStats, type FSWatcher } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

/** What another program writes and we read. */
export interface FileToFollow {
  readonly path: string
  /** `grows`: records are added at the end, so what is new is read; `whole`: the program writes it anew. */
  readonly mode: 'grows' | 'whole'
  /** Beside the watch, which sees nothing on a network's disk: how often the file is looked at. */
  readonly everyMs: number
  /** A whole file beyond this is refused; of one that grows no more than its last so many octets are read. */
  readonly maxOctets: number
  /** Files that hold what the file held before it was begun anew, oldest first. */
  readonly before?: () => readonly string[]
}

/** Gets the octets, a piece at a time. Of a `whole` file nothing counts until `end`. */
export interface FileReader {
  /** From the beginning of a file: what was half read is void. */
  begin(): void
  take(piece: Buffer): void
  /** Up to its present end. */
  end(): void
  /** Each time it was looked at, changed or not. */
  looked?(): void
}

/** So much is in memory at a time, and read between two turns of the loop. */
const PIECE_OCTETS = 64 * 1024

/** The octets before the place up to which it was read: whether this is still the same file. */
const MARK_OCTETS = 64

/** A file that is written all the time is read at the next look. */
const MAX_TRIES = 3

interface Place {
  readonly device: bigint
  readonly inode: bigint
  readonly octets: number
  readonly mark: Buffer
  readonly changed: bigint
}

/**
 * Reads a file that another program writes, again at each change: added to, rewritten in place, truncated
 * or replaced by another of its name. Its folder is watched, because a watch on a file that is replaced
 * sees nothing more.
 */
export class FollowedFile {
  readonly #file: FileToFollow
  readonly #reader: FileReader
  #place: Place | null = null
  #watcher: FSWatcher | null = null
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> | null = null
  #isChanged = false
  #isStopped = false
  #isInCutLine = false
  #problem: string | null = null

  constructor(file: FileToFollow, reader: FileReader) {
    this.#file = file
    this.#reader = reader
  }

  /** Resolves when it has been read once, or can't be. Never rejects: the program may start after us. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.look(), this.#file.everyMs)
    await this.look()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#watcher?.close()
    await this.#looking
  }

  problem(): string | null {
    return this.#problem
  }

  /** Reads what is new; a change meanwhile is read before it resolves. Never rejects. */
  look(): Promise<void> {
    this.#isChanged = true
    this.#looking ??= this.#lookWhileChanged()
    return this.#looking
  }

  async #lookWhileChanged(): Promise<void> {
    while (this.#isChanged && !this.#isStopped) {
      this.#isChanged = false
      this.#watchFolder()
      try {
        this.#problem = await this.#read()
      } catch (cause) {
        this.#problem = `cannot read the file: ${cause instanceof Error ? cause.message : String(cause)}`
      }
      this.#reader.looked?.()
    }
    this.#looking = null
  }

  #watchFolder(): void {
    if (this.#watcher !== null) return
    const name = basename(this.#file.path)
    try {
      const watcher = watch(dirname(this.#file.path), (_event, changed) => {
        if (changed === null || changed === name) void this.look()
      })
      watcher.on('error', () => {
        watcher.close()
        this.#watcher = null
      })
      this.#watcher = watcher
    } catch {
      // No such folder yet, or no watch left to have: the next look tries again.
    }
  }

  async #read(): Promise<string | null> {
    // Non-blocking: a named pipe in its place must not stop us for ever.
    const handle = await open(this.#file.path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = await handle.stat({ bigint: true })
      if (!stat.isFile()) return 'it is not a file'
      return this.#file.mode === 'whole'
        ? await this.#readWhole(handle, stat)
        : await this.#readOn(handle, stat)
    } finally {
      await handle.close()
    }
  }

  async #readWhole(handle: FileHandle, found: BigIntStats): Promise<string | null> {
    let stat = found
    if (this.#place !== null && isSameState(this.#place, stat)) return this.#problem
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      if (stat.size > this.#file.maxOctets) return tooLarge(this.#file.maxOctets)
      this.#reader.begin()
      const octets = await this.#readPieces(handle, 0, this.#file.maxOctets)
      const after = await handle.stat({ bigint: true })
      // Written meanwhile: a line of before and one of after could make one that never was.
      if (after.mtimeNs === stat.mtimeNs && after.size === stat.size) {
        this.#place = placeOf(stat, octets, NO_OCTETS)
        this.#reader.end()
        return null
      }
      stat = after
    }
    this.#reader.begin()
    return 'it changes all the time; the next look tries again'
  }

  async #readOn(handle: FileHandle, stat: BigIntStats): Promise<string | null> {
    const isGoingOn = await this.#isGoingOn(handle, stat)
    if (!isGoingOn) {
      this.#reader.begin()
      for (const path of this.#file.before?.() ?? []) await this.#readOther(path)
    }
    const size = Number(stat.size)
    const start = isGoingOn ? (this.#place?.octets ?? 0) : Math.max(0, size - this.#file.maxOctets)
    // The first line of what is left of a file that is too large is the end of one.
    if (!isGoingOn) this.#isInCutLine = start > 0
    const octets = await this.#readPieces(handle, start, size - start)
    const mark = Buffer.alloc(Math.min(MARK_OCTETS, octets))
    await handle.read(mark, 0, mark.length, octets - mark.length)
    this.#place = placeOf(stat, octets, mark)
    this.#reader.end()
    return null
  }

  /** Whether it is the file that was read, with no more than something added. */
  async #isGoingOn(handle: FileHandle, stat: BigIntStats): Promise<boolean> {
    const place = this.#place
    if (place?.device !== stat.dev || place.inode !== stat.ino) return false
    if (stat.size < place.octets) return false
    const mark = Buffer.alloc(place.mark.length)
    await handle.read(mark, 0, mark.length, place.octets - mark.length)
    return mark.equals(place.mark)
  }

  /** One that is not there, or no more, holds nothing. */
  async #readOther(path: string): Promise<void> {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null)
    if (handle === null) return
    try {
      if ((await handle.stat()).isFile()) await this.#readPieces(handle, 0, this.#file.maxOctets)
    } finally {
      await handle.close()
    }
  }

  /** Gives the place up to which it was read. */
  async #readPieces(handle: FileHandle, from: number, octets: number): Promise<number> {
    const piece = Buffer.allocUnsafe(PIECE_OCTETS)
    let at = from
    while (at < from + octets && !this.#isStopped) {
      const wanted = Math.min(PIECE_OCTETS, from + octets - at)
      const { bytesRead } = await handle.read(piece, 0, wanted, at)
      if (bytesRead === 0) break
      const read = piece.subarray(0, bytesRead)
      this.#reader.take(this.#isInCutLine ? this.#afterCutLine(read) : read)
      at += bytesRead
    }
    return at
  }

  #afterCutLine(piece: Buffer): Buffer {
    const end = piece.indexOf(LINE_FEED)
    if (end < 0) return NO_OCTETS
    this.#isInCutLine = false
    return piece.subarray(end + 1)
  }
}

const LINE_FEED = 0x0a
const NO_OCTETS = Buffer.alloc(0)

function placeOf(stat: BigIntStats, octets: number, mark: Buffer): Place {
  return { device: stat.dev, inode: stat.ino, octets, mark, changed: stat.mtimeNs }
}

function isSameState(place: Place, stat: BigIntStats): boolean {
  return (
    place.device === stat.dev &&
    place.inode === stat.ino &&
    place.changed === stat.mtimeNs &&
    BigInt(place.octets) === stat.size
  )
}

function tooLarge(maxOctets: number): string {
  return `it is larger than ${maxOctets / 2 ** 20} MiB, which no such file should be`
}
