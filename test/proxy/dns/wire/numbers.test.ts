import { decode } from 'dns-packet'
import { expect, test } from 'vitest'
import * as numbers from '../../../../proxy/dns/wire/numbers.ts'
import { queryFor, responseTo } from '../../../support/dns-packets.ts'

const TYPES = ['A', 'CNAME', 'SOA', 'HINFO', 'AAAA', 'DNAME', 'OPT', 'RRSIG', 'ANY'] as const
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN']

const ours = new Map<string, number>(Object.entries(numbers))

for (const name of TYPES) {
  test(`the number of type ${name} is what another encoder writes`, () => {
    const query = Buffer.from(queryFor('', { type: name }))
    expect(ours.get(`TYPE_${name}`)).toBe(query.readUInt16BE(13))
  })
}

for (const name of RCODES) {
  test(`the number of rcode ${name} is what another decoder reads`, () => {
    const rcode = ours.get(`RCODE_${name}`) ?? -1
    const response = decode(Buffer.from(responseTo(queryFor('www.test'), { rcode })))
    expect(response).toMatchObject({ rcode: name })
  })
}

test('service bindings have the numbers of RFC 9460 section 14', () => {
  expect([numbers.TYPE_SVCB, numbers.TYPE_HTTPS]).toEqual([64, 65])
})
