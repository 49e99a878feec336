/**
 * What a pattern can tell apart in a host name: letters without case, digits, hyphen, underscore, dot,
 * and everything else as one. Few, so that a step of a pattern's table is a row of 40 numbers.
 */
export const NAME_SYMBOLS = 40
export const DOT_SYMBOL = 38
export const OTHER_SYMBOL = 39

/** The symbol of each octet. */
export const SYMBOL_OF_OCTET: Uint8Array = (() => {
  const symbols = new Uint8Array(256).fill(OTHER_SYMBOL)
  for (let letter = 0; letter < 26; letter += 1) {
    symbols[0x61 + letter] = letter
    symbols[0x41 + letter] = letter
  }
  for (let digit = 0; digit < 10; digit += 1) symbols[0x30 + digit] = 26 + digit
  symbols[0x2d] = 36
  symbols[0x5f] = 37
  symbols[0x2e] = DOT_SYMBOL
  return symbols
})()
