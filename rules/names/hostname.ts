declare const hostname: unique symbol

/**
 * A host name fit to compare byte for byte: lower case, A-labels, no trailing dot, at most 253
 * octets (RFC 1035 section 2.3.4). Only `parseHostname` makes one, so a function that takes a
 * `Hostname` never has to wonder.
 */
export type Hostname = string & { readonly [hostname]: true }

export const MAX_NAME_OCTETS = 253
export const MAX_LABEL_OCTETS = 63

/** Letters, digits, hyphen and the underscore of service names (RFC 8552); U-labels are converted. */
export function parseHostname(text: string): Hostname | undefined {
  const dotless = text.endsWith('.') ? text.slice(0, -1) : text
  const name = isAscii(dotless) ? dotless.toLowerCase() : toALabels(dotless)
  if (name === undefined || name.length === 0 || name.length > MAX_NAME_OCTETS) return undefined
  return name.split('.').every(isLabel) ? (name as Hostname) : undefined
}

function isLabel(label: string): boolean {
  return label.length <= MAX_LABEL_OCTETS && /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/.test(label)
}

function isAscii(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- the whole ASCII range is meant
  return /^[\x00-\x7f]*$/.test(text)
}

/** IDN to A-labels by the URL standard's UTS 46 processing: no table of our own to keep up to date. */
function toALabels(name: string): string | undefined {
  // These would end the host part of the URL below, and with it the check.
  if (/[/?#@:\\\s]/.test(name)) return undefined
  return URL.parse(`http://${name}/`)?.hostname
}
