/**
 * Who asks, as one text that a thread can remember a subject by: an address alone, or the number of a device
 * (`word-key.ts`) whose token came from it. No address has a `#` in it.
 */
export function tokenSource(address: string, device: number): string {
  return `${address}#${device}`
}

/** Null for an address alone. */
export function readTokenSource(
  source: string,
): { readonly address: string; readonly device: number } | null {
  const at = source.indexOf('#')
  return at < 0 ? null : { address: source.slice(0, at), device: Number(source.slice(at + 1)) }
}
