/** A value that JSON can hold; what goes into a hash is always one of these. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * The one text of a JSON value (RFC 8785, JCS): keys sorted by UTF-16 code units, no white space,
 * numbers and strings as ECMAScript writes them. Throws for what JCS has no text for: a number that
 * is not finite, a lone surrogate, a field that is undefined.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`\`${value}\` has no JSON text`)
    // ECMAScript's shortest form is the one that RFC 8785 section 3.2.2.3 asks for.
    return JSON.stringify(value)
  }
  // What the types exclude still arrives from a cast, and `{"a":undefined}` would hash as `{}` elsewhere.
  if (typeof value !== 'object') throw new TypeError(`a ${typeof value} has no JSON text`)
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  // The default order of `sort` is by UTF-16 code units, as section 3.2.3 demands.
  const keys = Object.keys(value).sort()
  return `{${keys.map((key) => `${quote(key)}:${canonicalJson(value[key] as Json)}`).join(',')}}`
}

function quote(text: string): string {
  // Two readers would replace a lone surrogate differently, and then their hashes would differ.
  if (!text.isWellFormed()) throw new TypeError('a lone surrogate has no JSON text')
  return JSON.stringify(text)
}

/** `Array.isArray` does not narrow a readonly array. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
