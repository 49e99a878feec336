import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Worker } from 'node:worker_threads'
import { readAddressWords } from '../../../proxy/clients/address-words.ts'
import {
  bindingMemory,
  BindingReader,
  BindingWriter,
  type BoundRow,
} from '../../../proxy/clients/binding-table.ts'
import { keyOf } from '../../../proxy/clients/word-key.ts'
import { expectAllocatesAtMost } from '../../support/allocations.ts'

const rowOf = (facts: Partial<BoundRow> = {}): BoundRow => ({
  isProven: false,
  device: keyOf('phone'),
  person: 0,
  zone: 0,
  heldZone: 0,
  settlesAt: 0,
  expires: 1_800_000_000_000,
  ...facts,
})

function wordsOf(text: string): Int32Array {
  const words = new Int32Array(4)
  if (!readAddressWords(text, words)) throw new Error(text)
  return words
}

function tableOf(addresses = 256) {
  const memory = bindingMemory(addresses, [11, 22])
  return { memory, writer: new BindingWriter(memory), reader: new BindingReader(memory) }
}

test('an address has the row that was written last, and none before and after', () => {
  const { writer, reader } = tableOf()
  const words = wordsOf('10.1.0.7')
  expect(reader.find(words)).toBe(false)
  const epoch = reader.epoch
  const row = rowOf({
    isProven: true,
    person: keyOf('p-1'),
    zone: keyOf('library'),
    heldZone: keyOf('corridor'),
    settlesAt: 1_790_000_000_000,
  })
  expect(writer.set(words, row)).toBe(true)
  expect(reader.epoch).not.toBe(epoch)
  expect(reader.find(words) && reader.row()).toEqual(row)
  const { version } = reader
  writer.set(words, rowOf({ device: keyOf('laptop') }))
  expect(reader.find(words) && reader.row()).toEqual(rowOf({ device: keyOf('laptop') }))
  expect(reader.version).not.toBe(version)
  writer.delete(words)
  expect(reader.find(words)).toBe(false)
})

test('a longer life is no other binding: nobody looks again for it', () => {
  const { writer, reader } = tableOf()
  const words = wordsOf('2001:db8::7')
  writer.set(words, rowOf())
  reader.find(words)
  const { epoch, version } = reader
  writer.expire(words, 1_900_000_000_000)
  expect(reader.find(words) && reader.expires).toBe(1_900_000_000_000)
  expect([reader.epoch, reader.version]).toEqual([epoch, version])
})

test('as a map would, whatever is written and given up', () => {
  const step = fc.record({
    address: fc.integer({ min: 0, max: 400 }),
    device: fc.constantFrom(null, 'a', 'b', 'c'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 800 }), (steps) => {
      const { writer, reader } = tableOf(256)
      const model = new Map<string, number>()
      for (const { address, device } of steps) {
        const text = `10.2.${address >> 8}.${address & 255}`
        if (device === null) {
          writer.delete(wordsOf(text))
          model.delete(text)
        } else if (writer.set(wordsOf(text), rowOf({ device: keyOf(device) })))
          model.set(text, keyOf(device))
      }
      for (let address = 0; address <= 400; address += 1) {
        const text = `10.2.${address >> 8}.${address & 255}`
        expect(reader.find(wordsOf(text)) ? reader.row().device : undefined).toBe(model.get(text))
      }
    }),
    { numRuns: 40 },
  )
})

test('as many addresses as were asked for have room', () => {
  const { writer } = tableOf(10_000)
  for (let i = 0; i < 10_000; i += 1)
    expect(writer.set(wordsOf(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`), rowOf())).toBe(true)
})

test('300,000 addresses take less than 300 octets each', () => {
  expect(bindingMemory(300_000, [1, 2]).byteLength / 300_000).toBeLessThan(300)
})

test('a look-up allocates nothing', () => {
  const { writer, reader } = tableOf()
  const words = wordsOf('10.1.0.7')
  const absent = wordsOf('10.1.0.8')
  writer.set(words, rowOf())
  expectAllocatesAtMost(0.5, 100_000, () => {
    reader.find(words)
    reader.find(absent)
  })
})

test('another thread never misses an address that is rewritten all the time, and never reads half a row', async () => {
  const { memory, reader } = tableOf(64)
  const writer = new Worker(new URL('../../support/binding-churn.ts', import.meta.url), {
    workerData: memory,
  })
  await new Promise<void>((resolve) =>
    writer.once('message', () => {
      resolve()
    }),
  )
  const words = wordsOf('10.1.0.7')
  let misses = 0
  let torn = 0
  const seen = new Set<number>()
  for (let look = 0; look < 300_000; look += 1) {
    if (!reader.find(words)) misses += 1
    else {
      const { device, person } = reader.row()
      seen.add(device)
      if (device !== person) torn += 1
    }
  }
  await writer.terminate()
  expect({ misses, torn }).toEqual({ misses: 0, torn: 0 })
  expect(seen.size).toBeGreaterThan(1)
})

const V4 = fc.ipV4()
const V6 = fc.ipV6()

test('every spelling of an address is the same words, and different addresses differ', () => {
  fc.assert(
    fc.property(fc.oneof(V4, V6), fc.oneof(V4, V6), (a, b) => {
      const [left, right] = [canonical(a), canonical(b)]
      expect(wordsOf(a).join() === wordsOf(b).join()).toBe(left === right)
      expect(wordsOf(a)).toEqual(wordsOf(left))
    }),
  )
  expect(wordsOf('::ffff:10.1.0.7')).toEqual(wordsOf('10.1.0.7'))
  expect(wordsOf('fe80::1%eth0')).toEqual(wordsOf('fe80::1'))
  for (const text of ['', '10.1', '10.1.0.256', 'localhost', '::g', '1:2:3:4:5:6:7:8:9'])
    expect(readAddressWords(text, new Int32Array(4)), text).toBe(false)
})

function canonical(text: string): string {
  if (!text.includes(':')) return text
  const host = new URL(`http://[${text}]/`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(host)
  if (mapped === null) return host
  const [high, low] = [mapped[1], mapped[2]].map((group) => Number.parseInt(group ?? '', 16))
  return [(high ?? 0) >> 8, (high ?? 0) & 255, (low ?? 0) >> 8, (low ?? 0) & 255].join('.')
}
