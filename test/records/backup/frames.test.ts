import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { assert, asyncProperty, constantFrom, nat } from 'fast-check'
import { expect, test } from 'vitest'
import { FRAME_OCTETS } from '../../../records/backup/backup-format.ts'
import { digestSeal } from '../../../records/backup/frame-seal.ts'
import { openFrames, sealFrames } from '../../../records/backup/frames.ts'
import { OctetReader } from '../../../records/backup/octet-reader.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const SEAL = digestSeal(Buffer.alloc(32))

async function sealed(clear: Buffer, chunk = 100_000): Promise<Buffer> {
  const chunks: Buffer[] = []
  for (let at = 0; at < clear.length; at += chunk) chunks.push(clear.subarray(at, at + chunk))
  return Buffer.concat(await Readable.from(sealFrames(Readable.from(chunks), SEAL)).toArray())
}

async function opened(octets: Buffer, path = join(tempDirectory(), 'frames')): Promise<Buffer> {
  writeFileSync(path, octets)
  await using reader = await OctetReader.open(path)
  return Buffer.concat(await Readable.from(openFrames(reader, SEAL)).toArray())
}

test.each([0, 1, FRAME_OCTETS - 1, FRAME_OCTETS, FRAME_OCTETS + 1, 3 * FRAME_OCTETS + 7])(
  '%i octets come back from their frames',
  async (size) => {
    const clear = randomBytes(size)
    expect((await opened(await sealed(clear))).equals(clear)).toBe(true)
  },
)

test('frames in another order, twice, or without the last are refused', async () => {
  const octets = await sealed(randomBytes(2 * FRAME_OCTETS + 5))
  const size = 5 + FRAME_OCTETS + SEAL.tagOctets
  const [first, second, last] = [
    octets.subarray(0, size),
    octets.subarray(size, 2 * size),
    octets.subarray(2 * size),
  ]
  await expect(opened(Buffer.concat([second, first, last]))).rejects.toThrow(/damaged at octet 0/)
  await expect(opened(Buffer.concat([first, first, second, last]))).rejects.toThrow(/damaged at/)
  await expect(opened(Buffer.concat([first, second]))).rejects.toThrow(/cut off at octet/)
  await expect(opened(Buffer.concat([octets, last]))).rejects.toThrow(/goes on behind its end/)
})

test('whatever octets come, the answer is a refusal in words', async () => {
  const whole = await sealed(randomBytes(5_000))
  const path = join(tempDirectory(), 'fuzz')
  await assert(
    asyncProperty(
      nat(whole.length - 1),
      nat(7),
      constantFrom('flip', 'cut'),
      async (at, bit, how) => {
        const octets = Buffer.from(how === 'cut' ? whole.subarray(0, at) : whole)
        if (how === 'flip') octets[at] = (octets[at] ?? 0) ^ (1 << bit)
        await expect(opened(octets, path)).rejects.toThrow(/(?:cut off|damaged) at octet \d+/)
      },
    ),
    { numRuns: FUZZ_RUNS },
  )
})
