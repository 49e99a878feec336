import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { encodeHeader, uint32, type BackupPart } from '../../../records/backup/backup-format.ts'
import { digestSeal } from '../../../records/backup/frame-seal.ts'
import { sealFrames } from '../../../records/backup/frames.ts'
import { readBackup } from '../../../records/backup/read-backup.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const HEADER = { created_at: 'now', site: 'ex', compression: 'zstd', sealing: null } as const
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function part(name: string, text: string): BackupPart {
  return { name, octets: text.length, sha256: sha256(text), mode: 0o600 }
}

function manifestOf(parts: readonly object[]): string {
  return JSON.stringify({
    created_at: 'now',
    site: 'ex',
    ledger: { seq: 1, hash: '0'.repeat(64) },
    parts,
  })
}

/** A backup as a careless or hostile writer would make it: every seal right, the inside as given. */
async function forged(manifest: string, body: string, isCompressed = true): Promise<string> {
  const { octets, digest } = encodeHeader(HEADER)
  const json = Buffer.from(manifest)
  const clear = Buffer.concat([uint32(json.length), json, Buffer.from(body)])
  const inside = isCompressed ? zstdCompressSync(clear) : clear
  const sealed = sealFrames(Readable.from([inside]), digestSeal(digest))
  const frames = (await Readable.from(sealed).toArray()) as Buffer[]
  const path = join(tempDirectory(), 'forged.sgbackup')
  writeFileSync(path, Buffer.concat([octets, ...frames]))
  return path
}

test('parts go to the sink in order, empty ones too', async () => {
  const parts = [part('a', ''), part('b', 'bee'), part('c', ''), part('d', '')]
  const path = await forged(manifestOf(parts), 'bee')
  const seen: string[] = []
  const note = (text: string) => {
    seen.push(text)
    return Promise.resolve()
  }
  const manifest = await readBackup(path, null, {
    begin: ({ name }) => note(name),
    write: (octets) => note(octets.toString()),
    end: () => note('.'),
  })
  expect(manifest.parts).toEqual(parts)
  expect(seen).toEqual(['a', '.', 'b', 'bee', '.', 'c', '.', 'd', '.'])
})

const BEE = part('b', 'bee')
test.each<[string, string, string, RegExp]>([
  ['a part outside its place', manifestOf([part('../b', 'bee')]), 'bee', /manifest that is none/],
  [
    'a part with another text',
    manifestOf([BEE]),
    'bug',
    /holds another `b` than its manifest says/,
  ],
  ['a part too short', manifestOf([BEE]), 'be', /ends before its last part/],
  ['octets behind the last part', manifestOf([BEE]), 'beer', /goes on behind its last part/],
  ['a manifest that is no JSON', '{', '', /manifest that is none/],
  ['no part at all', manifestOf([]), '', /manifest that is none/],
  ['a manifest that is too long', ' '.repeat(5_000_000), '', /manifest that is too long/],
])('%s is refused', async (_says, manifest, body, message) => {
  await expect(readBackup(await forged(manifest, body), null)).rejects.toThrow(message)
})

test('an inside that is not compressed is refused in words', async () => {
  const path = await forged(manifestOf([BEE]), 'bee', false)
  await expect(readBackup(path, null)).rejects.toThrow(/does not decompress/)
})
