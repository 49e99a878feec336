import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  readPacket,
  valueOf,
  writePacket,
} from '../../../../../proxy/clients/sources/radius/packet.ts'
import { FUZZ_RUNS } from '../../../../support/fuzz-runs.ts'
import { octetsOf, requestOf } from '../../../../support/radius-packets.ts'

const vendorOf = (id: number, attributes: Buffer): Buffer => {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(id)
  return Buffer.concat([head, attributes])
}

describe('a packet', () => {
  test('has its code, number and attributes, and a vendor its own', () => {
    const packet = requestOf([
      [1, 'jo'],
      [26, vendorOf(14_823, octetsOf([[10, 'library-aps']]))],
      [44, 's1'],
    ])
    const read = readPacket(packet)
    expect(read).toMatchObject({ code: 4, id: 1 })
    if (read === null) return
    expect(valueOf(read, 1)?.toString()).toBe('jo')
    expect(valueOf(read, 10, 14_823)?.toString()).toBe('library-aps')
    expect(valueOf(read, 10)).toBeNull()
    expect(valueOf(read, 44)?.toString()).toBe('s1')
  })

  test('ends where it says, whatever follows in its datagram', () => {
    const packet = requestOf([[1, 'jo']])
    const read = readPacket(Buffer.concat([packet, Buffer.from('padding')]))
    expect(read?.octets).toEqual(packet)
  })

  test('of a vendor that writes otherwise is read without what can not be read', () => {
    const read = readPacket(
      requestOf([
        [26, vendorOf(9, Buffer.from([1, 99]))],
        [1, 'jo'],
      ]),
    )
    expect(read?.attributes.map(({ type }) => type)).toEqual([1])
  })
})

const cut = (packet: Buffer, change: (copy: Buffer) => void): Buffer => {
  const copy = Buffer.from(packet)
  change(copy)
  return copy
}
const good = requestOf([[1, 'jo']])

test.each<[what: string, octets: Buffer]>([
  ['less than a head', good.subarray(0, 19)],
  ['a length beyond the datagram', cut(good, (copy) => copy.writeUInt16BE(copy.length + 1, 2))],
  ['a length within the head', cut(good, (copy) => copy.writeUInt16BE(19, 2))],
  ['an attribute of length 0', cut(good, (copy) => copy.writeUInt8(0, 21))],
  ['an attribute of length 1', cut(good, (copy) => copy.writeUInt8(1, 21))],
  ['an attribute beyond the end', cut(good, (copy) => copy.writeUInt8(9, 21))],
  ['half an attribute', requestOf([]).fill(0, 20)],
  ['too many attributes', requestOf(Array.from({ length: 300 }, () => [1, ''] as const))],
])('%s is no packet', (what, octets) => {
  const packet = what === 'half an attribute' ? withTail(octets) : octets
  expect(readPacket(packet)).toBeNull()
})

function withTail(head: Buffer): Buffer {
  const packet = Buffer.concat([head, Buffer.from([1])])
  packet.writeUInt16BE(packet.length, 2)
  return packet
}

test('whatever comes is a packet within its octets, or none; never an exception', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 400 }),
        fc
          .tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 330 }))
          .map(([tail, length]) => {
            const octets = Buffer.concat([Buffer.alloc(20, 4), tail])
            octets.writeUInt16BE(length, 2)
            return octets
          }),
      ),
      (octets) => {
        const read = readPacket(Buffer.from(octets))
        if (read === null) return
        for (const { at, value } of read.attributes)
          expect(read.octets.subarray(at, at + value.length)).toEqual(value)
      },
    ),
    { numRuns: FUZZ_RUNS },
  )
})

test('what is written is read again', () => {
  const attribute = fc.record({
    type: fc.integer({ min: 1, max: 255 }).filter((type) => type !== 26),
    value: fc.uint8Array({ minLength: 1, maxLength: 253 }).map((octets) => Buffer.from(octets)),
  })
  fc.assert(
    fc.property(fc.array(attribute, { maxLength: 12 }), (attributes) => {
      const read = readPacket(writePacket({ code: 40, id: 200 }, attributes))
      expect(read).toMatchObject({ code: 40, id: 200 })
      expect(read?.attributes.map(({ type, value }) => ({ type, value }))).toEqual(attributes)
    }),
  )
})
