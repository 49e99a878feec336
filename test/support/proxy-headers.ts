import { isIPv4 } from 'node:net'
import { readAddressWords } from '../../proxy/clients/address-words.ts'

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n')

/** A PROXY protocol header of version 2 from `source`, but for what a test says. */
export function version2(
  source: string,
  { command = 0x21, family = isIPv4(source) ? 0x11 : 0x21, more = 0 } = {},
): Buffer {
  const words = new Int32Array(4)
  readAddressWords(source, words)
  const octets = Buffer.alloc(16)
  for (const [at, word] of words.entries()) octets.writeInt32BE(word, at * 4)
  const address = isIPv4(source) ? octets.subarray(12) : octets
  const rest = Buffer.concat([address, address, Buffer.alloc(4 + more)])
  const head = Buffer.from([command, family, rest.length >> 8, rest.length & 0xff])
  return Buffer.concat([SIGNATURE, head, rest])
}
