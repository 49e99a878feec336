/**
 * The one spelling under which a URL's path is listed and looked up: list entries and requests both
 * pass through here, so that `/%73ealed/`, `//sealed/` and `/x/../sealed/` are all `/sealed`. `path`
 * begins with `/` and may carry a query. A slash at the end is dropped, the root is the empty string,
 * the fragment is cut off; the result is ASCII and normalising it again changes nothing.
 */
export function normaliseUrlPath(path: string): string {
  const [whole = ''] = path.split('#', 1)
  const mark = whole.indexOf('?')
  const steps = mark === -1 ? whole : whole.slice(0, mark)
  const query = mark === -1 ? '' : decode(whole.slice(mark + 1), KEPT_IN_QUERY)
  const prefix = resolveSteps(decode(steps, KEPT_IN_PATH))
  return query === '' ? prefix : `${prefix}?${query}`
}

/**
 * RFC 3986 section 6.2.2.2 asks to decode the unreserved characters. Servers treat nearly all others
 * alike as well, and a filter must not be passed by spelling `/` as `%2F`; so everything printable is
 * decoded but what would move a boundary.
 */
const KEPT_IN_PATH = '%?#'
const KEPT_IN_QUERY = '%#&=+'

const ESCAPE_OR_ODD = /%[0-9a-f]{2}|%|[^\x21-\x7e]+/gi

function decode(text: string, kept: string): string {
  if (!/[^\x21-\x24\x26-\x7e]/.test(text)) return text
  return text.replace(ESCAPE_OR_ODD, (found) => {
    // A bare `%` must not form a new escape with what is decoded behind it.
    if (found === '%') return '%25'
    if (!found.startsWith('%')) return encodeURIComponent(found.toWellFormed())
    const code = Number.parseInt(found.slice(1), 16)
    const isPlain = code > 0x20 && code < 0x7f
    const character = String.fromCharCode(code)
    return isPlain && !kept.includes(character) ? character : found.toUpperCase()
  })
}

/** RFC 3986 section 5.2.4, with empty segments dropped and `\` read as `/`, as browsers do. */
function resolveSteps(path: string): string {
  if (path === '/') return ''
  if (!/\/\/|\/\.|\\|\/$/.test(path) && path.startsWith('/')) return path
  const kept: string[] = []
  for (const segment of path.split(/[/\\]/)) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  return kept.length === 0 ? '' : `/${kept.join('/')}`
}
