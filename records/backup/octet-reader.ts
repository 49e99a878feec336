import { open, type FileHandle } from 'node:fs/promises'
import { BackupRefused } from './backup-format.ts'

const CHUNK_OCTETS = 1_048_576

/** Reads a file front to back in the pieces that are asked for. */
export class OctetReader implements AsyncDisposable {
  /** Throws `BackupRefused` for a file that can't be read. */
  static async open(path: string): Promise<OctetReader> {
    try {
      const file = await open(path, 'r')
      if ((await file.stat()).isFile()) return new OctetReader(path, file)
      await file.close()
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new BackupRefused(path, `cannot be read (${why})`, 'check its name and mode', cause)
    }
    throw new BackupRefused(path, 'is not a file', 'name the file that `backup` wrote')
  }

  readonly path: string
  readonly #file: FileHandle
  #held = Buffer.alloc(0)
  #position = 0

  private constructor(path: string, file: FileHandle) {
    this.path = path
    this.#file = file
  }

  /** How many octets were taken. */
  get position(): number {
    return this.#position
  }

  /** The next `count` octets, null where the file has no more that many. */
  async take(count: number): Promise<Buffer | null> {
    const pieces = [this.#held]
    let octets = this.#held.length
    while (octets < count) {
      const chunk = Buffer.allocUnsafe(Math.max(CHUNK_OCTETS, count - octets))
      const { bytesRead } = await this.#file.read(chunk, 0, chunk.length, null)
      if (bytesRead === 0) break
      pieces.push(chunk.subarray(0, bytesRead))
      octets += bytesRead
    }
    const all = pieces.length === 1 ? this.#held : Buffer.concat(pieces)
    if (all.length < count) {
      this.#held = all
      return null
    }
    this.#held = all.subarray(count)
    this.#position += count
    return all.subarray(0, count)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
