import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MAX_IMAGE_OCTETS, type ImageProblem } from '../../rules/lists/image-format.ts'

/**
 * Writes an image so that the file is the old one or the new one, whole, whenever the power fails.
 * Rejects when the disk refuses; nothing is left behind then.
 */
export async function writeImage(path: string, image: SharedArrayBuffer): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(new Uint8Array(image))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncDirectory(dirname(path))
}

/** The content of an image file in memory that threads can share; `ListImage.open` judges the content. */
export async function loadImage(path: string): Promise<SharedArrayBuffer | ImageProblem> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    if (size > MAX_IMAGE_OCTETS) return { problem: `\`${path}\` is too large for a list image` }
    const bytes = new Uint8Array(new SharedArrayBuffer(size))
    let at = 0
    while (at < size) {
      const { bytesRead } = await file.read(bytes, at, size - at, at)
      if (bytesRead === 0) return { problem: `\`${path}\` shrank while it was read` }
      at += bytesRead
    }
    return bytes.buffer
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { problem: `cannot read \`${path}\`: ${reason}` }
  }
}

/** Without this the rename itself may be lost. */
async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path)
  await directory.sync()
}
