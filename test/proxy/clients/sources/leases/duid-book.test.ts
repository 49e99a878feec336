import { expect, test } from 'vitest'
import { DuidBook } from '../../../../../proxy/clients/sources/leases/duid-book.ts'
import { leaseOf } from '../../../../support/leases.ts'
import { macOf } from '../../../../support/sightings.ts'

const [A, B] = [macOf('00:1b:63:00:00:21'), macOf('00:1b:63:00:00:22')]
const UUID = '0004aabbccdd'
const OF_A = '00030001001b63000021'

test('a lease that names its hardware has it, whatever its DUID', () => {
  expect(new DuidBook().hardwareOf(leaseOf({ mac: B, duid: OF_A }))).toBe(B)
  expect(new DuidBook().hardwareOf(leaseOf({ mac: null, duid: null }))).toBeNull()
})

test('what an IPv4 lease tells of a DUID is so for the IPv6 ones, and goes before what is inside it', () => {
  const book = new DuidBook()
  expect(book.hardwareOf(leaseOf({ duid: UUID }))).toBeNull()
  expect(book.hardwareOf(leaseOf({ duid: OF_A }))).toBe(A)
  const { version } = book
  book.learn(leaseOf({ duid: UUID, mac: B }))
  book.learn(leaseOf({ duid: OF_A, mac: B }))
  expect(book.version).not.toBe(version)
  expect(book.hardwareOf(leaseOf({ duid: UUID }))).toBe(B)
  expect(book.hardwareOf(leaseOf({ duid: OF_A }))).toBe(B)
})

test('two laptops made of one disk image share a DUID, and then it tells nothing', () => {
  const book = new DuidBook()
  book.learn(leaseOf({ duid: OF_A, mac: A }))
  book.learn(leaseOf({ duid: OF_A, mac: B }))
  book.learn(leaseOf({ duid: OF_A, mac: A }))
  expect(book.hardwareOf(leaseOf({ duid: OF_A }))).toBeNull()
})
