import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordsOf } from '../../../../proxy/dns/wire/record-walk.ts'
import { a, optOf, queryFor, responseTo, soa } from '../../../support/dns-packets.ts'

const response = responseTo(queryFor('www.test'), {
  answers: [a('www.test'), a('www.test', '192.0.2.2')],
  authorities: [soa('test', 60, 60)],
  additionals: [optOf(1232, false)],
})

test('records come in order, each in its section', () => {
  const seen = [...recordsOf(response)].map(({ section, type }) => `${section} ${type}`)
  expect(seen).toEqual(['answer 1', 'answer 1', 'authority 6', 'additional 41'])
})

test('a message that is cut anywhere just ends', () => {
  const whole = [...recordsOf(response)].length
  for (let octets = 0; octets < response.length; octets += 1) {
    const seen = [...recordsOf(response.subarray(0, octets))]
    expect(seen.length).toBeLessThan(whole)
    for (const { end } of seen) expect(end).toBeLessThanOrEqual(octets)
  }
})

test('any octets are walked through to an end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
      for (const { end } of recordsOf(octets)) expect(end).toBeLessThanOrEqual(octets.length)
    }),
  )
})
