/** Crockford's base 32: no I, L, O or U, so that a code survives a telephone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** `bytes` as Crockford base 32, five bits a letter, the last letter padded with zero bits. */
export function encodeCrockford(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET.charAt((held >>> bits) & 31)
    }
  }
  return bits > 0 ? text + ALPHABET.charAt((held << (5 - bits)) & 31) : text
}

/** `value`, a whole number below 2^53, as exactly `letters` letters. */
export function encodeCrockfordNumber(value: number, letters: number): string {
  let text = ''
  let rest = value
  for (let i = 0; i < letters; i += 1) {
    text = ALPHABET.charAt(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  return text
}
