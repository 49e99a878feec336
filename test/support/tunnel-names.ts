import { createHash } from 'node:crypto'

/** Octets that look like chance and are the same each time. */
function dataOf(seed: string, octets: number): Buffer {
  const parts: Buffer[] = []
  for (let n = 0; parts.length * 32 < octets; n += 1)
    parts.push(createHash('sha256').update(`${seed} ${n}`).digest())
  return Buffer.concat(parts).subarray(0, octets)
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz012345'

/** Labels of at most 57 letters, as iodine cuts them. */
const labelled = (text: string): string => (text.match(/.{1,57}/g) ?? []).join('.')

/** As iodine sends data up, in Base32 (its code for resolvers that change case): long names, each another. */
export function iodineNames(domain: string, count: number, octets = 100): string[] {
  return Array.from({ length: count }, (_, n) => {
    const letters = [...dataOf(`iodine ${n}`, octets)].map((one) => BASE32[one % 32] ?? '')
    return `${labelled(`0${letters.join('')}`)}.${domain}`
  })
}

/** As dnscat2 polls when nothing happens: a header of nine octets and some data, in hex. */
export function dnscatNames(domain: string, count: number): string[] {
  return Array.from(
    { length: count },
    (_, n) => `${dataOf(`dnscat ${n}`, 17).toString('hex')}.${domain}`,
  )
}

/** McAfee's look-ups of files and hosts: one label of 26 letters. */
export function mcafeeNames(count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const letters = [...dataOf(`avts ${n}`, 26)].map((one) => BASE32[one % 32] ?? '')
    return `${letters.join('')}.avts.mcafee.com`
  })
}

/** A mail server that asks for each sender whether it is a known one. */
export function spamListNames(count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const [a, b, c, d] = dataOf(`dnsbl ${n}`, 4)
    return `${a}.${b}.${c}.${d}.zen.spamhaus.org`
  })
}

/** A page on a platform whose hosts are named by chance, for as many pictures. */
export function cdnNames(count: number): string[] {
  return Array.from(
    { length: count },
    (_, n) => `d${dataOf(`cdn ${n}`, 7).toString('hex').slice(0, 13)}.cloudfront.net`,
  )
}
