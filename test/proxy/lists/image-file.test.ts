import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadImage, writeImage } from '../../../proxy/lists/image-file.ts'
import { ImageBuilder } from '../../../rules/lists/image-builder.ts'
import { ListImage } from '../../../rules/lists/list-image.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

function someImage(): SharedArrayBuffer {
  const builder = new ImageBuilder({ seed: [3, 4], builtAt: '2026-11-25T00:00:00Z' })
  const list = builder.addList({ id: 'a', name: 'A', category: 'c', source: 's', version: 'v' })
  builder.addHost(list, 'subtree', 'example.org')
  const image = builder.finish()
  if ('problem' in image) throw new Error(image.problem)
  return image
}

async function problemOf(path: string): Promise<string | null> {
  const buffer = await loadImage(path)
  if ('problem' in buffer) return buffer.problem
  const image = ListImage.open(buffer)
  return 'problem' in image ? image.problem : null
}

test('what is written is loaded, over an older file, and no other file is left', async () => {
  const directory = tempDirectory()
  const path = join(directory, 'lists.image')
  writeFileSync(path, 'old')
  await writeImage(path, someImage())
  expect(readFileSync(path)).toEqual(Buffer.from(new Uint8Array(someImage())))
  expect(await problemOf(path)).toBeNull()
  expect(readdirSync(directory)).toEqual(['lists.image'])
})

test('a torn file and a foreign file are problems', async () => {
  const path = join(tempDirectory(), 'lists.image')
  await writeImage(path, someImage())
  truncateSync(path, 600)
  expect(await problemOf(path)).toMatch(/^the list image is torn: 600 octets of \d+$/)
  writeFileSync(path, 'hello')
  expect(await problemOf(path)).toBe('not a list image: too short or cut off')
  expect(await problemOf(`${path}.missing`)).toContain('ENOENT')
})

test('a file that could not take its place leaves nothing behind', async () => {
  const directory = tempDirectory()
  // A directory can't be replaced by a file.
  await expect(writeImage(directory, someImage())).rejects.toThrow()
  expect(readdirSync(directory)).toEqual([])
  await expect(writeImage(join(directory, 'no', 'such'), someImage())).rejects.toThrow('ENOENT')
})
