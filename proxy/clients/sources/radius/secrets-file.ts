import { readFileSync, statSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import IPCIDR from 'ip-cidr'

/** A NAS that forgets its own is found by its line here; `secret` is octets as the file has them. */
export interface NasSecret {
  /** An address or a network, as the file writes it. */
  readonly from: string
  readonly secret: Buffer
}

/** Which secret a packet's sender shares with the gate. */
export interface NasSecrets {
  /** The longest network that holds the address; null for a NAS that nobody named. */
  secretOf(address: string): Buffer | null
}

/** One for each access point of a trust; a longer file is no list of secrets. */
const MAX_LINES = 10_000

/** RFC 2865 section 3 wants 16; less can be guessed from one packet within hours. */
const MIN_SECRET_OCTETS = 16

/**
 * The secrets of a file with a line for each NAS, `ADDRESS-OR-NETWORK SECRET`; `#` begins a comment. A text says
 * what a person must mend; it never holds a secret.
 */
export function readSecrets(path: string): NasSecrets | string {
  let text: string
  try {
    if ((statSync(path).mode & 0o077) !== 0)
      return `\`${path}\` can be read by others; make it private with chmod 600`
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    return `cannot read \`${path}\`: ${cause instanceof Error ? cause.message : String(cause)}`
  }
  const read = parseSecrets(text)
  return Array.isArray(read) ? new Secrets(read) : `${path}:${read.line}: ${read.problem}`
}

interface BadLine {
  readonly line: number
  readonly problem: string
}

/** The lines of such a file, or the first that can't be one. */
export function parseSecrets(text: string): NasSecret[] | BadLine {
  const lines = text.split(/\r?\n/)
  if (lines.length > MAX_LINES) return { line: MAX_LINES, problem: 'too many lines' }
  const secrets: NasSecret[] = []
  for (const [index, line] of lines.entries()) {
    const words = /^\s*(\S+)\s+(\S+)\s*$/.exec(line)
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    const [, from = '', word = ''] = words ?? []
    const secret = Buffer.from(word)
    const problem = words === null ? 'not `ADDRESS SECRET`' : problemOf(from, secret, secrets)
    if (problem !== null) return { line: index + 1, problem }
    secrets.push({ from, secret })
  }
  return secrets.length === 0 ? { line: 1, problem: 'names no NAS' } : secrets
}

function problemOf(from: string, secret: Buffer, before: readonly NasSecret[]): string | null {
  if (isIP(from) === 0 && !IPCIDR.isValidCIDR(from))
    return `\`${from.slice(0, 64)}\` is no address and no network`
  if (before.some((one) => one.from === from)) return `\`${from}\` is named twice`
  if (secret.length < MIN_SECRET_OCTETS)
    return `the secret of \`${from}\` is shorter than ${MIN_SECRET_OCTETS} octets`
  return null
}

interface Network {
  readonly bits: number
  readonly members: BlockList
  readonly secret: Buffer
}

class Secrets implements NasSecrets {
  readonly #networks: readonly Network[]
  /** Of addresses that have sent something, with those that are unknown; given up when it is full. */
  #known = new Map<string, Buffer | null>()

  constructor(secrets: readonly NasSecret[]) {
    this.#networks = secrets.map(networkOf).sort((a, b) => b.bits - a.bits)
  }

  secretOf(address: string): Buffer | null {
    const known = this.#known.get(address)
    if (known !== undefined) return known
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    const secret =
      this.#networks.find(({ members }) => members.check(address, family))?.secret ?? null
    // A flood of forged senders must not fill the memory.
    if (this.#known.size >= MAX_LINES) this.#known = new Map()
    this.#known.set(address, secret)
    return secret
  }
}

function networkOf({ from, secret }: NasSecret): Network {
  const [address = '', length] = from.split('/')
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  const whole = family === 'ipv6' ? 128 : 32
  const bits = length === undefined ? whole : Number(length)
  const members = new BlockList()
  members.addSubnet(address, bits, family)
  // Of an IPv6 and an IPv4 network none holds an address of the other.
  return { bits: bits + 128 - whole, members, secret }
}
