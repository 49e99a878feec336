import { crc32, inflateRawSync } from 'node:zlib'
import { MAX_IMPORT_OCTETS, type ImportSource } from './import-source.ts'

/** OneRoster has some twenty files; an archive of thousands is something else. */
const MAX_ENTRIES = 200

/** All files together: what a small archive may unfold to. */
const MAX_TOTAL_OCTETS = 4 * MAX_IMPORT_OCTETS

/** The files of a ZIP archive (APPNOTE 6.3) by their names without folders, or why it can't be read. Never throws. */
export function readZip({ octets }: ImportSource): readonly ImportSource[] | string {
  const view = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  try {
    return readEntries(view)
  } catch (cause) {
    if (cause instanceof ZipFault) return cause.message
    // A reader that runs over the end of a torn file, and zlib's own refusals.
    return `not a whole ZIP archive: ${cause instanceof Error ? cause.message : String(cause)}`
  }
}

export function isZip({ octets }: ImportSource): boolean {
  return octets[0] === 0x50 && octets[1] === 0x4b && (octets[2] === 3 || octets[2] === 5)
}

class ZipFault extends Error {
  override readonly name = 'ZipFault'
}

const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const END_OCTETS = 22
/** A comment at the end is 65,535 octets at most. */
const MAX_COMMENT = 0xffff

function readEntries(zip: Buffer): ImportSource[] {
  const end = endOf(zip)
  const count = zip.readUInt16LE(end + 10)
  let at = zip.readUInt32LE(end + 16)
  if (count === 0xffff || at === 0xffffffff)
    throw new ZipFault('a ZIP64 archive, which is too large')
  if (count > MAX_ENTRIES) throw new ZipFault(`more than ${MAX_ENTRIES} files in the archive`)
  const files: ImportSource[] = []
  let total = 0
  for (let index = 0; index < count; index += 1) {
    if (zip.readUInt32LE(at) !== CENTRAL) throw new ZipFault('its list of files is broken')
    const entry = entryAt(zip, at)
    at = entry.next
    // Folders, and what macOS adds of its own.
    if (entry.path.endsWith('/') || entry.path.startsWith('__MACOSX/')) continue
    total += entry.size
    if (entry.size > MAX_IMPORT_OCTETS || total > MAX_TOTAL_OCTETS)
      throw new ZipFault(`\`${entry.path.slice(0, 60)}\` unfolds to more than may be imported`)
    files.push({ name: baseOf(entry.path), octets: unfold(zip, entry) })
  }
  return files
}

function endOf(zip: Buffer): number {
  const least = Math.max(0, zip.length - END_OCTETS - MAX_COMMENT)
  for (let at = zip.length - END_OCTETS; at >= least; at -= 1)
    if (zip.readUInt32LE(at) === END) return at
  throw new ZipFault('not a ZIP archive')
}

interface Entry {
  readonly path: string
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly local: number
  readonly next: number
}

function entryAt(zip: Buffer, at: number): Entry {
  const name = zip.readUInt16LE(at + 28)
  const next = at + 46 + name + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  return {
    path: zip.toString('utf8', at + 46, at + 46 + name),
    flags: zip.readUInt16LE(at + 8),
    method: zip.readUInt16LE(at + 10),
    crc: zip.readUInt32LE(at + 16),
    packed: zip.readUInt32LE(at + 20),
    size: zip.readUInt32LE(at + 24),
    local: zip.readUInt32LE(at + 42),
    next,
  }
}

const ENCRYPTED = 1
const STORED = 0
const DEFLATED = 8

function unfold(zip: Buffer, { path, flags, method, crc, packed, size, local }: Entry): Buffer {
  const named = `\`${path.slice(0, 60)}\``
  if ((flags & ENCRYPTED) !== 0) throw new ZipFault(`${named} is encrypted`)
  if (zip.readUInt32LE(local) !== LOCAL) throw new ZipFault(`${named} is not where it should be`)
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  const body = zip.subarray(start, start + packed)
  if (body.length !== packed) throw new ZipFault(`${named} is cut off`)
  if (method !== STORED && method !== DEFLATED)
    throw new ZipFault(`${named} is packed by a method (${method}) that is not read`)
  // The size that the archive claims is the limit, so that a bomb ends where it was announced.
  const octets =
    method === STORED ? body : inflateRawSync(body, { maxOutputLength: Math.max(size, 1) })
  if (octets.length !== size || crc32(octets) !== crc) throw new ZipFault(`${named} is damaged`)
  return octets
}

function baseOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}
