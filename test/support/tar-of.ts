const BLOCK = 512

export interface TarEntry {
  readonly name: string
  readonly body?: string | Uint8Array
  /** `0` a file, `2` a symbolic link, `5` a folder, `L` a GNU long name, `x` a pax header. */
  readonly type?: string
  /** What the header says, where that is a lie. */
  readonly size?: number
}

/** A ustar archive, written from POSIX.1-2017 `pax` and not with the reader under test. */
export function tarOf(entries: readonly TarEntry[], { end = true } = {}): Buffer {
  const blocks = entries.flatMap(({ name, body = '', type = '0', size }) => {
    const bytes = Buffer.from(body)
    const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)
    return [header(name, type, size ?? bytes.length), bytes, padding]
  })
  return Buffer.concat([...blocks, end ? Buffer.alloc(2 * BLOCK) : Buffer.alloc(0)])
}

function header(name: string, type: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.write(name, 0, 100)
  block.write('0000644\0', 100)
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  block.write('        ', 148)
  block.write(type, 156)
  block.write('ustar\x0000', 257)
  const sum = block.reduce((total, octet) => total + octet, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
