/** A name in wire format (RFC 1035 section 3.1), uncompressed. */
export function wireName(name: string): Uint8Array {
  const labels = name === '' ? [] : name.split('.')
  const bytes = labels.flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')])
  return Uint8Array.from([...bytes, 0])
}
