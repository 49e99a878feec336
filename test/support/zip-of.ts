import { crc32, deflateRawSync } from 'node:zlib'

interface ZipFaults {
  /** Names that are stored, not packed. */
  readonly stored?: readonly string[]
  /** In place of what is true, of every file. */
  readonly crc?: number
  readonly size?: number
  readonly method?: number
  readonly flags?: number
}

/** A ZIP archive of these files, with lies where a test wants them. */
export function zipOf(files: Readonly<Record<string, string>>, faults: ZipFaults = {}): Buffer {
  const [bodies, list]: [Buffer[], Buffer[]] = [[], []]
  let at = 0
  for (const [name, text] of Object.entries(files)) {
    const plain = Buffer.from(text)
    const isStored = faults.stored?.includes(name) === true
    const packed = isStored ? plain : deflateRawSync(plain)
    const head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0)
    head.writeUInt16LE(faults.flags ?? 0, 2)
    head.writeUInt16LE(faults.method ?? (isStored ? 0 : 8), 4)
    head.writeUInt32LE(faults.crc ?? crc32(plain), 10)
    head.writeUInt32LE(packed.length, 14)
    head.writeUInt32LE(faults.size ?? plain.length, 18)
    head.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), head, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    const entry = [Buffer.from('PK\x01\x02\x14\x00'), head, tail, Buffer.from(name)]
    list.push(Buffer.concat(entry))
    bodies.push(local)
    at += local.length
  }
  const directory = Buffer.concat(list)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(list.length, 4)
  end.writeUInt16LE(list.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...bodies, directory, Buffer.from('PK\x05\x06'), end])
}
