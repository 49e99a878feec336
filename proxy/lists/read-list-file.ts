import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { LineSplitter, type TakeLine } from './line-splitter.ts'

/** The largest public lists are 150 MB; a gzip bomb must end somewhere. */
const MAX_LIST_OCTETS = 1 << 30
const CHUNK_OCTETS = 256 * 1024

/** What is done with a file while it is read. */
export interface FileReading {
  readonly take: TakeLine
  /** Gets the octets of the file as they are on the disk. */
  readonly onOctets: (octets: Buffer) => void
}

/** Reads a file, plain or gzip, line by line in bounded memory; the number of lines, or what went wrong. */
export async function readListFile(
  path: string,
  reading: FileReading,
): Promise<{ readonly lines: number; readonly problem: string | null }> {
  const splitter = new LineSplitter(reading.take)
  try {
    const file = createReadStream(path, { highWaterMark: CHUNK_OCTETS })
    const watched = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        reading.onOctets(chunk)
        done(null, chunk)
      },
    })
    const consume = (stream: AsyncIterable<Buffer>) => split(stream, splitter)
    if (await isGzip(path)) {
      await pipeline(file, watched, createGunzip({ chunkSize: CHUNK_OCTETS }), consume)
    } else await pipeline(file, watched, consume)
    return { lines: splitter.lines, problem: null }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { lines: splitter.lines, problem: `cannot read \`${path}\`: ${reason}` }
  }
}

async function split(stream: AsyncIterable<Buffer>, splitter: LineSplitter): Promise<void> {
  let octets = 0
  for await (const chunk of stream) {
    octets += chunk.length
    if (octets > MAX_LIST_OCTETS) throw new Error(`more than ${MAX_LIST_OCTETS} octets of text`)
    splitter.push(chunk)
  }
  splitter.finish()
}

/** By its first two octets (RFC 1952 section 2.3.1): downloads are not always named for what they are. */
async function isGzip(path: string): Promise<boolean> {
  await using file = await open(path)
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0)
  return buffer[0] === 0x1f && buffer[1] === 0x8b
}
