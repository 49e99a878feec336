import { MAX_FRAME_OCTETS, FRAME_OCTETS, BackupRefused, uint32 } from './backup-format.ts'
import type { FrameSeal } from './frame-seal.ts'
import type { OctetReader } from './octet-reader.ts'

const RESTORE_ANOTHER = 'nothing was restored; take another copy or an older backup'

/** Cuts a stream into sealed frames; the last one says so, and there is always a last one. */
export async function* sealFrames(
  source: AsyncIterable<Buffer>,
  seal: FrameSeal,
): AsyncGenerator<Buffer> {
  let index = 0
  let held: Buffer[] = []
  let octets = 0
  const frame = (clear: Buffer, isLast: boolean): Buffer => {
    const { payload, tag } = seal.seal(clear, { index, isLast })
    index += 1
    return Buffer.concat([uint32(payload.length), Buffer.from([isLast ? 1 : 0]), payload, tag])
  }
  for await (const chunk of source) {
    held.push(chunk)
    octets += chunk.length
    if (octets < FRAME_OCTETS) continue
    let all = Buffer.concat(held)
    for (; all.length > FRAME_OCTETS; all = all.subarray(FRAME_OCTETS))
      yield frame(all.subarray(0, FRAME_OCTETS), false)
    held = [all]
    octets = all.length
  }
  yield frame(Buffer.concat(held), true)
}

/** The payloads of a file's frames in clear. Throws `BackupRefused` at the first octet that is not as written. */
export async function* openFrames(reader: OctetReader, seal: FrameSeal): AsyncGenerator<Buffer> {
  for (let index = 0; ; index += 1) {
    const at = reader.position
    const refuse = (found: string): BackupRefused =>
      new BackupRefused(reader.path, `${found} at octet ${at}`, RESTORE_ANOTHER)
    const head = await reader.take(5)
    if (head === null) throw refuse('is cut off')
    const [length, last] = [head.readUInt32BE(0), head[4]]
    if (length > MAX_FRAME_OCTETS || (last !== 0 && last !== 1)) throw refuse('is damaged')
    const body = await reader.take(length + seal.tagOctets)
    if (body === null) throw refuse('is cut off')
    const isLast = last === 1
    const place = { index, isLast }
    const clear = seal.open(body.subarray(0, length), body.subarray(length), place)
    if (clear === null) throw refuse('is damaged')
    yield clear
    if (!isLast) continue
    if ((await reader.take(1)) !== null)
      throw new BackupRefused(
        reader.path,
        `goes on behind its end at octet ${reader.position - 1}`,
        RESTORE_ANOTHER,
      )
    return
  }
}
