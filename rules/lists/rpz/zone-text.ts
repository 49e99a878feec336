/** A record of a zone file, its owner absolute: lower case, without the root dot. */
export interface ZoneRecord {
  readonly owner: string
  readonly type: string
  /** Words of the data as they stand; names in it are made absolute, with the root dot. */
  readonly data: readonly string[]
}

/** A key in parentheses is a dozen lines; whoever never closes them is no zone. */
const MAX_WORDS = 1000

/**
 * Reads a zone file (RFC 1035 section 5) line by line: `$ORIGIN`, `$TTL`, comments, quoted words, data
 * in parentheses over several lines, owners left out. `$INCLUDE` is refused: a list names no other file.
 * A file without `$ORIGIN` has names below nothing, and `@` is the empty name.
 */
export class ZoneText {
  #origin = ''
  #owner: string | null = null
  #words: Word[] = []
  #open = 0
  #startsBlank = false

  /** The record that ends with this line; null for none; a text for what is wrong with the line. */
  read(line: string): ZoneRecord | string | null {
    if (this.#words.length === 0) this.#startsBlank = /^[ \t]/.test(line)
    const fault = this.#split(line)
    if (fault !== null) return this.#drop(fault)
    if (this.#open > 0) {
      return this.#words.length > MAX_WORDS ? this.#drop('a `(` that nothing closes') : null
    }
    const words = this.#words
    this.#words = []
    return words.length === 0 ? null : this.#meaningOf(words)
  }

  /** What the file leaves open at its end. */
  finish(): string | null {
    return this.#open > 0 ? 'the file ends within parentheses' : null
  }

  #drop(fault: string): string {
    this.#words = []
    this.#open = 0
    return fault
  }

  #split(line: string): string | null {
    for (const [part, quoted, plain] of line.matchAll(WORDS)) {
      if (part.startsWith(';')) break
      if (part === '(') this.#open += 1
      else if (part === ')') {
        this.#open -= 1
        if (this.#open < 0) return 'a `)` that nothing opened'
      } else if (part === '"') return 'a quotation mark that nothing closes'
      else this.#words.push({ text: quoted ?? plain ?? '', isQuoted: quoted !== undefined })
    }
    return null
  }

  #meaningOf(words: readonly Word[]): ZoneRecord | string | null {
    const [first, second] = words
    if (this.#startsBlank) return this.#record(words)
    if (first?.text.startsWith('$') === true) {
      return this.#direct(first.text.toUpperCase(), second?.text ?? '')
    }
    this.#owner = absolute(first?.text ?? '', this.#origin)
    return this.#record(words.slice(1))
  }

  #record(words: readonly Word[]): ZoneRecord | string {
    if (this.#owner === null) return 'no owner, and none before'
    const [type, ...data] = withoutTtl(words)
    if (type === undefined || !/^[a-z][a-z0-9-]*$/i.test(type.text)) return 'no record type'
    const isName = NAMED.has(type.text.toUpperCase())
    return {
      owner: this.#owner,
      type: type.text.toUpperCase(),
      data: data.map(({ text, isQuoted }) =>
        isName && !isQuoted ? `${absolute(text, this.#origin)}.` : text,
      ),
    }
  }

  #direct(directive: string, value: string): string | null {
    switch (directive) {
      case '$ORIGIN':
        this.#origin = absolute(value, this.#origin)
        return null
      case '$TTL':
        return null
      default:
        return `\`${directive.slice(0, 20).replace(/[^$A-Z]/g, '?')}\` is not followed`
    }
  }
}

interface Word {
  readonly text: string
  readonly isQuoted: boolean
}

/** A comment, a parenthesis, a quoted word, a plain one, or a quotation mark that is alone. */
const WORDS = /;.*|[()]|"((?:[^"\\]|\\.)*)"|((?:[^\s;()"\\]|\\.)+)|"/g

/** TTL and class stand in either order, each at most once. */
function withoutTtl(words: readonly Word[]): readonly Word[] {
  const isEither = (word: Word | undefined) =>
    /^\d+(?:[smhdw]\d+)*[smhdw]?$|^(?:in|ch|hs)$/i.test(word?.text ?? '')
  const before = isEither(words[0]) ? (isEither(words[1]) ? 2 : 1) : 0
  return words.slice(before)
}

/** Types whose data is a name. */
const NAMED: ReadonlySet<string> = new Set(['CNAME', 'DNAME', 'NS'])

/** Lower case, without the root dot; the root is the empty name. */
function absolute(name: string, origin: string): string {
  const lower = name.toLowerCase()
  if (lower === '@') return origin
  if (lower.endsWith('.')) return lower.slice(0, -1)
  return origin === '' ? lower : `${lower}.${origin}`
}
