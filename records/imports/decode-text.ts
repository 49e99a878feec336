/** As it is told to whoever handed the file in; `Windows-1252` is a guess that he should look at. */
export type Encoding = 'UTF-8' | 'UTF-16' | 'Windows-1252'

/**
 * The text of a file as spreadsheets and information systems save it: UTF-8, UTF-16 (Excel's "Unicode text")
 * with a byte order mark or without, else Windows-1252. A fault says why it is no text.
 */
export function decodeText(
  octets: Uint8Array,
): { readonly text: string; readonly encoding: Encoding } | { readonly fault: string } {
  const label = labelOf(octets)
  const text = decode(octets, label) ?? decodeGuess(octets, label)
  if (text === null) {
    const hint = label === 'utf-8' ? 'nor Windows-1252' : 'though it begins like it'
    return { fault: `not ${label.toUpperCase()} ${hint}; save the file as CSV UTF-8` }
  }
  if (text.text.includes('\0')) return { fault: 'holds NUL octets, as no text file does' }
  return text
}

type Label = 'utf-8' | 'utf-16le' | 'utf-16be'

function labelOf(octets: Uint8Array): Label {
  const [first = 0, second = 0] = octets
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  // Letters of our alphabet are one octet and a zero in UTF-16, and UTF-8 has no zeros.
  const head = octets.subarray(0, HEAD_OCTETS)
  const zeros = [0, 0] as [number, number]
  for (const [index, octet] of head.entries()) if (octet === 0) zeros[index % 2 === 0 ? 0 : 1] += 1
  const [even, odd] = zeros
  if (Math.max(even, odd) * 4 < head.length) return 'utf-8'
  return odd > even ? 'utf-16le' : 'utf-16be'
}

/** A header line, in most files. */
const HEAD_OCTETS = 512

function decode(octets: Uint8Array, label: Label): { text: string; encoding: Encoding } | null {
  try {
    // Fatal: a letter that was replaced would become a new name.
    const text = new TextDecoder(label, { fatal: true }).decode(octets)
    return { text, encoding: label === 'utf-8' ? 'UTF-8' : 'UTF-16' }
  } catch {
    return null
  }
}

/** What Excel of western Europe saves as plain "CSV". */
function decodeGuess(
  octets: Uint8Array,
  label: Label,
): { text: string; encoding: Encoding } | null {
  if (label !== 'utf-8') return null
  const text = new TextDecoder('windows-1252').decode(octets)
  // The octets that Windows-1252 gives no letter come out as C1 controls: then it is another encoding.
  return /[\x80-\x9f]/.test(text) ? null : { text, encoding: 'Windows-1252' }
}
