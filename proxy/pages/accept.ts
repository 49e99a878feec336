export type PageFormat = 'html' | 'json' | 'text'

/** What a page can be had as, in the order of our own preference: it decides between equal wishes. */
const OFFERS: readonly (readonly [
  type: string,
  subtypes: readonly string[],
  format: PageFormat,
])[] = [
  ['text', ['html'], 'html'],
  ['application', ['json', 'problem+json'], 'json'],
  ['text', ['plain'], 'text'],
]

/** An `Accept` of a real client has up to 10 ranges; what follows more than these is not read. */
const MAX_RANGES = 32

interface MediaRange {
  readonly type: string
  readonly subtype: string
  readonly quality: number
}

/**
 * The format an `Accept` field asks for (RFC 9110 section 12.5.1): highest quality, then most specific
 * range, then our order; so a browser gets HTML, a script that names JSON before the wildcard gets JSON. With no
 * field or a wildcard alone it is HTML; when nothing on offer is accepted, plain text, the smallest.
 */
export function chooseFormat(accept: string): PageFormat {
  if (accept.trim() === '') return 'html'
  const ranges = accept.split(',', MAX_RANGES).map(parseRange)
  let best: { format: PageFormat; quality: number; specificity: number } | undefined
  for (const [type, subtypes, format] of OFFERS) {
    for (const subtype of subtypes) {
      const wish = wishFor(ranges, type, subtype)
      if (wish.quality === 0) continue
      if (best === undefined || isBetter(wish, best)) best = { format, ...wish }
    }
  }
  return best?.format ?? 'text'
}

/** A browser asking for a page of its own, which a person will look at: it names HTML. */
export function namesHtml(accept: string): boolean {
  return accept
    .split(',', MAX_RANGES)
    .map(parseRange)
    .some(({ type, subtype, quality }) => type === 'text' && subtype === 'html' && quality > 0)
}

interface Wish {
  readonly quality: number
  readonly specificity: number
}

function isBetter(a: Wish, b: Wish): boolean {
  return a.quality > b.quality || (a.quality === b.quality && a.specificity > b.specificity)
}

/** The most specific range that covers the type tells its quality. */
function wishFor(ranges: readonly MediaRange[], type: string, subtype: string): Wish {
  let wish: Wish = { quality: 0, specificity: -1 }
  for (const range of ranges) {
    const specificity = specificityOf(range, type, subtype)
    if (specificity > wish.specificity) wish = { quality: range.quality, specificity }
  }
  return wish
}

function specificityOf(range: MediaRange, type: string, subtype: string): number {
  if (range.type === '*' && range.subtype === '*') return 0
  if (range.type !== type) return -1
  if (range.subtype === '*') return 1
  return range.subtype === subtype ? 2 : -1
}

function parseRange(text: string): MediaRange {
  const [media = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const [type = '', subtype = ''] = media.split('/')
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
  return { type, subtype, quality: parseQuality(weight) }
}

/** RFC 9110 section 12.4.2; a weight that is none counts as not wanted. */
function parseQuality(weight: string | undefined): number {
  if (weight === undefined) return 1
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0
}
