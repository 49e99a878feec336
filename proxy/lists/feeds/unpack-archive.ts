import { createReadStream } from 'node:fs'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { FetchRefused, type FetchLimits } from './fetch-limits.ts'

const BLOCK_OCTETS = 512
/** UT1 has 70 lists of a few files; names for longer ones come in GNU or pax headers. */
const MAX_FILES = 20_000
const MAX_HEADER_OCTETS = 8192

/**
 * Unpacks a `.tar.gz` (or `.tar`) of UT1's layout, `.../NAME/domains` and `.../NAME/urls`, into
 * `into/NAME/`. Everything else in it is passed over: prose, expressions, links, devices. A path with
 * `..` or from the root refuses the whole archive, for nobody packs one by accident. Rejects with
 * `FetchRefused` for what is no archive, torn, or unpacks to more than the limit.
 */
export async function unpackArchive(
  path: string,
  into: string,
  limits: FetchLimits,
): Promise<void> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 })
  const source = (await isGzip(path)) ? file.pipe(createGunzip()) : file
  // An error of the file would else be nobody's, for `pipe` does not pass it on.
  file.on('error', (error) => source.destroy(error))
  const reader = new TarReader(into, limits)
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) await reader.push(chunk)
    await reader.finish()
  } catch (error) {
    if (error instanceof FetchRefused) throw error
    throw new FetchRefused(`not an archive: ${error instanceof Error ? error.message : ''}`)
  } finally {
    file.destroy()
    await reader.close()
  }
}

async function isGzip(path: string): Promise<boolean> {
  await using file = await open(path)
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0)
  return buffer[0] === 0x1f && buffer[1] === 0x8b
}

type Entry =
  | { readonly kind: 'file'; left: number; padding: number; handle: FileHandle | null }
  | { readonly kind: 'name'; left: number; padding: number; text: Buffer[] }

class TarReader {
  readonly #into: string
  readonly #limits: FetchLimits
  readonly #taken = new Set<string>()
  #header = Buffer.alloc(0)
  #entry: Entry | null = null
  #longName: string | null = null
  #files = 0
  #octets = 0
  #sawEnd = false

  constructor(into: string, limits: FetchLimits) {
    this.#into = into
    this.#limits = limits
  }

  async push(chunk: Buffer): Promise<void> {
    this.#octets += chunk.length
    if (this.#octets > this.#limits.unpackedOctets) {
      throw new FetchRefused(`it unpacks to more than ${this.#limits.unpackedOctets} octets`)
    }
    let at = 0
    while (at < chunk.length && !this.#sawEnd) {
      at =
        this.#entry === null ? await this.#readHeader(chunk, at) : await this.#readBody(chunk, at)
    }
  }

  async finish(): Promise<void> {
    // POSIX ends an archive with empty blocks: without them nobody knows what is missing.
    if (!this.#sawEnd) throw new FetchRefused('the archive is cut short')
    if (this.#taken.size === 0) throw new FetchRefused('the archive holds no `NAME/domains`')
    await this.close()
  }

  async close(): Promise<void> {
    if (this.#entry?.kind === 'file') await this.#entry.handle?.close()
    this.#entry = null
  }

  async #readHeader(chunk: Buffer, at: number): Promise<number> {
    const part = chunk.subarray(at, at + BLOCK_OCTETS - this.#header.length)
    this.#header = Buffer.concat([this.#header, part])
    if (this.#header.length < BLOCK_OCTETS) return chunk.length
    const header = this.#header
    this.#header = Buffer.alloc(0)
    if (header.every((octet) => octet === 0)) this.#sawEnd = true
    else await this.#begin(header)
    return at + part.length
  }

  async #begin(header: Buffer): Promise<void> {
    if (!hasRightSum(header)) throw new FetchRefused('not an archive: a header is damaged')
    const size = numberAt(header, 124, 12)
    const padding = (BLOCK_OCTETS - (size % BLOCK_OCTETS)) % BLOCK_OCTETS
    const type = String.fromCharCode(header[156] ?? 0)
    if (type === 'L' || type === 'x' || type === 'g') {
      if (size > MAX_HEADER_OCTETS) throw new FetchRefused('not an archive: a name without end')
      this.#entry = { kind: 'name', left: size, padding, text: [] }
    } else {
      this.#files += 1
      if (this.#files > MAX_FILES) throw new FetchRefused(`more than ${MAX_FILES} files`)
      const name = this.#longName ?? nameIn(header)
      this.#longName = null
      const isFile = type === '0' || type === '\0'
      const handle = await this.#fileFor(name, isFile)
      this.#entry = { kind: 'file', left: size, padding, handle }
    }
    if (size === 0) await this.#end()
  }

  /** The file to write; null for what is passed over. */
  async #fileFor(name: string, isFile: boolean): Promise<FileHandle | null> {
    if (name.startsWith('/') || name.includes('\\') || name.split('/').includes('..')) {
      throw new FetchRefused('a path that leads out of the archive')
    }
    const [file, list] = [basename(name), basename(dirname(name))]
    if (!isFile || (file !== 'domains' && file !== 'urls')) return null
    if (!/^[a-z0-9][a-z0-9_.-]{0,63}$/i.test(list)) return null
    const path = join(this.#into, list, file)
    if (this.#taken.has(path)) throw new FetchRefused(`\`${list}/${file}\` twice in the archive`)
    this.#taken.add(path)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    return open(path, 'wx', 0o600)
  }

  async #readBody(chunk: Buffer, at: number): Promise<number> {
    const entry = this.#entry
    if (entry === null) return at
    if (entry.left > 0) {
      const part = chunk.subarray(at, at + entry.left)
      if (entry.kind === 'name') entry.text.push(Buffer.from(part))
      else await entry.handle?.appendFile(part)
      entry.left -= part.length
      if (entry.left === 0 && entry.padding === 0) await this.#end()
      return at + part.length
    }
    const skipped = Math.min(entry.padding, chunk.length - at)
    entry.padding -= skipped
    if (entry.padding === 0) await this.#end()
    return at + skipped
  }

  async #end(): Promise<void> {
    const entry = this.#entry
    this.#entry = null
    if (entry?.kind === 'file') {
      await entry.handle?.sync()
      await entry.handle?.close()
    } else if (entry !== null) this.#longName = longNameIn(Buffer.concat(entry.text))
  }
}

/** POSIX: the sum of all octets with the sum itself taken for blanks. */
function hasRightSum(header: Buffer): boolean {
  let sum = 0
  for (const [at, octet] of header.entries()) sum += at >= 148 && at < 156 ? 0x20 : octet
  return sum === numberAt(header, 148, 8)
}

/** Octal; sizes beyond 8 GiB have another form, and are beyond any limit here. */
function numberAt(header: Buffer, at: number, length: number): number {
  const text = textAt(header, at, length).trim()
  if (!/^[0-7]{1,12}$/.test(text)) throw new FetchRefused('not an archive: a header is damaged')
  return Number.parseInt(text, 8)
}

function nameIn(header: Buffer): string {
  const name = textAt(header, 0, 100)
  const isPosix = textAt(header, 257, 5) === 'ustar'
  const prefix = isPosix ? textAt(header, 345, 155) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

/** GNU's long name as it is, or pax's `path=` record. */
function longNameIn(text: Buffer): string | null {
  const whole = text.toString('utf8').replace(/\0.*$/s, '')
  const pax = /^\d+ path=(.*)$/m.exec(whole)
  if (pax !== null) return pax[1] ?? null
  return /^\d+ [a-zA-Z.]+=/.test(whole) ? null : whole
}

function textAt(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end === -1 ? length : end)
}
