/** A hardware address as `aa:bb:cc:dd:ee:ff`, lower case. */
export type MacAddress = string & { readonly __brand: 'MacAddress' }

/** `aa:bb:..`, `AA-BB-..`, `aabb.ccdd.eeff` and `aabbccddeeff`, as leases, RADIUS and switches write it. */
const SPELLINGS = [
  /^[0-9a-f]{1,2}(?:[:-][0-9a-f]{1,2}){5}$/i,
  /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i,
  /^[0-9a-f]{12}$/i,
]

/** Null for what is no hardware address of one device, the all-zero one and group addresses with it. */
export function readMacAddress(text: string): MacAddress | null {
  if (text.length > 17 || !SPELLINGS.some((spelling) => spelling.test(text))) return null
  const parts = text.split(/[:-]/)
  const digits = (parts.length === 6 ? parts.map((part) => part.padStart(2, '0')) : [text])
    .join('')
    .replaceAll('.', '')
    .toLowerCase()
  if (digits === '000000000000' || firstOctet(digits) % 2 === 1) return null
  return (digits.match(/../g) ?? []).join(':') as MacAddress
}

/**
 * Whether the device made this address up: the local bit (IEEE 802, the second lowest of the first
 * octet). Phones do so for every network since Android 10 and iOS 14, so it says nothing of tomorrow.
 */
export function isRandomised(mac: MacAddress): boolean {
  return (firstOctet(mac) & 2) !== 0
}

function firstOctet(digits: string): number {
  return Number.parseInt(digits.slice(0, 2), 16)
}
