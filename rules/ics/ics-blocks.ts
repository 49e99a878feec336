/** 10,000 events of 400 characters; a council's term dates are some 20 KB. */
export const MAX_ICS_CHARACTERS = 4 * 1024 * 1024
/** A school year of exams has some 1,500. */
export const MAX_EVENTS = 10_000
/** Zones of a whole diary; each is defined once. */
const MAX_ZONES = 200
/** An event with a long description has 20,000; the parser takes the square of a line's length. */
const MAX_BLOCK_CHARACTERS = 65_536

export interface IcsBlocks {
  /** Lines of each VEVENT without the components in it (reminders), folded as they came. */
  readonly events: readonly (readonly string[])[]
  /** Lines of each VTIMEZONE with all that is in it. */
  readonly zones: readonly (readonly string[])[]
  /** What was too much or never ended, in words. */
  readonly problems: readonly string[]
}

/**
 * The events and time zones of an iCalendar text (RFC 5545 section 3.4) as blocks of lines, so that one
 * broken event costs that event. No recursion: what is nested a million deep is counted, not followed.
 */
export function icsBlocks(text: string): IcsBlocks {
  const reader = new BlockReader()
  for (const line of text.split(/\r\n|\n|\r/)) reader.take(line)
  return reader.finish()
}

/** `BEGIN:` and a component's name. */
const MAX_EDGE = 64

class BlockReader {
  readonly #events: string[][] = []
  readonly #zones: string[][] = []
  readonly #problems = new Set<string>()
  #block: string[] | null = null
  #isZone = false
  /** How many components inside the block are open. */
  #depth = 0
  #characters = 0

  take(line: string): void {
    const edge = /^(BEGIN|END):([A-Z-]{1,40})\s*$/i.exec(line.slice(0, MAX_EDGE))
    const what = edge?.[2]?.toUpperCase() ?? ''
    const kind = edge?.[1]?.toUpperCase()
    if (this.#block !== null) this.#takeInside(line, kind)
    else if (kind === 'BEGIN' && (what === 'VEVENT' || what === 'VTIMEZONE'))
      this.#begin(what, line)
  }

  #takeInside(line: string, kind: string | undefined): void {
    if (kind === 'END' && this.#depth === 0) {
      this.#end(line)
      return
    }
    // Inside an event is a reminder, which nobody needs; inside a time zone are its rules.
    if (this.#isZone || (kind === undefined && this.#depth === 0)) this.#add(line)
    if (kind === 'BEGIN') this.#depth += 1
    else if (kind === 'END') this.#depth -= 1
  }

  finish(): IcsBlocks {
    if (this.#block !== null)
      this.#problems.add('the last event does not end: the file is cut short')
    return { events: this.#events, zones: this.#zones, problems: [...this.#problems] }
  }

  #begin(what: string, line: string): void {
    this.#isZone = what === 'VTIMEZONE'
    this.#block = [line]
    this.#depth = 0
    this.#characters = 0
  }

  #add(line: string): void {
    if (this.#block === null) return
    this.#characters += line.length + 2
    if (this.#characters <= MAX_BLOCK_CHARACTERS) this.#block.push(line)
    else this.#problems.add(`of an event ${MAX_BLOCK_CHARACTERS} characters are read`)
  }

  #end(line: string): void {
    this.#block?.push(line)
    const [blocks, most] = this.#isZone ? [this.#zones, MAX_ZONES] : [this.#events, MAX_EVENTS]
    if (this.#block !== null && blocks.length < most) blocks.push(this.#block)
    else
      this.#problems.add(
        `only the first ${most} ${this.#isZone ? 'time zones' : 'events'} are read`,
      )
    this.#block = null
  }
}
