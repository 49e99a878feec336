import { readAddressWords } from '../../proxy/clients/address-words.ts'
import { bindingMemory, BindingReader, BindingWriter } from '../../proxy/clients/binding-table.ts'
import { keyOf } from '../../proxy/clients/word-key.ts'
import { measure } from './measure.ts'

/** Issue 5's size: every device with an IPv4 and two IPv6 addresses. */
const ADDRESSES = 300_000
const DEVICES = 100_000

const memory = bindingMemory(ADDRESSES, [0x1234567, 0x7654321])
const writer = new BindingWriter(memory)
const reader = new BindingReader(memory)

const addressOf = (n: number): string =>
  n < DEVICES
    ? `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`
    : `2001:db8:${(n % 7).toString(16)}::${(n >> 16).toString(16)}:${(n & 0xffff).toString(16)}`

function wordsOf(text: string): Int32Array {
  const words = new Int32Array(4)
  if (!readAddressWords(text, words)) throw new Error(text)
  return words
}

const rowOf = (n: number) => ({
  isProven: n % 2 === 0,
  device: keyOf(`device-${n % DEVICES}`),
  person: keyOf(`p-${n % DEVICES}`),
  zone: keyOf('library'),
  heldZone: 0,
  settlesAt: 0,
  expires: 1_900_000_000_000,
})

for (let n = 0; n < ADDRESSES; n += 1)
  if (!writer.set(wordsOf(addressOf(n)), rowOf(n))) throw new Error(`no room for address ${n}`)

/** In an order that no cache guesses, as a school's devices ask. */
const order = Array.from({ length: ADDRESSES }, (_, n) => (n * 7_919) % ADDRESSES)
const flat = flatOf(order)
const unbound = flatOf(order.map((n) => n + ADDRESSES))
const places = order.map((_, at) => at * 4)
const texts = order.slice(0, 100_000).map(addressOf)
const words = new Int32Array(4)

/** One array, because 300,000 small ones would cost more to fetch than what is measured. */
function flatOf(numbers: readonly number[]): Int32Array {
  const all = new Int32Array(numbers.length * 4)
  for (const [at, n] of numbers.entries()) all.set(wordsOf(addressOf(n)), at * 4)
  return all
}

function findIn(all: Int32Array, at: number): boolean {
  for (let word = 0; word < 4; word += 1) words[word] = all[at + word] ?? 0
  return reader.find(words)
}

measure('binding: find one of 300,000 addresses', places, (at) => findIn(flat, at))
measure('binding: find an address that has none', places, (at) => findIn(unbound, at))
measure('binding: read an address and find it', texts, (text) => {
  readAddressWords(text, words)
  return reader.find(words)
})

const changes = order.slice(0, 10_000).map((n) => [wordsOf(addressOf(n)), rowOf(n + 1)] as const)
measure('binding: put another row in force', changes, ([one, row]) => writer.set(one, row))

console.log(
  `${(memory.byteLength / ADDRESSES).toFixed(0)} octets an address, shared by all threads`,
)
