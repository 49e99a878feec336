import { DOT_SYMBOL, NAME_SYMBOLS, OTHER_SYMBOL, SYMBOL_OF_OCTET } from './name-alphabet.ts'

/**
 * A regular expression over host names, as a tree. Regular in the strict sense: no back references, no
 * looking ahead or behind, so a table decides it in one step an octet, whatever the name is.
 */
export type PatternNode =
  | { readonly kind: 'empty' }
  /** One of these symbols. */
  | { readonly kind: 'symbols'; readonly symbols: readonly boolean[] }
  /** Matches nothing, at the first octet or behind the last. */
  | { readonly kind: 'edge'; readonly at: 'start' | 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly PatternNode[] }
  /** `most` is infinite for `*`, `+` and `{n,}`. */
  | {
      readonly kind: 'repeat'
      readonly part: PatternNode
      readonly least: number
      readonly most: number
    }

export interface PatternProblem {
  readonly problem: string
}

/** The text between the slashes; no list needs a longer one. */
const MAX_PATTERN_OCTETS = 512
/** `(a{9}){9}` unfolds to 81 parts; a host name has at most 253 octets. */
const MAX_REPEATS = 64
const MAX_DEPTH = 20

/** The tree of a pattern's text, or why it can't be one. Case never matters: host names have none. */
export function parsePattern(text: string): PatternNode | PatternProblem {
  if (text === '') return { problem: 'the pattern is empty' }
  if (text.length > MAX_PATTERN_OCTETS) {
    return { problem: `the pattern is longer than ${MAX_PATTERN_OCTETS} characters` }
  }
  try {
    const reader = new PatternReader(text)
    return reader.readWhole()
  } catch (error) {
    if (error instanceof PatternRefused) return { problem: error.message }
    throw error
  }
}

/** Thrown within this file only, out of the recursion. */
class PatternRefused extends Error {}

class PatternReader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  readWhole(): PatternNode {
    const node = this.#choice()
    if (this.#at < this.#text.length) throw new PatternRefused('a `)` that nothing opened')
    return node
  }

  #choice(): PatternNode {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) throw new PatternRefused('too many groups in each other')
    const parts = [this.#sequence()]
    while (this.#take('|')) parts.push(this.#sequence())
    this.#depth -= 1
    return parts.length === 1 ? (parts[0] ?? EMPTY) : { kind: 'choice', parts }
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = []
    while (this.#at < this.#text.length && !'|)'.includes(this.#peek())) {
      parts.push(this.#repeated(this.#single()))
    }
    return parts.length === 0 ? EMPTY : { kind: 'sequence', parts }
  }

  #repeated(part: PatternNode): PatternNode {
    const bounds = this.#bounds()
    if (bounds === null) return part
    if (part.kind === 'edge') throw new PatternRefused('an edge of the name is repeated')
    // Lazy or not, the same names match. `a+*` and `a{2}{3}` are slips; `a++` is another language.
    this.#take('?')
    if (this.#bounds() !== null) throw new PatternRefused('a repetition is repeated')
    const [least, most] = bounds
    return { kind: 'repeat', part, least, most }
  }

  #bounds(): readonly [least: number, most: number] | null {
    if (this.#take('*')) return [0, Infinity]
    if (this.#take('+')) return [1, Infinity]
    if (this.#take('?')) return [0, 1]
    const found = /^\{(\d{1,3})(,(\d{0,3}))?\}/.exec(this.#text.slice(this.#at, this.#at + 10))
    if (found === null) return null
    this.#at += found[0].length
    const least = Number(found[1])
    const most = found[2] === undefined ? least : found[3] === '' ? Infinity : Number(found[3])
    if (most < least) throw new PatternRefused(`\`${found[0]}\` counts backwards`)
    if (least > MAX_REPEATS || (most !== Infinity && most > MAX_REPEATS)) {
      throw new PatternRefused(`\`${found[0]}\` repeats more than ${MAX_REPEATS} times`)
    }
    return [least, most]
  }

  #single(): PatternNode {
    const character = this.#next()
    switch (character) {
      case '^':
        return { kind: 'edge', at: 'start' }
      case '$':
        return { kind: 'edge', at: 'end' }
      case '.':
        return symbolsNode(() => true)
      case '(':
        return this.#group()
      case '[':
        return this.#class()
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
        throw new PatternRefused(`nothing to repeat before \`${character}\``)
      default:
        return literal(character)
    }
  }

  #group(): PatternNode {
    if (this.#take('?') && !this.#take(':')) {
      throw new PatternRefused('`(?` other than `(?:`: looking ahead or behind takes no fixed time')
    }
    const node = this.#choice()
    if (!this.#take(')')) throw new PatternRefused('a `(` that nothing closes')
    return node
  }

  #escape(): PatternNode {
    const symbols = escaped(this.#next())
    return { kind: 'symbols', symbols }
  }

  #class(): PatternNode {
    const negated = this.#take('^')
    const symbols = new Array<boolean>(NAME_SYMBOLS).fill(false)
    let isFirst = true
    while (isFirst || this.#peek() !== ']') {
      isFirst = false
      if (this.#at >= this.#text.length) throw new PatternRefused('a `[` that nothing closes')
      this.#classPart(symbols)
    }
    this.#at += 1
    // What a name has beside letters, digits, `-`, `_` and `.` is one symbol, in or out together.
    return { kind: 'symbols', symbols: negated ? symbols.map((has) => !has) : symbols }
  }

  #classPart(symbols: boolean[]): void {
    const from = this.#next()
    if (from === '\\') {
      escaped(this.#next()).forEach((has, symbol) => {
        if (has) symbols[symbol] = true
      })
      return
    }
    const isRange = this.#peek() === '-' && ![']', ''].includes(this.#text.charAt(this.#at + 1))
    if (!isRange) {
      symbols[symbolOf(from)] = true
      return
    }
    this.#at += 1
    const to = this.#next()
    if (to === '\\' || to < from) throw new PatternRefused(`\`${from}-${to}\` is no range`)
    for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code += 1) {
      symbols[symbolOf(String.fromCharCode(code))] = true
    }
  }

  #peek(): string {
    return this.#text.charAt(this.#at)
  }

  #next(): string {
    const character = this.#peek()
    if (character === '') throw new PatternRefused('the pattern ends too soon')
    this.#at += 1
    return character
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at += 1
    return true
  }
}

const EMPTY: PatternNode = { kind: 'empty' }
const HYPHEN_SYMBOL = 36

function literal(character: string): PatternNode {
  // `/` and `:` are in URLs, not in names: such a pattern was written for something else.
  const symbol = symbolOf(character)
  if (symbol === OTHER_SYMBOL) throw new PatternRefused('it can match no host name')
  return symbolsNode((each) => each === symbol)
}

function symbolOf(character: string): number {
  return SYMBOL_OF_OCTET[character.charCodeAt(0)] ?? OTHER_SYMBOL
}

function symbolsNode(has: (symbol: number) => boolean): PatternNode {
  return { kind: 'symbols', symbols: symbolsWhere(has) }
}

function symbolsWhere(has: (symbol: number) => boolean): readonly boolean[] {
  return Array.from({ length: NAME_SYMBOLS }, (_, symbol) => has(symbol))
}

function escaped(character: string): readonly boolean[] {
  const isDigit = (symbol: number) => symbol >= 26 && symbol < HYPHEN_SYMBOL
  const isWord = (symbol: number) => symbol < HYPHEN_SYMBOL || symbol === 37
  switch (character) {
    case 'd':
      return symbolsWhere(isDigit)
    case 'D':
      return symbolsWhere((symbol) => !isDigit(symbol))
    case 'w':
      return symbolsWhere(isWord)
    case 'W':
      return symbolsWhere((symbol) => !isWord(symbol))
    case '.':
      return symbolsWhere((symbol) => symbol === DOT_SYMBOL)
    case '-':
      return symbolsWhere((symbol) => symbol === HYPHEN_SYMBOL)
    case '_':
      return symbolsWhere((symbol) => symbol === 37)
    default:
      if (/[a-z0-9]/i.test(character)) {
        throw new PatternRefused(`\`\\${character}\` is not among what a list may use`)
      }
      throw new PatternRefused('it can match no host name')
  }
}
